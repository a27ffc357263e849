#include "core/base/parallel.h"
#include "core/formats/binary_coding.h"
#include "core/formats/families/family_support.h"
#include "core/formats/grid_kernels.h"
#include "core/formats/group_scales.h"
#include "core/formats/plane_factors.h"

#include <algorithm>
#include <array>

namespace bw {

namespace {
ParamSpec planesParam()
{
    auto spec = bitsParam(1, maxBinaryPlanes);
    spec.title = BW_TR_NOOP("core", "Bit planes");
    spec.help = BW_TR_NOOP("core", "Each adds or subtracts a factor of its own: n planes give 2ⁿ levels.");
    spec.defaultValue = std::int64_t { 3 };
    return spec;
}

class BinaryCodec : public GroupedCodec
{
public:
    BinaryCodec(const QuantFormat& format, const Groups& groups, std::size_t planes, std::vector<float> factors)
        : GroupedCodec(
            format, groups, static_cast<int>(planes), { factorsPart(groups, planes, format.scaling.store, factors) })
        , m_planes(planes)
        , m_factors(std::move(factors))
    {
    }

    Grid grid(std::uint64_t group) const override
    {
        const auto unit = UnitGrid::codebook(levelsOf(group).levels);
        return scaledGrid(unit.levels(), unit.thresholds(), 1);
    }

protected:
    /// The largest factor.
    float sizeOf(std::uint64_t group) const override { return m_factors[static_cast<std::size_t>(group) * m_planes]; }
    void encodeGroup(std::uint64_t group, std::span<const float> values, std::uint16_t* codes) const override
    {
        const auto binary = levelsOf(group);
        const auto grid = UnitGrid::codebook(binary.levels);
        encodeThresholds(values, 1, grid.thresholds(), codes);
        std::transform(codes, codes + values.size(), codes, [&](std::uint16_t rank) { return binary.codes[rank]; });
    }
    void decodeGroup(std::uint64_t group, std::span<const std::uint16_t> codes, float* values) const override
    {
        const auto binary = levelsOf(group);
        std::array<float, std::size_t { 1 } << maxBinaryPlanes> table {};
        for (std::size_t i = 0; i < binary.codes.size(); ++i) {
            table[binary.codes[i]] = binary.levels[i];
        }
        decodeLevels(codes, 1, table, values);
    }

private:
    BinaryLevels levelsOf(std::uint64_t group) const
    {
        return BinaryLevels(std::span(m_factors).subspan(static_cast<std::size_t>(group) * m_planes, m_planes));
    }

    std::size_t m_planes;
    std::vector<float> m_factors; ///< of each group, descending
};

std::shared_ptr<const Codec> fit(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    requireFinite(matrix, ctx);
    Groups groups(matrix.shape, format.scaling);
    const int planes = bitsOf(format.params);
    const auto count = static_cast<std::size_t>(planes);
    std::vector<float> factors(static_cast<std::size_t>(groups.count()) * count);
    const auto perBlock = std::max<std::uint64_t>(1, 1024 / std::max<std::uint64_t>(1, groups.length()));
    parallelBlocks(groups.count(), perBlock, ctx, [&](std::uint64_t first, std::uint64_t last) {
        for (std::uint64_t group = first; group < last; ++group) {
            const auto size = groups.size(group);
            const auto sorted
                = SortedValues::of(matrix.part(groups.begin(group), size, { static_cast<std::int64_t>(size) }), ctx);
            const auto found = fitBinaryFactors(sorted, planes, ctx);
            roundFactors(found, format.scaling.store,
                std::span(factors).subspan(static_cast<std::size_t>(group) * count, count));
        }
    });
    return std::make_shared<BinaryCodec>(format, groups, count, std::move(factors));
}

std::shared_ptr<const Codec> restore(
    const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts)
{
    const Groups groups(shape, format.scaling);
    const auto planes = static_cast<std::size_t>(bitsOf(format.params));
    auto factors = readFactors(sideParts, groups, planes, format.scaling.store);
    return std::make_shared<BinaryCodec>(format, groups, planes, std::move(factors));
}
} // namespace

extern const FormatFamily bcqFamily;
/// Side part: "factors". Bit i of a code says whether factor i is added or subtracted.
const FormatFamily bcqFamily {
    .id = "bcq",
    .title = BW_TR_NOOP("core", "Binary codes"),
    .explanation = BW_TR_NOOP("core",
        "A weight is a sum of ± factors, one a bit plane, fitted to each group: multiplication by table look-up needs "
        "no multiplier."),
    .schema = { planesParam() },
    .examples = { "bcq3/b128:f16", "bcq1/b32", "bcq2/c", "bcq4/t:f32", "bcq6/b64", "bcq3/c/sparse=1%" },
    .hasScale = false,
    .tolerance = 0.21,
    .parseElement = [](std::string_view element) { return parseBits(element, "bcq"); },
    .elementText = [](const ParamValues& params) { return bitsText("bcq", params); },
    .codeBits = bitsOf,
    .fit = fit,
    .restore = restore,
};

} // namespace bw
