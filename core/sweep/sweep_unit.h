#pragma once

#include "core/sweep/sweep_plan.h"
#include "core/sweep/sweep_results.h"

#include <filesystem>

namespace bw {

struct SweepPlaces
{
    std::filesystem::path cacheFolder; ///< measurements between runs; empty: nowhere
    std::filesystem::path resultFolder; ///< a finished unit's result is kept as ID.json; empty: nowhere
    std::uint64_t memoryBudget = std::uint64_t { 1 } << 30;
};

/// Does one unit, or reads its result if it is in resultFolder: DoUnit of unit_runner.h. What cannot be done with this
/// model, budget or format is said in the result; what may work another time (no memory, disk full) is an Error.
std::string doSweepUnit(const WorkUnit& unit, const SweepPlaces& places, const JobContext& ctx);

/// All units of a plan, in order.
std::vector<SweepResult> runSweep(
    const SweepPlan& plan, const SweepPlaces& places, UnitRunner& runner, const JobContext& ctx);

} // namespace bw
