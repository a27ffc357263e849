#include "widgets/editors/format_editor.h"

namespace bw {

struct FormatEditor::Private
{
    QuantFormat format;
};

FormatEditor::FormatEditor(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
FormatEditor::~FormatEditor() = default;

QuantFormat FormatEdit::appliedTo(QuantFormat) const { return format; }
void FormatEditor::setChoices(const FormatChoices&) {}
void FormatEditor::setSpelling(std::function<std::string(const QuantFormat&)>) {}
void FormatEditor::setChecker(std::function<std::vector<Problem>(const QuantFormat&)>) {}
void FormatEditor::setFormat(const QuantFormat& format) { d->format = format; }
void FormatEditor::setFormats(const std::vector<QuantFormat>& formats) { d->format = formats.empty() ? QuantFormat {} : formats.front(); }
const QuantFormat& FormatEditor::format() const { return d->format; }
bool FormatEditor::isMixed() const { return false; }

} // namespace bw
