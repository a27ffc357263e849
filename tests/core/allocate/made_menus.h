#pragma once

#include "core/allocate/allocator.h"

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

namespace bw::test {

/// Random options: costs rise, damages mostly fall, not always convex, sometimes equal.
std::vector<std::vector<CostPoint>> randomGroups(std::mt19937_64& random, std::size_t groups, std::size_t options);
/// Calls `use` with every choice of one option per group.
void forEachChoice(const std::vector<std::vector<CostPoint>>& groups,
    const std::function<void(const std::vector<std::uint32_t>&)>& use);
/// Least damage within the budget, by trying all; infinity if nothing fits.
double bruteForce(const std::vector<std::vector<CostPoint>>& groups, std::uint64_t budget);

/// A menu of untied layers "layer0", … whose options are int2/c, int3/c, …, with these costs as bytes.
AllocationMenu menuOf(const std::vector<std::vector<CostPoint>>& groups, std::uint64_t fixedBytes = 0);
AllocationProblemPtr problemOf(const AllocationMenu& menu, CostKind kind = CostKind::FileBytes);
/// Options of 2 … 8 bits of layers that bear error differently: damage is value · 4^-bits.
AllocationMenu likelyMenu(std::mt19937_64& random, std::size_t layers);

} // namespace bw::test
