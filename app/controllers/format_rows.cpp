#include "app/controllers/format_rows.h"

#include "app/core_text.h"
#include "core/formats/format_family.h"
#include "widgets/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

struct FormatRows
{
    Q_DECLARE_TR_FUNCTIONS(FormatRows)
};

template <class Entries>
QString titleOf(const Entries& entries, const std::string& id)
{
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.id == id; });
    return found == entries.end() ? QString::fromStdString(id) : coreText(found->title);
}

QString groupText(const Scaling& scaling)
{
    switch (scaling.granularity) {
    case Granularity::Tensor:
        return FormatRows::tr("tensor");
    case Granularity::Channel:
        return FormatRows::tr("output channel");
    case Granularity::Block:
        break;
    }
    return FormatRows::tr("block of %1").arg(countText(static_cast<qulonglong>(scaling.blockSize)));
}

std::optional<double> finite(double value)
{
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

FormatRow rowOf(
    const RankedFormat& ranked, PickerQuestion question, const QuantFormat& current, const ShannonLine& limit)
{
    const FormatFamily& family = familyOf(ranked.format);
    FormatRow row;
    row.format = ranked.format;
    row.heading = coreText(family.title);
    row.spelling = QString::fromStdString(formatText(ranked.format));
    row.detail = question == PickerQuestion::Families ? coreText(family.explanation) : scalingText(ranked.format);
    row.isCurrent = ranked.format == current;
    if (!ranked.isUsable()) {
        row.reason = coreText(ranked.reason);
        return row;
    }
    if (ranked.grid) {
        row.levels = { ranked.grid->levels.begin(), ranked.grid->levels.end() };
    }
    row.r = finite(ranked.figures.r());
    row.bits = ranked.figures.bitsPerWeight();
    row.rTimes2b = finite(ranked.figures.rTimes2b());
    if (row.rTimes2b) {
        row.fromLimit = limit.distance(*row.bits, *row.rTimes2b);
    }
    if (ranked.standIns > 0) {
        row.detail = coreText(ranked.standInReason);
    }
    row.isExact = ranked.figures.isExact();
    return row;
}

int seriesOf(const std::string& store)
{
    const auto& stores = scaleStores();
    const auto found = std::find_if(stores.begin(), stores.end(), [&](const auto& entry) { return entry.id == store; });
    return static_cast<int>(found - stores.begin());
}

/// Along a curve: one scale for the tensor, one per channel, then smaller and smaller blocks.
bool isCoarser(const QuantFormat& a, const QuantFormat& b)
{
    return a.scaling.granularity != b.scaling.granularity ? a.scaling.granularity < b.scaling.granularity
                                                          : a.scaling.blockSize > b.scaling.blockSize;
}

} // namespace

QString scalingText(const QuantFormat& format)
{
    const FormatFamily& family = familyOf(format);
    if (!family.hasScaling) {
        return {};
    }
    const QString group = groupText(format.scaling);
    const QString store = titleOf(scaleStores(), format.scaling.store);
    if (!family.hasScale) {
        return FormatRows::tr("Levels per %1 · %2", "group, type").arg(group, store);
    }
    const QString rule = titleOf(scaleRules(), format.scaling.rule);
    return FormatRows::tr("Scale per %1 · %2 · %3", "group, rule, type").arg(group, rule, store);
}

std::vector<FormatRow> formatRows(
    const FormatSurvey& survey, PickerQuestion question, const QuantFormat& current, const ShannonLine& limit)
{
    std::vector<FormatRow> rows;
    std::vector<RankedFormat> formats = survey.found();
    const bool isComplete = survey.ranking().has_value();
    if (question != PickerQuestion::Families) {
        if (isComplete) {
            formats = survey.ranking()->formats;
        } else {
            std::stable_sort(formats.begin(), formats.end(),
                [](const RankedFormat& a, const RankedFormat& b) { return a.figures.r() < b.figures.r(); });
        }
    }
    if (isComplete) {
        const auto& unusable = survey.ranking()->unusable;
        formats.insert(formats.end(), unusable.begin(), unusable.end());
    }
    rows.reserve(formats.size());
    for (const RankedFormat& format : formats) {
        rows.push_back(rowOf(format, question, current, limit));
    }
    return rows;
}

QString surveyNote(const FormatSurvey& survey, PickerQuestion question, double maxBits)
{
    if (!survey.ranking()) {
        return survey.isBusy() ? FormatRows::tr("Measuring formats…") : FormatRows::tr("Stopped; the list has gaps.");
    }
    const Ranking& ranking = *survey.ranking();
    const QString weights = countText(ranking.count);
    const bool areBestExact = !ranking.formats.empty() && ranking.formats.front().figures.isExact();
    const QString on = ranking.measured == ranking.count ? FormatRows::tr("measured on all %1 weights").arg(weights)
        : !areBestExact ? FormatRows::tr("measured on %1 of %2 weights (≈)").arg(countText(ranking.measured), weights)
                        : FormatRows::tr("ranked on %1 of %2 weights (≈), the best then measured on all")
                              .arg(countText(ranking.measured), weights);
    if (question == PickerQuestion::Families) {
        return FormatRows::tr("With the layer's bits and scales as far as a family takes them; %1.").arg(on);
    }
    const QString fit = FormatRows::tr(
        "%n format(s) fit in %1 bits per weight, best first", nullptr, static_cast<int>(ranking.formats.size()))
                            .arg(numberText(maxBits));
    return FormatRows::tr("%1; %2.", "how many formats fit; what they were measured on").arg(fit, on);
}

QString surveyWarning(const FormatSurvey& survey)
{
    if (!survey.ranking() || survey.ranking()->leftOut.empty()) {
        return {};
    }
    const auto& leftOut = survey.ranking()->leftOut;
    const QString first = FormatRows::tr("%1: %2", "layer, why")
                              .arg(shownName(leftOut.front().field), coreText(leftOut.front().message));
    return FormatRows::tr("%n layer(s) left out. %1", nullptr, static_cast<int>(leftOut.size())).arg(first);
}

FormatsPicture formatsPicture(const FormatSurvey& survey, const QuantFormat& current)
{
    FormatsPicture picture;
    std::vector<RankedFormat> formats = survey.found();
    std::sort(formats.begin(), formats.end(), [](const RankedFormat& a, const RankedFormat& b) {
        const int left = seriesOf(a.format.scaling.store);
        const int right = seriesOf(b.format.scaling.store);
        return left != right ? left < right : isCoarser(a.format, b.format);
    });
    for (const ScaleStore& store : scaleStores()) {
        picture.series.push_back(FormatRows::tr("scales as %1").arg(coreText(store.title)));
    }
    const auto isOnFront = paretoFront(formats);
    for (std::size_t i = 0; i < formats.size(); ++i) {
        const RankedFormat& ranked = formats[i];
        const double r = ranked.figures.r();
        if (!std::isfinite(r)) {
            continue;
        }
        picture.points.push_back(
            { ranked.format, scalingText(ranked.format), QString::fromStdString(formatText(ranked.format)),
                seriesOf(ranked.format.scaling.store), ranked.figures.bitsPerWeight(), r, ranked.figures.rTimes2b(),
                ranked.figures.isExact(), ranked.format == current, isOnFront[i] });
    }
    picture.isComplete = survey.isComplete();
    picture.note = FormatRows::tr("%1 under all block sizes and scale types").arg(coreText(familyOf(current).title));
    return picture;
}

} // namespace bw
