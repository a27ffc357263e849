#include "core/formats/scale_rule.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
/// The largest power of two not above a positive number.
double powerBelow(double value)
{
    int exponent = 0;
    std::frexp(value, &exponent);
    return std::ldexp(1.0, exponent - 1);
}
} // namespace

extern const ScaleRule ocpRule;
/// OCP Microscaling formats (MX) specification 1.0, section 6.3.
const ScaleRule ocpRule {
    .id = "ocp",
    .title = BW_TR_NOOP("core", "Power of two, as in MX"),
    .help = BW_TR_NOOP("core",
        "The power of two below the largest magnitude maps to the power of two below the end of the grid; weights "
        "beyond the end are clipped to it."),
    .choose =
        [](const ScaleTask& task) {
            const auto ranges = groupRanges(task.matrix, task.groups, task.ctx);
            const auto end = static_cast<float>(powerBelow(static_cast<double>(task.grid.span())));
            std::vector<float> scales(ranges.size());
            std::transform(ranges.begin(), ranges.end(), scales.begin(), [&](const GroupRange& range) {
                const auto largest = static_cast<double>(range.absMax());
                return largest > 0 ? storedScale(task, powerBelow(largest), end) : 0.0F;
            });
            return scales;
        },
};

} // namespace bw
