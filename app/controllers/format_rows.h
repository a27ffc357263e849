#pragma once

#include "app/document/format_survey.h"
#include "core/distributions/distribution_fit.h"
#include "widgets/panels/format_picker.h"
#include "widgets/plots/formats_plot.h"

#include <QString>

#include <optional>
#include <vector>

namespace bw {

// What the picker and the curves show of measured formats. Pure: values in, a picture out.

/// Shannon's limit of a layer's distribution at any rate, as R·2^b.
class ShannonLine
{
public:
    ShannonLine() = default; ///< no limit is known
    explicit ShannonLine(const DistributionFit& fit);
    /// How far a format is above it, in decibels.
    std::optional<double> distance(double bits, double rTimes2b) const;

private:
    std::optional<double> m_atRate; ///< the limit at `usualRate`
    double m_zeroShare = 0;
};

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
