#include "app/document/session_document.h"

#include "app/document/edit_command.h"

namespace bw {

SessionDocument::SessionDocument(QObject* parent)
    : QObject(parent)
{
}

QStringList SessionDocument::undoNames() const
{
    QStringList names;
    for (int index = 0; index < m_undoStack.index(); ++index) {
        names.append(m_undoStack.text(index));
    }
    return names;
}

void SessionDocument::open(ModelPtr model, Session session, const QString& filePath, bool isRecovered)
{
    m_openKey.clear();
    m_undoStack.clear();
    m_model = std::move(model);
    m_session = std::move(session);
    m_filePath = filePath;
    m_isDirty = isRecovered;
    Q_EMIT modelChanged();
    Q_EMIT filePathChanged();
    Q_EMIT dirtyChanged(m_isDirty);
}

void SessionDocument::close()
{
    open(nullptr, {});
}

void SessionDocument::apply(const QString& label, const QString& mergeKey, Session next)
{
    if (mergeKey.isEmpty() && next == m_session) {
        return;
    }
    if (mergeKey != m_openKey) {
        finishMerge();
        m_openKey = mergeKey;
    }
    // The stack calls redo(), which sets the session.
    m_undoStack.push(new EditCommand(*this, label, mergeKey, m_session, std::move(next)));
}

EditCommand* SessionDocument::openCommand() const
{
    if (m_openKey.isEmpty() || m_undoStack.index() == 0) {
        return nullptr;
    }
    // The stack hands out its own commands as const; this document made them all.
    auto* top = const_cast<EditCommand*>(static_cast<const EditCommand*>(m_undoStack.command(m_undoStack.index() - 1)));
    return top->mergeKey() == m_openKey ? top : nullptr;
}

void SessionDocument::finishMerge()
{
    EditCommand* command = openCommand();
    m_openKey.clear();
    if (command == nullptr) {
        return;
    }
    // A step keeps its key only while it may grow.
    command->closeMerge();
    if (command->changesNothing()) {
        command->setObsolete(true);
        m_undoStack.undo();
    }
}

void SessionDocument::cancelMerge()
{
    EditCommand* command = openCommand();
    m_openKey.clear();
    if (command != nullptr) {
        // The stack drops an obsolete command without undoing it.
        command->undo();
        command->setObsolete(true);
        m_undoStack.undo();
    }
}

void SessionDocument::record(Session next, bool isWorthSaving)
{
    const bool wasDirty = m_isDirty;
    setSession(std::move(next));
    if (!isWorthSaving) {
        setDirty(wasDirty);
    }
}

void SessionDocument::restoreEditable(const Session& session)
{
    Session next = m_session;
    next.recipe = session.recipe;
    next.snapshots = session.snapshots;
    next.allocation = session.allocation;
    next.notes = session.notes;
    setSession(std::move(next));
}

void SessionDocument::setSession(Session next)
{
    if (next == m_session) {
        return;
    }
    const Session before = std::exchange(m_session, std::move(next));
    setDirty(true);
    Q_EMIT sessionChanged(before, m_session);
}

void SessionDocument::setDirty(bool isDirty)
{
    if (m_isDirty != isDirty) {
        m_isDirty = isDirty;
        Q_EMIT dirtyChanged(isDirty);
    }
}

void SessionDocument::setSaved(const QString& filePath, const Session& saved)
{
    m_filePath = filePath;
    Q_EMIT filePathChanged();
    setDirty(m_session != saved);
}

} // namespace bw
