#include "core/formats/scale_rule.h"

#include <algorithm>

namespace bw {

extern const ScaleRule shareRule;
const ScaleRule shareRule {
    .id = "clip",
    .title = BW_TR_NOOP("core", "Share of the largest"),
    .help = BW_TR_NOOP(
        "core", "Values beyond this share of the group's largest magnitude are clipped to the end of the grid."),
    .hasValue = true,
    .minValue = 0,
    .maxValue = 1,
    .usualValue = 0.98,
    .isShareOfLargest = true,
    .isForAnyGrid = true,
    .choose =
        [](const ScaleTask& task) {
            const auto ranges = groupRanges(task.matrix, task.groups, task.ctx);
            std::vector<float> scales(ranges.size());
            std::transform(ranges.begin(), ranges.end(), scales.begin(), [&](const GroupRange& range) {
                return storedScale(
                    task, static_cast<double>(range.absMax()) * task.scaling.ruleValue, task.grid.span());
            });
            return scales;
        },
};

} // namespace bw
