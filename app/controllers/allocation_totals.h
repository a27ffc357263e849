#pragma once

#include "app/document/allocation_plan.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace bw {

class Workbench;

/// The formats layers have now.
LayerChoices choicesOfNow(const AllocationGround& ground, const Workbench& bench);
/// Sums over choices, with layers off the menu as the window knows them.
AllocationTotals allocationTotals(const AllocationGround& ground, const LayerChoices& choices, const Workbench& bench);
/// The size of now, with excluded layers as they will be.
Budget sizeOfNow(const AllocationGround& ground, const Workbench& bench);
/// The option each group of the constrained menu has, where all its layers agree with the choices.
std::optional<std::vector<std::uint32_t>> groupsOf(const AllocationGround& ground, const LayerChoices& choices);

} // namespace bw
