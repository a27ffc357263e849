#include "core/formats/grid_codec.h"

#include "core/formats/grid_kernels.h"
#include "core/formats/group_scales.h"

#include <algorithm>
#include <bit>
#include <iterator>

namespace bw {

CodecWithGroups::CodecWithGroups(QuantFormat format, Groups groups, int codeBits, std::vector<TensorPart> sideParts)
    : m_format(std::move(format))
    , m_groups(std::move(groups))
    , m_codeBits(codeBits)
    , m_parts(std::move(sideParts))
{
}

std::uint64_t CodecWithGroups::typicalGroup() const
{
    std::call_once(m_isTypicalKnown, [this] {
        std::vector<float> sizes;
        sizes.reserve(static_cast<std::size_t>(m_groups.count()));
        for (std::uint64_t group = 0; group < m_groups.count(); ++group) {
            sizes.push_back(sizeOf(group));
        }
        m_typicalGroup = medianIndex(sizes);
    });
    return m_typicalGroup;
}

void GroupedCodec::encode(std::uint64_t first, std::span<const float> values, std::span<std::uint16_t> codes) const
{
    groups().forEachPart(first, values.size(), [&](std::uint64_t group, std::size_t offset, std::size_t length) {
        encodeGroup(group, values.subspan(offset, length), codes.data() + offset);
    });
}

void GroupedCodec::decode(std::uint64_t first, std::span<const std::uint16_t> codes, std::span<float> values) const
{
    groups().forEachPart(first, codes.size(), [&](std::uint64_t group, std::size_t offset, std::size_t length) {
        decodeGroup(group, codes.subspan(offset, length), values.data() + offset);
    });
}

std::uint64_t CodecWithGroups::sideBits() const
{
    std::uint64_t bits = 0;
    for (const auto& part : m_parts) {
        bits += 8 * part.data.bytes.size();
    }
    return bits;
}

int bitsForLevels(std::size_t levels)
{
    return std::max(1, static_cast<int>(std::bit_width(levels - 1)));
}

namespace {
class GridCodec : public CodecWithGroups
{
public:
    GridCodec(QuantFormat format, Groups groups, UnitGrid grid, int codeBits, std::vector<float> scales,
        std::vector<TensorPart> parts)
        : CodecWithGroups(std::move(format), std::move(groups), codeBits, std::move(parts))
        , m_grid(std::move(grid))
        , m_scales(std::move(scales))
        , m_table(m_grid.levels().begin(), m_grid.levels().end())
    {
        // No code, however it came about, may read beyond the table.
        m_table.resize(std::size_t { 1 } << codeBits, m_table.back());
    }

    int codeCount() const override { return static_cast<int>(m_grid.levels().size()); }
    Grid grid(std::uint64_t group) const override
    {
        return scaledGrid(m_grid.levels(), m_grid.thresholds(), m_scales[group]);
    }
    std::optional<CodeValues> codeValues() const override
    {
        if (m_grid.isIntegers()) {
            return CodeValues { .groups = groups(), .scales = m_scales, .isIntegers = true, .low = m_grid.low() };
        }
        return CodeValues { .groups = groups(),
            .scales = m_scales,
            .levels = { m_grid.levels().begin(), m_grid.levels().end() },
            .levelsPerTable = m_grid.levels().size() };
    }

    void encode(std::uint64_t first, std::span<const float> values, std::span<std::uint16_t> codes) const override
    {
        forEachRuns(first, values.size(), [&](std::span<const ScaledRun> runs, std::size_t offset) {
            if (m_grid.isIntegers()) {
                encodeIntegers(runs, values.data() + offset, m_grid.low(), m_grid.high(), codes.data() + offset);
            } else {
                encodeThresholds(runs, values.data() + offset, m_grid.thresholds(), codes.data() + offset);
            }
        });
    }

    void decode(std::uint64_t first, std::span<const std::uint16_t> codes, std::span<float> values) const override
    {
        forEachRuns(first, values.size(), [&](std::span<const ScaledRun> runs, std::size_t offset) {
            if (m_grid.isIntegers()) {
                decodeIntegers(runs, codes.data() + offset, m_grid.low(), values.data() + offset);
            } else {
                decodeLevels(runs, codes.data() + offset, m_table, values.data() + offset);
            }
        });
    }

protected:
    float sizeOf(std::uint64_t group) const override { return m_scales[group]; }

private:
    /// Calls work(runs, offset of the first).
    template <class Work>
    void forEachRuns(std::uint64_t first, std::size_t count, Work&& work) const
    {
        const auto scale = [this](std::uint64_t group) { return m_scales[group]; };
        groups().forEachRuns(first, count, scale,
            [&](std::span<const ScaledRun> runs, std::uint64_t, std::size_t offset) { work(runs, offset); });
    }

    UnitGrid m_grid;
    std::vector<float> m_scales;
    std::vector<float> m_table;
};
} // namespace

std::shared_ptr<const Codec> makeGridCodec(QuantFormat format, Groups groups, UnitGrid grid, int codeBits,
    std::vector<float> scales, std::vector<TensorPart> more)
{
    auto parts = scaleParts(format.scaling, groups.arrayShape(), scales);
    std::move(more.begin(), more.end(), std::back_inserter(parts));
    return std::make_shared<GridCodec>(
        std::move(format), std::move(groups), std::move(grid), codeBits, std::move(scales), std::move(parts));
}

std::shared_ptr<const Codec> fitGridCodec(
    const QuantFormat& format, UnitGrid grid, int codeBits, const TensorView& matrix, const JobContext& ctx)
{
    Groups groups(matrix.shape, format.scaling);
    auto scales = chooseScales(matrix, groups, format.scaling, grid, ctx);
    return makeGridCodec(format, std::move(groups), std::move(grid), codeBits, std::move(scales));
}

std::shared_ptr<const Codec> restoreGridCodec(
    const QuantFormat& format, UnitGrid grid, int codeBits, const Shape& shape, std::span<const TensorPart> sideParts)
{
    Groups groups(shape, format.scaling);
    auto scales = readScales(sideParts, format.scaling, groups.count(), grid.reach());
    return makeGridCodec(format, std::move(groups), std::move(grid), codeBits, std::move(scales));
}

} // namespace bw
