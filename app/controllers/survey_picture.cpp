#include "app/controllers/survey_picture.h"

#include "app/controllers/format_rows.h"
#include "app/core_text.h"
#include "core/formats/format_family.h"
#include "widgets/text.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace bw {

namespace {
/// What is seen at first: from two bits to eight with their scales.
constexpr double leastShownBits = 1.9;
constexpr double mostShownBits = 8.6;

bool isDrawn(const RankedFormat& ranked)
{
    const double bits = ranked.figures.bitsPerWeight();
    const double r = ranked.figures.r();
    return ranked.isUsable() && std::isfinite(r) && r > 0 && bits >= leastLineBits && bits <= mostLineBits;
}
} // namespace

SurveyPicture surveyPicture(
    const FormatSurvey& survey, const std::optional<QuantFormat>& current, const ShannonLine& limit)
{
    SurveyPicture picture;
    picture.leastBits = leastShownBits;
    picture.mostBits = mostShownBits;
    std::vector<RankedFormat> formats;
    std::copy_if(survey.found().begin(), survey.found().end(), std::back_inserter(formats), isDrawn);
    // Marks belong to families, whichever of them are here.
    std::map<std::string, int> places;
    int mark = 0;
    for (const FormatFamily* family : formatFamilies().entries()) {
        const bool isHere = std::any_of(formats.begin(), formats.end(),
            [&](const RankedFormat& ranked) { return ranked.format.family == family->id; });
        if (isHere) {
            places[family->id] = static_cast<int>(picture.families.size());
            picture.families.push_back({ coreText(family->title), mark });
        }
        ++mark;
    }
    std::map<std::string, std::vector<RankedFormat>> byFamily;
    for (const RankedFormat& ranked : formats) {
        byFamily[ranked.format.family].push_back(ranked);
    }
    std::map<std::string, std::vector<bool>> fronts;
    for (const auto& [family, own] : byFamily) {
        fronts[family] = paretoFront(own);
    }
    const auto isOnFront = paretoFront(formats);
    std::map<std::string, std::size_t> next;
    for (std::size_t i = 0; i < formats.size(); ++i) {
        const RankedFormat& ranked = formats[i];
        const std::string& family = ranked.format.family;
        const double bits = ranked.figures.bitsPerWeight();
        SurveyPoint point;
        point.format = ranked.format;
        point.spelling = QString::fromStdString(formatText(ranked.format));
        point.name = ranked.standIns > 0 ? coreText(ranked.standInReason) : scalingText(ranked.format);
        point.family = places[family];
        point.bits = bits;
        point.r = ranked.figures.r();
        point.rTimes2b = ranked.figures.rTimes2b();
        point.fromLimit = limit.distance(bits, point.rTimes2b);
        point.isExact = ranked.figures.isExact();
        point.isCurrent = current && ranked.format == *current;
        point.isOnFront = isOnFront[i];
        point.isFamilyBest = fronts[family][next[family]++];
        picture.points.push_back(std::move(point));
    }
    if (survey.isBusy()) {
        picture.progress = survey.fraction();
    }
    return picture;
}

} // namespace bw
