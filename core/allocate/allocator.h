#pragma once

#include "core/allocate/allocation.h"
#include "core/allocate/front.h"
#include "core/base/job_context.h"
#include "core/base/registry.h"
#include "core/formats/param_schema.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bw {

/// A menu made ready for questions about one kind of cost: its front, and what each format would cost everywhere.
/// Immutable and thread-safe; made once (some milliseconds), asked at every move of a slider.
class AllocationProblem
{
public:
    AllocationProblem(AllocationMenu menu, CostKind costKind);

    const AllocationMenu& menu() const { return m_menu; }
    CostKind costKind() const { return m_costKind; }
    const AllocationFront& front() const { return m_front; }

    /// One format wherever a group has it; the nearest in cost where it has not (locked layers). By rising cost.
    struct Uniform
    {
        QuantFormat format;
        std::vector<std::uint32_t> choices;
        std::uint64_t cost = 0; ///< fixed cost included
        double damage = 0;
        bool isEverywhere = true; ///< every group that is not locked or excluded has it
    };
    const std::vector<Uniform>& uniforms() const { return m_uniforms; }
    /// The uniform choice of least damage within the budget; null if none fits.
    const Uniform* bestUniform(std::uint64_t budget) const;

    /// What lagrangian allocation answers, without words: the front's solution, or the best uniform choice if that is
    /// better (formats off the hull). Costs and budget with fixed cost. What a slider calls at every move.
    FrontSolution solve(std::uint64_t budget) const;
    std::uint64_t fixedCost() const { return bw::fixedCost(m_menu, m_costKind); }
    std::uint64_t leastCost() const { return fixedCost() + m_front.leastCost(); }
    std::uint64_t mostCost() const { return fixedCost() + m_front.mostCost(); }
    /// The front as (bytes of the file, damage), from the smallest to the best; every vertex.
    std::vector<CostPoint> frontInBytes() const;

private:
    void addUniforms();

    AllocationMenu m_menu;
    CostKind m_costKind;
    AllocationFront m_front;
    std::vector<Uniform> m_uniforms;
};
using AllocationProblemPtr = std::shared_ptr<const AllocationProblem>;

/// How far a measured choice falls behind the float model, in shares of the samples (0.01: one in a hundred).
struct MeasuredDrop
{
    double drop = 0;
    double standardError = 0;
    std::uint64_t samples = 0; ///< used so far
    bool isComplete = false; ///< there are no more
};
/// Measures a choice on at least `samples` samples; asked again with more when that did not decide.
using DropMeasure = std::function<MeasuredDrop(const Allocation& allocation, std::uint64_t samples, const JobContext&)>;

struct AllocationRequest
{
    AllocationProblemPtr problem;
    std::uint64_t budget = 0; ///< in units of the problem's cost, fixed cost included: budgetCost()
    ParamValues params; ///< of the allocator
    std::vector<QuantFormat> byHand; ///< format of each layer of the menu, for allocators that take it as given
    DropMeasure measureDrop; ///< may be null
};

/// A way to choose: one entry of allocators.inc, one file in allocators/. Pure: the same request gives the same answer.
struct Allocator
{
    std::string id; ///< "lagrangian"
    Text title;
    Text explanation;
    ParamSchema schema;
    bool needsBudget = true; ///< false: the size is what comes out
    bool needsRecipe = false; ///< AllocationRequest::byHand
    /// Error{BadInput}: the budget is below what is reachable; says the least, and what locks cost of it.
    Allocation (*allocate)(const AllocationRequest& request, const JobContext& ctx);
};

const Registry<Allocator>& allocators();
/// What is used where nobody says otherwise.
const Allocator& defaultAllocator();

/// Runs an allocator with its parameters checked and completed; its answer is held against budget and locks.
/// Error{BadInput|Unsupported}.
Allocation allocate(const Allocator& allocator, AllocationRequest request, const JobContext& ctx);

// --- For allocators ---

/// Layers, totals, bound and reasons for one option per group.
Allocation describe(const AllocationProblem& problem, const std::vector<std::uint32_t>& choices, std::uint64_t budget);
/// Error{BadInput} with the least size and what locks, exclusions and minimum bits cost, if the budget is below it.
void requireReachable(const AllocationProblem& problem, std::uint64_t budget);

} // namespace bw
