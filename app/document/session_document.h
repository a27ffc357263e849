#pragma once

#include "core/model/model.h"
#include "core/session/session.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <QUndoStack>

namespace bw {

/// The open document: a Session value, the model it names, and the history. The only writer of the Session. GUI thread.
class SessionDocument : public QObject
{
    Q_OBJECT
public:
    explicit SessionDocument(QObject* parent = nullptr);

    const Session& session() const { return m_session; }
    /// nullptr: nothing is open.
    const ModelPtr& model() const { return m_model; }
    bool isOpen() const { return m_model != nullptr; }
    QUndoStack& undoStack() { return m_undoStack; }
    QStringList undoNames() const;

    /// Shows another document; the history starts anew. `filePath` is the .bitw file it came from, if any.
    void open(ModelPtr model, Session session, const QString& filePath = {}, bool isRecovered = false);
    void close();

    /// One undoable edit. Edits with the same non-empty key become one step until finishMerge().
    void apply(const QString& label, const QString& mergeKey, Session next);
    /// The end of a drag: the step stands as it is; a drag that came back to its start leaves none.
    void finishMerge();
    /// The drag is taken back: as it was before the first edit of this key, and no step remains.
    void cancelMerge();
    bool isMerging() const { return !m_openKey.isEmpty(); }

    /// Facts, not edits (results of runs, hashes, where the data is): not undoable, and undo leaves them alone.
    /// `isWorthSaving`: whether leaving without it would lose something.
    void record(Session next, bool isWorthSaving = true);

    bool isDirty() const { return m_isDirty; }
    /// Would leaving now lose edits or results?
    bool hasUnsavedWork() const { return isOpen() && m_isDirty; }
    const QString& filePath() const { return m_filePath; }
    /// `saved` is on the disk now; edits made since keep the document unsaved.
    void setSaved(const QString& filePath, const Session& saved);

Q_SIGNALS:
    /// Another model is open, or none.
    void modelChanged();
    void sessionChanged(const bw::Session& before, const bw::Session& after);
    void dirtyChanged(bool isDirty);
    void filePathChanged();

private:
    friend class EditCommand;
    /// Takes recipe, snapshots and notes of `session`; facts stay.
    void restoreEditable(const Session& session);
    void setSession(Session next);
    void setDirty(bool isDirty);
    /// The step that is still growing; nullptr if there is none.
    class EditCommand* openCommand() const;

    Session m_session;
    ModelPtr m_model;
    QUndoStack m_undoStack;
    QString m_openKey;
    QString m_filePath;
    bool m_isDirty = false;
};

} // namespace bw
