#pragma once

#include "core/allocate/allocator.h"

#include <cstdint>
#include <vector>

namespace bw {

/// Weights of a group's layers.
double weightsOf(const AllocationMenu& menu, const MenuGroup& group);
/// Bits per weight of each of the group's options.
std::vector<double> optionBits(const AllocationMenu& menu, const MenuGroup& group);

/// Allocation by rule: a group wants `level` bits more or less than all others, and gets the option nearest to that.
struct Ladder
{
    double level = 0; ///< the highest whose choice fits the budget
    std::vector<std::uint32_t> choices;
};
/// `wishes`: bits per weight each group wants above the level. Options that cost more and do no less damage than others
/// are left out. The cheapest choice if nothing fits.
Ladder highestLadder(const AllocationProblem& problem, const std::vector<double>& wishes, std::uint64_t budget);

} // namespace bw
