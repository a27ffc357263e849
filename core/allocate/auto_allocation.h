#pragma once

#include "core/allocate/build_menu.h"
#include "core/allocate/refine_allocation.h"
#include "core/sensitivity/sensitivity.h"

#include <vector>

namespace bw {

/// "The best model of this size": every way there is, and the one whose KL is measured to be least.
struct AutoRequest
{
    SensitivityRequest sensitivity; ///< model, data, layers, formats, seed, cache; samples: of the damage tables
    AllocationLimits limits;
    std::string exporter; ///< id: whose bytes count
    Budget budget;
    std::uint64_t samples = 1000; ///< of the data for refining; the tables use the half that moves are chosen by
    SizeMeasure measureSize; ///< holds the budget by the real size; empty: by that on the menu
};

struct AutoAllocation
{
    std::vector<DamageTable> tables; ///< in the order of sensitivities(); noisy ones shrunk (shrink_damage.h)
    std::vector<Allocation> starts; ///< the default allocator's answer to each table
    AllocationProblemPtr problem; ///< of the last table, the surest
    std::uint64_t budget = 0; ///< in units of the problem's cost
    Refinement refinement;
};

/// Kinds whose damages are an estimate of the KL to the float model for each candidate, so that they can be compared.
std::vector<const Sensitivity*> comparableSensitivities();

/// Tables of all comparable sensitivities, an allocation from each, and refinement from the best of them and of the
/// uniform formats. A kind that does not work for this model (no gradients) is left out, as a note of the allocation
/// says. Errors as of sensitivities and refineAllocation().
AutoAllocation allocateAutomatically(const AutoRequest& request, ResultCache* cache, const JobContext& ctx);

} // namespace bw
