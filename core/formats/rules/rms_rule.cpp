#include "core/formats/scale_rule.h"

#include <algorithm>

namespace bw {

extern const ScaleRule rootMeanSquareRule;
const ScaleRule rootMeanSquareRule {
    .id = rmsRule,
    .title = BW_TR_NOOP("core", "Root mean square"),
    .help
    = BW_TR_NOOP("core", "The spread of a group, not its largest magnitude, sets the scale; outliers are clipped."),
    .choose =
        [](const ScaleTask& task) {
            const auto rms = groupRms(task.matrix, task.groups, task.ctx);
            std::vector<float> scales(rms.size());
            std::transform(rms.begin(), rms.end(), scales.begin(),
                [&](double value) { return storedScale(task, value, task.grid.rmsSpan()); });
            return scales;
        },
};

} // namespace bw
