#include "core/formats/scale_rule.h"

namespace bw {

extern const ScaleRule absmaxRule;
const ScaleRule absmaxRule {
    .id = "absmax",
    .title = BW_TR_NOOP("core", "Largest magnitude"),
    .help = BW_TR_NOOP("core", "The largest magnitude of a group maps to the end of the grid."),
    .isForAnyGrid = true,
    .choose
    = [](const ScaleTask& task) { return storedScales(task, groupRanges(task.matrix, task.groups, task.ctx), 1); },
};

} // namespace bw
