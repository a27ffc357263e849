#pragma once

#include "core/session/session.h"

#include <QString>
#include <QUndoCommand>

namespace bw {

class SessionDocument;

/// The one undo command: the session before and after. Commands with the same key merge as long as the document keeps
/// the key open (one drag).
class EditCommand : public QUndoCommand
{
public:
    EditCommand(SessionDocument& document, const QString& label, QString mergeKey, Session before, Session after);

    void undo() override;
    void redo() override;
    int id() const override { return 1; }
    bool mergeWith(const QUndoCommand* other) override;

    const QString& mergeKey() const { return m_mergeKey; }
    /// From now on nothing merges into this step.
    void closeMerge() { m_mergeKey.clear(); }
    bool changesNothing() const { return m_before == m_after; }

private:
    SessionDocument& m_document;
    QString m_mergeKey;
    Session m_before;
    Session m_after;
};

} // namespace bw
