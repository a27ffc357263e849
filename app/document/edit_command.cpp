#include "app/document/edit_command.h"

#include "app/document/session_document.h"

namespace bw {

EditCommand::EditCommand(
    SessionDocument& document, const QString& label, QString mergeKey, Session before, Session after)
    : QUndoCommand(label)
    , m_document(document)
    , m_mergeKey(std::move(mergeKey))
    , m_before(std::move(before))
    , m_after(std::move(after))
{
}

void EditCommand::undo()
{
    m_document.restoreEditable(m_before);
}
void EditCommand::redo()
{
    m_document.restoreEditable(m_after);
}

bool EditCommand::mergeWith(const QUndoCommand* other)
{
    const auto* next = static_cast<const EditCommand*>(other);
    if (m_mergeKey.isEmpty() || next->m_mergeKey != m_mergeKey) {
        return false;
    }
    m_after = next->m_after;
    setText(next->text());
    return true;
}

} // namespace bw
