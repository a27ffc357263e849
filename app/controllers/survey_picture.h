#pragma once

#include "app/document/format_survey.h"
#include "core/distributions/limit_lines.h"
#include "widgets/plots/survey_plot.h"

#include <optional>

namespace bw {

/// Bits of codes that the survey spreads over; scales and tables come on top.
inline constexpr double leastSurveyedBits = 2;
inline constexpr double mostSurveyedBits = 8;
/// Bits per weight over which limits are drawn.
inline constexpr double leastLineBits = 1;
inline constexpr double mostLineBits = 9;

/// What was found, as a picture without title, limits and reasons. Pure. `current`: the format in use, if there is one.
SurveyPicture surveyPicture(
    const FormatSurvey& survey, const std::optional<QuantFormat>& current, const ShannonLine& limit);

} // namespace bw
