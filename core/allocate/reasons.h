#pragma once

#include "core/allocate/allocator.h"

#include <cstdint>
#include <vector>

namespace bw {

/// Why each group of the menu has the option it has, in terms of what other options would cost and save.
std::vector<Text> allocationReasons(const AllocationProblem& problem, const std::vector<std::uint32_t>& choices);

} // namespace bw
