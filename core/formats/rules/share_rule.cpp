#include "core/formats/scale_rule.h"

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
            return storedScales(task, groupRanges(task.matrix, task.groups, task.ctx), task.scaling.ruleValue);
        },
};

} // namespace bw
