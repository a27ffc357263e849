#pragma once

#include "core/allocate/allocator.h"
#include "core/allocate/fit_to_file.h"
#include "core/calibrate/dataset.h"
#include "core/model/model.h"
#include "core/sensitivity/damage_meter.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace bw {

class ResultCache;

/// Below 3 bits the damages of single layers do not add up. So: measure what each layer's next options would do with
/// all others as they are now, make the best few of these moves within the budget, and go on from there until the
/// measured KL divergence from the float model stops falling.
struct RefineRequest
{
    ModelPtr model;
    DatasetPtr data;
    AllocationProblemPtr problem;
    std::uint64_t budget = 0; ///< in units of the problem's cost, fixed cost included
    std::vector<Allocation> starts; ///< where to begin, from the same layers; uniform formats are looked at in any case
    std::uint64_t samples = 1000; ///< of the data, the first ones: half to choose moves by, half to judge them
    std::uint64_t neighbourSamples
        = 160; ///< of the choosing half, for one layer's options; doubled when that is too few
    std::uint64_t mostSteps = 16;
    std::filesystem::path cacheFolder; ///< where measurements are kept between runs; empty: nowhere
    std::uint64_t memoryBudget = std::uint64_t { 1 } << 30;
};

/// A choice that was measured as a whole.
struct MeasuredChoice
{
    std::string name; ///< "lagrangian", "uniform int4/c", "step 3"
    std::vector<std::uint32_t> choices;
    std::uint64_t cost = 0;
    DamageSums choosing; ///< on the samples that moves were chosen by
    DamageSums judging; ///< on samples that had no part in choosing: what to believe
};

struct Refinement
{
    /// Of the visited choices that get as many samples right as the best uniform format (within a standard error) that of
    /// least KL on the judging samples, or one that is worse by at most 2 % of it and fills the
    /// budget to 0.1 %; with measured figures in notes.
    Allocation allocation;
    std::vector<MeasuredChoice> visited; ///< starts, uniform formats, each step, then what fills the budget
    std::size_t best = 0; ///< of `visited`
};

/// Never over the budget, and never worse than the starts and the uniform formats within it on the judging samples.
/// Locks and ties of the menu hold. Deterministic; a canceled or killed run goes on where it was if there is a
/// cacheFolder. Error{BadInput}: too few samples, or nothing fits the budget; Error{Unsupported}: no graph.
Refinement refineAllocation(const RefineRequest& request, ResultCache* cache, const JobContext& ctx);

/// As refineAllocation(), with the budget held by the real size (fit_to_file.h): what the menu was wrong by is taken
/// off the budget, and refining goes on from there. The answer's bytes and bits are the real ones.
Refinement refineToSize(RefineRequest request, const SizeMeasure& measure, ResultCache* cache, const JobContext& ctx);

/// The options of a group, by index, that a step looks at from `option`: the next cheaper and the next dearer one that
/// no other beats, and those about a bit per weight away. Rising.
std::vector<std::uint32_t> nextOptions(
    const AllocationMenu& menu, std::uint32_t group, std::uint32_t option, CostKind kind);

} // namespace bw
