#include "core/formats/families/family_support.h"

#include "core/base/bit_stream.h"
#include "core/base/parallel.h"
#include "core/formats/grid_kernels.h"
#include "core/formats/group_scales.h"
#include "core/formats/scale_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace bw {

namespace {
constexpr const char* zerosPart = "zero_points";

int highestCode(const QuantFormat& format)
{
    return (1 << bitsOf(format.params)) - 1;
}

/// Scale and zero-point of each group: code q stands for (q - zero)·scale.
struct Affine
{
    std::vector<float> scales;
    std::vector<std::uint16_t> zeros;
};

TensorPart zeroPointsPart(const std::vector<std::uint16_t>& zeros, int bits)
{
    std::vector<std::byte> packed(static_cast<std::size_t>(packedBytes(zeros.size(), bits)));
    packCodes(zeros, bits, 0, packed);
    const auto bytes = static_cast<std::int64_t>(packed.size());
    return { zerosPart, makeTensor(DType::U8, { bytes }, std::move(packed)) };
}

std::vector<TensorPart> partsOf(const QuantFormat& format, const Groups& groups, const Affine& affine)
{
    auto parts = scaleParts(format.scaling, groups.arrayShape(), affine.scales);
    parts.push_back(zeroPointsPart(affine.zeros, bitsOf(format.params)));
    return parts;
}

class AffineCodec : public GroupedCodec
{
public:
    AffineCodec(const QuantFormat& format, Groups groups, Affine affine)
        : GroupedCodec(format, groups, bitsOf(format.params), partsOf(format, groups, affine))
        , m_affine(std::move(affine))
        , m_highest(highestCode(format))
    {
    }

    Grid grid(std::uint64_t group) const override
    {
        const auto unit = UnitGrid::integers(-zero(group), m_highest - zero(group));
        return scaledGrid(unit.levels(), unit.thresholds(), m_affine.scales[group]);
    }
    std::optional<CodeValues> codeValues() const override
    {
        return CodeValues {
            .groups = groups(), .scales = m_affine.scales, .isIntegers = true, .low = 0, .zeros = m_affine.zeros
        };
    }
    std::uint64_t sideBits() const override
    {
        return GroupedCodec::sideBits() - 8 * packedBytes(groupCount(), codeBits())
            + static_cast<std::uint64_t>(codeBits()) * groupCount();
    }

protected:
    float sizeOf(std::uint64_t group) const override { return m_affine.scales[group]; }
    void encodeGroup(std::uint64_t group, std::span<const float> values, std::uint16_t* codes) const override
    {
        const float scale = m_affine.scales[group];
        if (scale == 0) {
            std::fill_n(codes, values.size(), m_affine.zeros[group]);
        } else {
            encodeIntegers(values, scale, -zero(group), m_highest - zero(group), codes);
        }
    }
    void decodeGroup(std::uint64_t group, std::span<const std::uint16_t> codes, float* values) const override
    {
        decodeIntegers(codes, m_affine.scales[group], -zero(group), values);
    }

private:
    int zero(std::uint64_t group) const { return m_affine.zeros[group]; }
    Affine m_affine;
    int m_highest = 0;
};

int nearestZero(const GroupRange& range, double scale, int highest)
{
    return static_cast<int>(
        std::lround(std::clamp(-static_cast<double>(range.low) / scale, 0.0, static_cast<double>(highest))));
}

/// The grids of all zero-points.
std::vector<UnitGrid> gridsByZero(int highest)
{
    std::vector<UnitGrid> grids;
    for (int zero = 0; zero <= highest; ++zero) {
        grids.push_back(UnitGrid::integers(-zero, highest - zero));
    }
    return grids;
}

/// Both ends shrink by the same factor, so the zero-point stays; at each scale its neighbours are tried too.
std::pair<float, int> searchAffine(const GroupValues& values, int zero, const ScaleStore& store, float start,
    std::span<const UnitGrid> grids, const JobContext& ctx)
{
    const int highest = static_cast<int>(grids.size()) - 1;
    const GroupErrors errors(values, static_cast<std::size_t>(highest) + 1, ctx);
    const auto bestZero = [&](float scale) {
        std::pair<double, int> best { std::numeric_limits<double>::infinity(), zero };
        for (int candidate = std::max(0, zero - 1); candidate <= std::min(highest, zero + 1); ++candidate) {
            const double error = errors.at(scale, grids[static_cast<std::size_t>(candidate)]);
            best = error < best.first ? std::pair(error, candidate) : best;
        }
        return best;
    };
    const float largest = std::numeric_limits<float>::max() / static_cast<float>(highest);
    const float scale = searchScale(
        store, start, largest, [&](float candidate) { return bestZero(candidate).first; },
        [&](float candidate, double error) { return errors.clipError(candidate, error, 0.5); });
    return { scale, bestZero(scale).second };
}

Affine chooseAffine(const QuantFormat& format, const TensorView& matrix, const Groups& groups, const JobContext& ctx)
{
    const auto ranges = groupRanges(matrix, groups, ctx);
    const int highest = highestCode(format);
    const auto& store = scaleStore(beforeUnit(format.scaling).store);
    Affine affine { std::vector<float>(ranges.size()), std::vector<std::uint16_t>(ranges.size()) };
    const auto grids = format.scaling.rule == searchRule ? gridsByZero(highest) : std::vector<UnitGrid>();
    const auto perBlock = std::max<std::uint64_t>(1, 4096 / groups.length());
    parallelBlocks(groups.count(), perBlock, ctx, [&](std::uint64_t first, std::uint64_t last) {
        std::vector<float> values;
        for (std::uint64_t group = first; group < last; ++group) {
            const auto& range = ranges[group];
            const double width = static_cast<double>(range.high) - static_cast<double>(range.low);
            const double clip = format.scaling.ruleValue != 0 ? format.scaling.ruleValue : 1;
            float scale = storedScale(store, width * clip, static_cast<float>(highest), static_cast<float>(highest));
            if (scale == 0) {
                continue;
            }
            // A clipped range has the same shape, so the zero-point is that of the whole range.
            int zero = nearestZero(range, static_cast<double>(scale) / clip, highest);
            if (format.scaling.rule == searchRule) {
                const auto size = groups.size(group);
                if (size > mostSortedInMemory) {
                    const auto view = matrix.part(groups.begin(group), size, { static_cast<std::int64_t>(size) });
                    std::tie(scale, zero) = searchAffine({ view, range.absMax() }, zero, store, scale, grids, ctx);
                } else {
                    values.resize(static_cast<std::size_t>(size));
                    matrix.read(groups.begin(group), values);
                    std::tie(scale, zero) = searchAffine(
                        { std::span<const float>(values), range.absMax() }, zero, store, scale, grids, ctx);
                }
            }
            affine.scales[group] = scale;
            affine.zeros[group] = static_cast<std::uint16_t>(zero);
        }
    });
    affine.scales = inUnits(std::move(affine.scales), format.scaling);
    return affine;
}

std::shared_ptr<const Codec> fit(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    Groups groups(matrix.shape, format.scaling);
    auto affine = chooseAffine(format, matrix, groups, ctx);
    return std::make_shared<AffineCodec>(format, std::move(groups), std::move(affine));
}

std::shared_ptr<const Codec> restore(
    const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts)
{
    Groups groups(shape, format.scaling);
    const int bits = bitsOf(format.params);
    Affine affine { readScales(sideParts, format.scaling, groups.count(), static_cast<float>(highestCode(format))),
        {} };
    const TensorPart* part = findPart(sideParts, zerosPart);
    if (part == nullptr || part->data.dtype != DType::U8
        || part->data.bytes.size() != packedBytes(groups.count(), bits)) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "\"%1\" of the quantized tensor must be %2 bytes"),
            zerosPart, toText(packedBytes(groups.count(), bits)));
    }
    affine.zeros.resize(static_cast<std::size_t>(groups.count()));
    unpackCodes(part->data.bytes, bits, 0, affine.zeros);
    return std::make_shared<AffineCodec>(format, std::move(groups), std::move(affine));
}
} // namespace

extern const FormatFamily uintFamily;
/// Side parts: "scales" and "zero_points" (b bits each, packed like codes). The range is widened to hold 0, which is
/// exact.
const FormatFamily uintFamily {
    .id = "uint",
    .title = BW_TR_NOOP("core", "Integers with a zero-point"),
    .explanation
    = BW_TR_NOOP("core", "2^b equally spaced levels from a group's smallest to its largest weight; 0 is one of them."),
    .schema = { bitsParam(1, 8) },
    .examples = { "uint4/c", "uint4/b128:search", "uint1/b32", "uint2/t:clip0.7", "uint8/t:f32", "uint3/b32:f16",
        "uint4/b32:e4m3" },
    .takesAllRules = false,
    .hasZeroPoint = true,
    .levelsFamily = "levels",
    .tolerance = 0.15,
    .parseElement = [](std::string_view element) { return parseBits(element, "uint"); },
    .elementText = [](const ParamValues& params) { return bitsText("uint", params); },
    .codeBits = bitsOf,
    .fit = fit,
    .restore = restore,
};

} // namespace bw
