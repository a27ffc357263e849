#pragma once

#include "app/document/format_survey.h"
#include "core/distributions/limit_lines.h"
#include "widgets/panels/format_picker.h"
#include "widgets/plots/formats_plot.h"

#include <QString>

#include <optional>
#include <vector>

namespace bw {

// What the picker and the curves show of measured formats. Pure: values in, a picture out.

/// "scale per block of 64: least squared error, bfloat16"; empty if the format takes none.
QString scalingText(const QuantFormat& format);
/// The answer as far as it is known, in the order to be listed. `current`: the layer's format now.
std::vector<FormatRow> formatRows(
    const FormatSurvey& survey, PickerQuestion question, const QuantFormat& current, const ShannonLine& limit);
/// What the list is of, in a sentence.
QString surveyNote(const FormatSurvey& survey, PickerQuestion question, double maxBits);
/// Which layers are not in it, and why; empty if all are.
QString surveyWarning(const FormatSurvey& survey);
/// Points of all scalings of `current`, one series per scale type.
FormatsPicture formatsPicture(const FormatSurvey& survey, const QuantFormat& current);

} // namespace bw
