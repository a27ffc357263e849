#include "core/formats/families/family_support.h"

#include "core/base/error.h"
#include "core/formats/group_scales.h"
#include "core/formats/kmeans.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bw {

namespace {
constexpr const char* levelsPart = "levels";
constexpr const char* levelsStore = "f32";
constexpr const char* weightsId = "w";
constexpr const char* unweighted = "none";
constexpr const char* byScale = "scale";
constexpr const char* byMagnitude = "magnitude";
constexpr const char* byFisher = "fisher";
/// Added to every weight's importance, as a share of the mean: weights that seem not to matter still take the nearest
/// of the levels the others ask for, and if none seems to matter all count the same.
constexpr double leastImportance = 1e-4;
constexpr float farthest = 1e30F; // only reached with absurd clipping
constexpr float leftOut = std::numeric_limits<float>::infinity();

std::string weightsOf(const ParamValues& params)
{
    return wordParam(params, weightsId, unweighted);
}

double meanOf(std::span<const float> values)
{
    double sum = 0;
    for (const float value : values) {
        sum += static_cast<double>(value);
    }
    return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

/// All values divided by their groups' stored scales; those of zero groups left out. The error of each counts by the
/// square of its group's scale (which makes it the error of the weights themselves), by that times `importance`, by the
/// magnitude of the weight, or like that of any other.
SortedValues sortedAndNormalised(const TensorView& matrix, const Groups& groups, std::span<const float> scales,
    const std::string& kind, std::span<const float> importance, const JobContext& ctx)
{
    if (kind == unweighted && scales.size() == 1 && scales.front() > 0) {
        const float scale = scales.front();
        return SortedValues::of(
            matrix, [scale](float value) { return std::clamp(value / scale, -farthest, farthest); }, ctx);
    }
    float largest = 0;
    for (const float scale : scales) {
        largest = std::max(largest, std::abs(scale));
    }
    const double mean = meanOf(importance);
    const auto importanceAt = [&](std::uint64_t index) {
        return static_cast<float>(leastImportance + (mean > 0 ? static_cast<double>(importance[index]) / mean : 1));
    };
    const auto reader = [&](std::uint64_t first, std::span<float> values, std::span<float> weights) {
        matrix.read(first, values);
        groups.forEachPart(first, values.size(), [&](std::uint64_t group, std::size_t offset, std::size_t length) {
            const float scale = scales[group];
            const float share = scale / largest;
            for (std::size_t i = offset; i < offset + length; ++i) {
                if (!weights.empty()) {
                    const float square = share * share * (kind == byFisher ? importanceAt(first + i) : 1.0F);
                    weights[i] = kind == byMagnitude ? std::abs(values[i]) / largest : square;
                }
                values[i] = scale != 0 ? std::clamp(values[i] / scale, -farthest, farthest) : leftOut;
            }
        });
    };
    return SortedValues::read(matrix.count(), kind != unweighted, reader, ctx);
}

std::vector<float> fittedLevels(const SortedValues& values, std::size_t count, const JobContext& ctx)
{
    std::vector<float> levels;
    for (const double level : optimalLevels(values, count, ctx)) {
        levels.push_back(static_cast<float>(level));
    }
    levels.resize(count, levels.empty() ? 0.0F : levels.back()); // fewer distinct values than levels: the last repeats
    return levels;
}

/// Scales are absmax, so levels lie in [-1, 1] (up to the rounding of the scale).
UnitGrid gridOf(std::vector<float> levels)
{
    return UnitGrid::codebook(std::move(levels)).withSpan(1);
}

std::shared_ptr<const Codec> makeCodec(
    const QuantFormat& format, Groups groups, std::vector<float> levels, std::vector<float> scales)
{
    const Shape shape { static_cast<std::int64_t>(levels.size()) };
    std::vector<TensorPart> parts { storedPart(levelsPart, levelsStore, shape, levels) };
    return makeGridCodec(format, std::move(groups), gridOf(std::move(levels)), bitsOf(format.params), std::move(scales),
        std::move(parts));
}

ParamSpec weightsParam()
{
    ParamSpec spec;
    spec.id = weightsId;
    spec.title = BW_TR_NOOP("core", "Errors count");
    spec.help = BW_TR_NOOP("core",
        "Equally after division by the scale; by the square of the scale, as errors of the weights themselves; by the "
        "magnitude of the weight; or by its Fisher information, which takes calibration data and a model that runs.");
    spec.type = ParamSpec::Type::Choice;
    spec.defaultValue = std::string(unweighted);
    spec.choices = { unweighted, byScale, byMagnitude, byFisher };
    spec.choiceTitles = { BW_TR_NOOP("core", "equally"), BW_TR_NOOP("core", "by scale"),
        BW_TR_NOOP("core", "by magnitude"), BW_TR_NOOP("core", "by Fisher information") };
    return spec;
}

/// "lloyd4", "lloyd4(w=scale)"
std::optional<ParamValues> parseElement(std::string_view element)
{
    const auto open = element.find('(');
    auto params = parseBits(element.substr(0, open), "lloyd");
    if (!params || open == std::string_view::npos) {
        return params;
    }
    const auto argument = element.substr(open);
    constexpr std::string_view start = "(w=";
    if (!argument.starts_with(start) || !argument.ends_with(')')) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "unknown argument \"%1\": a fitted codebook takes w=scale, w=magnitude or w=fisher"),
            printable(argument));
    }
    (*params)[weightsId] = std::string(argument.substr(start.size(), argument.size() - start.size() - 1));
    return params;
}

std::string elementText(const ParamValues& params)
{
    const auto kind = weightsOf(params);
    return bitsText("lloyd", params) + (kind == unweighted ? "" : std::string("(") + weightsId + "=" + kind + ")");
}

std::shared_ptr<const Codec> fitImportant(
    const QuantFormat& format, const TensorView& matrix, std::span<const float> importance, const JobContext& ctx)
{
    Groups groups(matrix.shape, format.scaling);
    Scaling plain = format.scaling;
    if (plain.rule == searchRule) {
        plain.rule = Scaling {}.rule;
    }
    const auto unit = UnitGrid::codebook({ -1, 1 });
    auto scales = chooseScales(matrix, groups, plain, unit, ctx);
    const auto kind = weightsOf(format.params);
    const auto values = sortedAndNormalised(matrix, groups, scales, kind, importance, ctx);
    auto levels = fittedLevels(values, std::size_t { 1 } << bitsOf(format.params), ctx);
    if (format.scaling.rule == searchRule) {
        scales = chooseScales(matrix, groups, format.scaling, gridOf(levels), ctx);
    }
    return makeCodec(format, std::move(groups), std::move(levels), std::move(scales));
}

std::shared_ptr<const Codec> fit(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    return fitImportant(format, matrix, {}, ctx);
}

std::shared_ptr<const Codec> restore(
    const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts)
{
    Groups groups(shape, format.scaling);
    auto levels = readStoredPart(sideParts, levelsPart, levelsStore, std::uint64_t { 1 } << bitsOf(format.params));
    const auto isUsable = [](float level) { return std::isfinite(level); };
    if (!std::all_of(levels.begin(), levels.end(), isUsable) || !std::is_sorted(levels.begin(), levels.end())) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "\"%1\" of the quantized tensor must be ascending numbers"),
            levelsPart);
    }
    auto scales = readScales(sideParts, format.scaling, groups.count(), gridOf(levels).reach());
    return makeCodec(format, std::move(groups), std::move(levels), std::move(scales));
}
} // namespace

extern const FormatFamily lloydFamily;
/// Side parts: "scales" (absmax of each group), "levels" (float32, counted).
const FormatFamily lloydFamily {
    .id = "lloyd",
    .title = BW_TR_NOOP("core", "Fitted codebook (Lloyd–Max)"),
    .explanation = BW_TR_NOOP("core",
        "One codebook for the tensor, with the least squared error over all weights divided by their group's largest "
        "magnitude."),
    .schema = { bitsParam(1, 8), weightsParam() },
    .examples = { "lloyd4/b64", "lloyd4(w=scale)/b32", "lloyd3(w=magnitude)/c", "lloyd4/t", "lloyd1/c",
        "lloyd3/c:search", "lloyd8/b128:clip0.9:f32" },
    .levelsFamily = "levels",
    .tolerance = 0.1,
    .parseElement = parseElement,
    .elementText = elementText,
    .codeBits = bitsOf,
    .fit = fit,
    .restore = restore,
    .needsImportance = [](const ParamValues& params) { return weightsOf(params) == byFisher; },
    .fitImportant = fitImportant,
};

} // namespace bw
