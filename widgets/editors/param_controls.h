#pragma once

#include "core/formats/param_schema.h"
#include "widgets/edit_phase.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace bw {

/// Editor of one parameter. setValue() never emits; an edit emits once with the whole value.
class ParamControl : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;
    /// `isMixed`: shows "mixed" and keeps `value` as the place an edit starts from.
    virtual void setValue(const ParamValue& value, bool isMixed) = 0;
    /// What a search found, shown while the value is left to a search; nothing: not known yet.
    virtual void setFound(const ParamValue& found) { Q_UNUSED(found) }

Q_SIGNALS:
    void valueEdited(const bw::ParamValue& value, bw::EditPhase phase);
};

/// The control that fits the parameter's type.
ParamControl* makeParamControl(const ParamSpec& spec, QWidget* parent);

/// Numbers separated by commas, semicolons or blanks, as typed; nothing if a word is no number.
std::optional<std::vector<double>> typedNumbers(const QString& text);

/// Ignores the mouse wheel over a control that does not have the focus, so that a form can be scrolled over it.
void guardWheel(QWidget* control);

} // namespace bw
