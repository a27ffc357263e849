#include "core/formats/scale_rule.h"

#include <algorithm>
#include <cmath>

namespace bw {

extern const ScaleRule signedMaxRule;
/// Orr, Ribar and Luschi, "Optimal Formats for Weight Quantisation", arXiv 2505.12988; as Q4_0 of llama.cpp does.
const ScaleRule signedMaxRule {
    .id = "signmax",
    .title = BW_TR_NOOP("core", "Largest magnitude, signed"),
    .help = BW_TR_NOOP("core",
        "The weight of largest magnitude maps to the farther end of the grid, whatever its sign: the scale has a sign, "
        "and the other end need not exist."),
    .isSigned = true,
    .choose =
        [](const ScaleTask& task) {
            const auto ranges = groupRanges(task.matrix, task.groups, task.ctx);
            const float end = task.grid.fartherEnd();
            std::vector<float> scales(ranges.size());
            std::transform(ranges.begin(), ranges.end(), scales.begin(), [&](const GroupRange& range) {
                const bool isNegative = -range.low > range.high;
                const float scale = storedScale(task, static_cast<double>(range.absMax()), std::abs(end));
                return scale != 0 && isNegative != (end < 0) ? -scale : scale;
            });
            return scales;
        },
};

} // namespace bw
