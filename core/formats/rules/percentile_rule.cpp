#include "core/formats/largest_weights.h"
#include "core/formats/scale_rule.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
/// The magnitude that `percent` of the values do not exceed (nearest rank).
float magnitudeAt(const GroupValues& group, double percent, const JobContext& ctx)
{
    const auto size = static_cast<double>(group.count());
    const auto rank = static_cast<std::ptrdiff_t>(std::clamp(std::ceil(percent / 100 * size), 1.0, size));
    if (group.view() != nullptr) {
        return lastOfLargest(*group.view(), group.count() - static_cast<std::uint64_t>(rank) + 1, ctx);
    }
    const auto values = group.values();
    std::vector<float> magnitudes(values.size());
    std::transform(values.begin(), values.end(), magnitudes.begin(), [](float value) { return std::abs(value); });
    std::nth_element(magnitudes.begin(), magnitudes.begin() + (rank - 1), magnitudes.end());
    return magnitudes[static_cast<std::size_t>(rank - 1)];
}
} // namespace

extern const ScaleRule percentileRule;
const ScaleRule percentileRule {
    .id = "pct",
    .title = BW_TR_NOOP("core", "Percentile"),
    .help = BW_TR_NOOP("core",
        "This percentage of a group's magnitudes lies within the grid; larger ones are clipped. Where that many are 0, "
        "the largest magnitude counts."),
    .hasValue = true,
    .minValue = 50,
    .maxValue = 100,
    .usualValue = 99.9,
    .choose =
        [](const ScaleTask& task) {
            return scalesByGroup(task, [&](const GroupValues& values) {
                const float magnitude = magnitudeAt(values, task.scaling.ruleValue, task.ctx);
                return magnitude > 0 ? storedScale(task, static_cast<double>(magnitude), task.grid.span())
                                     : largestScale(task, values);
            });
        },
};

} // namespace bw
