#include "core/base/error.h"
#include "core/formats/families/family_support.h"
#include "core/formats/group_scales.h"
#include "core/formats/number_part.h"
#include "core/formats/rate_search.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
constexpr const char* prefix = "ecsq@";
constexpr const char* rateId = "rate";
constexpr const char* reachPart = "largest_level";

double rateOf(const ParamValues& params)
{
    const auto found = params.find(rateId);
    const auto* rate = found == params.end() ? nullptr : std::get_if<double>(&found->second);
    return rate == nullptr ? 0 : *rate;
}

ParamSpec rateParam()
{
    ParamSpec spec;
    spec.id = rateId;
    spec.title = BW_TR_NOOP("core", "Bits wanted");
    spec.help = BW_TR_NOOP("core", "Entropy of the codes in bits per weight; the step of the grid follows.");
    spec.type = ParamSpec::Type::Real;
    spec.min = 0.25;
    spec.max = 8;
    spec.step = 0.1;
    spec.defaultValue = 3.5;
    spec.unit = "bit";
    return spec;
}

std::optional<ParamValues> parseElement(std::string_view element)
{
    if (!element.starts_with(prefix)) {
        return std::nullopt;
    }
    const auto rate = parseDouble(element.substr(std::string_view(prefix).size()));
    if (!rate) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "\"%1\" needs a number of bits, as in %2"),
            printable(element), std::string(prefix) + "3.5");
    }
    return ParamValues { { rateId, *rate } };
}

std::vector<Problem> validateEcsq(const QuantFormat& format)
{
    if (format.scaling.rule == searchRule) {
        return { { "rule",
            { BW_TR_NOOP("core", "the step of %1 follows from its bits, so its scale cannot be searched"),
                { prefix + toText(rateOf(format.params)) } } } };
    }
    return {};
}

/// Rough: the alphabet follows from the weights.
int codeBits(const ParamValues& params)
{
    return std::max(1, static_cast<int>(std::ceil(rateOf(params))));
}

std::shared_ptr<const Codec> makeCodec(const QuantFormat& format, Groups groups, int reach, std::vector<float> scales)
{
    const auto stored = static_cast<std::uint16_t>(reach);
    std::vector<TensorPart> parts { numbersPart<std::uint16_t>(reachPart, DType::U16, std::span(&stored, 1)) };
    const int bits = bitsForLevels(2 * static_cast<std::size_t>(reach) + 1);
    return makeGridCodec(
        format, std::move(groups), UnitGrid::integers(-reach, reach), bits, std::move(scales), std::move(parts));
}

std::shared_ptr<const Codec> fit(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    Groups groups(matrix.shape, format.scaling);
    // What the scaling makes 1; the step of the grid is a share of it.
    Scaling exact = format.scaling;
    exact.store = "f32";
    const auto sizes
        = chooseScales(matrix, groups, exact, UnitGrid::codebook({ -1, 0, 1 }).withRms(1), ctx.sub(0, 0.2));
    const auto found = stepForRate(matrix, groups, sizes, rateOf(format.params), ctx.sub(0.2, 1));
    std::vector<float> scales(sizes.size());
    const auto& store = scaleStore(beforeUnit(format.scaling).store);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const float scale = storedScale(
            store, std::abs(static_cast<double>(sizes[i])) * found.step, 1, static_cast<float>(found.reach));
        scales[i] = std::copysign(scale, sizes[i]) + 0.0F;
    }
    return makeCodec(format, std::move(groups), found.reach, inUnits(std::move(scales), format.scaling));
}

std::shared_ptr<const Codec> restore(
    const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts)
{
    const int reach = readNumbers<std::uint16_t>(sideParts, reachPart, DType::U16, 1).front();
    if (reach < 1 || reach > largestReach) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "\"%1\" of the quantized tensor must be %2 to %3, not %4"),
            reachPart, "1", toText(largestReach), toText(reach));
    }
    Groups groups(shape, format.scaling);
    auto scales = readScales(sideParts, format.scaling, groups.count(), static_cast<float>(reach));
    return makeCodec(format, std::move(groups), reach, std::move(scales));
}
} // namespace

extern const FormatFamily ecsqFamily;
/// Equally spaced levels with an entropy code: at high rates within 0.25 bit of the best there is, whatever the
/// distribution (Gish and Pierce 1968; Orr et al., arXiv 2505.12988). Side parts: "scales" (the step of each group),
/// "largest_level" (the grid reaches as far to both sides).
const FormatFamily ecsqFamily {
    .id = "ecsq",
    .title = BW_TR_NOOP("core", "Entropy-coded uniform grid"),
    .explanation = BW_TR_NOOP("core",
        "Equally spaced levels, as many as the weights need, whose codes take the wanted bits on average by entropy "
        "coding."),
    .schema = { rateParam() },
    .examples = { "ecsq@3.5/c", "ecsq@3/c:rms", "ecsq@2.5/t:rms:f32", "ecsq@4/b64", "ecsq@3/t:rms/huffman",
        "ecsq@0.5/c:rms", "ecsq@8/t:f32/zstd", "ecsq@3/t:rms/sparse=0.1%" },
    .usualCoder = "rans",
    .isOdd = true,
    .tolerance = 0.16,
    .parseElement = parseElement,
    .elementText = [](const ParamValues& params) { return prefix + toText(rateOf(params)); },
    .validate = validateEcsq,
    .codeBits = codeBits,
    .fit = fit,
    .restore = restore,
};

} // namespace bw
