#include "core/allocate/allocator.h"

namespace bw {

namespace {
Allocation sameEverywhere(const AllocationRequest& request, const JobContext&)
{
    const auto* uniform = request.problem->bestUniform(request.budget);
    if (uniform == nullptr) {
        throw Error(ErrorKind::BadInput,
            Text(BW_TR_NOOP("core",
                "No single format for all layers fits the budget. Add formats of fewer bits, or use another "
                "allocator.")));
    }
    Allocation allocation = describe(*request.problem, uniform->choices, request.budget);
    for (auto& layer : allocation.layers) {
        if (layer.format == uniform->format) {
            layer.reason = Text(BW_TR_NOOP("core", "the same format for all layers"));
        }
    }
    return allocation;
}
} // namespace

extern const Allocator uniformAllocator;
const Allocator uniformAllocator {
    .id = "uniform",
    .title = Text(BW_TR_NOOP("core", "The same for all layers")),
    .explanation
    = Text(BW_TR_NOOP("core", "The one format that does the least damage within the budget, for every layer.")),
    .schema = {},
    .allocate = sameEverywhere,
};

} // namespace bw
