#include "core/formats/scale_rule.h"
#include "core/formats/scale_search.h"

#include <algorithm>

namespace bw {

extern const ScaleRule leastErrorRule;
const ScaleRule leastErrorRule {
    .id = searchRule,
    .title = BW_TR_NOOP("core", "Least squared error"),
    .help = BW_TR_NOOP("core", "The clipping point with the least squared error, found for each group."),
    .isForAnyGrid = true,
    .choose =
        [](const ScaleTask& task) {
            const auto& store = scaleStore(task.scaling.store);
            return scalesByGroup(task, [&](const GroupValues& values) {
                float start = largestScale(task, values);
                if (task.grid.hasRms()) {
                    // The outer levels of a grid for heavy tails may lie beyond the largest weight there is.
                    start = std::max(start, storedScale(task, rootMeanSquare(values, task.ctx), task.grid.rmsSpan()));
                }
                return searchGroupScale(values, store, start, task.grid, task.ctx);
            });
        },
};

} // namespace bw
