#include "core/formats/tables_codec.h"

#include "core/formats/grid_kernels.h"

#include <algorithm>
#include <cmath>

namespace bw {

void CodeTables::add(const UnitGrid& grid)
{
    levels.insert(levels.end(), grid.levels().begin(), grid.levels().end());
    thresholds.insert(thresholds.end(), grid.thresholds().begin(), grid.thresholds().end());
}

namespace {
class TablesCodec : public GroupedCodec
{
public:
    TablesCodec(QuantFormat format, Groups groups, int codeBits, CodeTables tables, std::vector<float> scales,
        std::vector<TensorPart> sideParts)
        : GroupedCodec(std::move(format), std::move(groups), codeBits, std::move(sideParts))
        , m_tables(std::move(tables))
        , m_scales(std::move(scales))
    {
    }

    int codeCount() const override { return static_cast<int>(m_tables.levelsPerTable); }
    Grid grid(std::uint64_t group) const override { return scaledGrid(levels(group), thresholds(group), scale(group)); }
    std::optional<CodeValues> codeValues() const override
    {
        return CodeValues { .groups = groups(),
            .scales = m_scales,
            .levels = m_tables.levels,
            .levelsPerTable = m_tables.levelsPerTable,
            .isPerRow = m_tables.isPerRow };
    }

protected:
    float sizeOf(std::uint64_t group) const override
    {
        const auto table = levels(group);
        return m_scales.empty() ? std::max(std::abs(table.front()), std::abs(table.back())) : m_scales[group];
    }
    void encodeGroup(std::uint64_t group, std::span<const float> values, std::uint16_t* codes) const override
    {
        if (scale(group) == 0) {
            const auto zero = std::lower_bound(thresholds(group).begin(), thresholds(group).end(), 0.0F)
                - thresholds(group).begin();
            std::fill_n(codes, values.size(), static_cast<std::uint16_t>(zero));
        } else {
            encodeThresholds(values, scale(group), thresholds(group), codes);
        }
    }

    void decodeGroup(std::uint64_t group, std::span<const std::uint16_t> codes, float* values) const override
    {
        const auto table = levels(group);
        const auto last = static_cast<std::uint16_t>(table.size() - 1);
        const float factor = scale(group);
        for (std::size_t i = 0; i < codes.size(); ++i) {
            values[i] = table[std::min(codes[i], last)] * factor + 0.0F; // + 0: never -0
        }
    }

private:
    std::size_t table(std::uint64_t group) const
    {
        return static_cast<std::size_t>(m_tables.isPerRow ? groups().row(group) : group);
    }
    std::span<const float> levels(std::uint64_t group) const
    {
        return std::span(m_tables.levels).subspan(table(group) * m_tables.levelsPerTable, m_tables.levelsPerTable);
    }
    std::span<const float> thresholds(std::uint64_t group) const
    {
        const std::size_t count = m_tables.levelsPerTable - 1;
        return std::span(m_tables.thresholds).subspan(table(group) * count, count);
    }
    float scale(std::uint64_t group) const { return m_scales.empty() ? 1.0F : m_scales[group]; }

    CodeTables m_tables;
    std::vector<float> m_scales;
};
} // namespace

std::shared_ptr<const Codec> makeTablesCodec(QuantFormat format, Groups groups, int codeBits, CodeTables tables,
    std::vector<float> scales, std::vector<TensorPart> sideParts)
{
    return std::make_shared<TablesCodec>(
        std::move(format), std::move(groups), codeBits, std::move(tables), std::move(scales), std::move(sideParts));
}

} // namespace bw
