#pragma once

#include "core/allocate/allocator.h"
#include "core/model/model.h"
#include "core/recipe/recipe.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace bw {

class ResultCache;

/// How large the result of an allocation really is.
struct RealSize
{
    std::uint64_t bytes = 0; ///< of the written file
    std::uint64_t bits = 0; ///< of all weights
};
using SizeMeasure = std::function<RealSize(const Allocation& allocation, const JobContext& ctx)>;

/// Sizes on a menu are right to some bytes per layer (and to more where formats have fractional bits). This allocates,
/// measures, and corrects the budget by the difference until the real size is within it and close below. The answer's
/// bytes and bits are the real ones. Error{BadInput} as allocate().
Allocation allocateToSize(
    const Allocator& allocator, const AllocationRequest& request, const SizeMeasure& measure, const JobContext& ctx);

/// The size of what `recipe`, edited by the allocation, makes of a model; quantizes what `cache` (may be null) lacks.
/// `exporter`: id of one that has sizes.
SizeMeasure quantizedSize(
    ModelPtr model, Recipe recipe, const std::string& exporter, std::shared_ptr<ResultCache> cache);

} // namespace bw
