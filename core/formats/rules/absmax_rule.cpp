#include "core/formats/scale_rule.h"

#include <algorithm>

namespace bw {

extern const ScaleRule absmaxRule;
const ScaleRule absmaxRule {
    .id = "absmax",
    .title = BW_TR_NOOP("core", "Largest magnitude"),
    .help = BW_TR_NOOP("core", "The largest magnitude of a group maps to the end of the grid."),
    .isForAnyGrid = true,
    .choose =
        [](const ScaleTask& task) {
            const auto ranges = groupRanges(task.matrix, task.groups, task.ctx);
            std::vector<float> scales(ranges.size());
            std::transform(ranges.begin(), ranges.end(), scales.begin(), [&](const GroupRange& range) {
                return storedScale(task, static_cast<double>(range.absMax()), task.grid.span());
            });
            return scales;
        },
};

} // namespace bw
