#include "core/allocate/menu.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bw {

namespace {
std::uint64_t wholeUnits(double value)
{
    constexpr double most = 9e18;
    return static_cast<std::uint64_t>(std::clamp(std::floor(value), 0.0, most));
}
} // namespace

CostKind costKindOf(const Budget& budget)
{
    return budget.kind == Budget::Kind::BitsPerWeight ? CostKind::WeightBits : CostKind::FileBytes;
}

std::uint64_t costOf(const MenuGroup::Option& option, CostKind kind)
{
    return kind == CostKind::FileBytes ? option.bytes : option.bits;
}

std::uint64_t fixedCost(const AllocationMenu& menu, CostKind kind)
{
    return kind == CostKind::FileBytes ? menu.fixedBytes : 0;
}

std::uint64_t budgetCost(const Budget& budget, const AllocationMenu& menu)
{
    switch (budget.kind) {
    case Budget::Kind::BitsPerWeight:
        return wholeUnits(budget.value * static_cast<double>(menu.weightCount));
    case Budget::Kind::Bytes:
        return wholeUnits(budget.value);
    case Budget::Kind::Share:
        return wholeUnits(budget.value * static_cast<double>(menu.sourceBytes));
    }
    return 0;
}

ChoiceTotals totalsOf(const AllocationMenu& menu, const std::vector<std::uint32_t>& choices)
{
    ChoiceTotals totals;
    totals.bytes = menu.fixedBytes;
    for (std::size_t group = 0; group < menu.groups.size(); ++group) {
        const auto& option = menu.groups[group].options[choices[group]];
        totals.bytes += option.bytes;
        totals.bits += option.bits;
        totals.damage += option.damage;
    }
    return totals;
}

} // namespace bw
