#pragma once

#include "core/base/job_context.h"
#include "core/formats/group_scales.h"
#include "core/formats/groups.h"
#include "core/formats/quant_format.h"
#include "core/formats/unit_grid.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace bw {

/// What a scale rule gets: finite values in groups, and the grid that is to be scaled.
struct ScaleTask
{
    const TensorView& matrix;
    const Groups& groups;
    const Scaling& scaling;
    const UnitGrid& grid;
    const JobContext& ctx;
};

/// Scales of all groups, several at a time: `scaleOf(values)` gets one group's values, which are not all 0.
std::vector<float> scalesByGroup(
    const ScaleTask& task, const std::function<float(std::span<const float> values)>& scaleOf);
/// The stored scale that maps `magnitude` to `span` of the task's grid. 0 for 0.
float storedScale(const ScaleTask& task, double magnitude, float span);
/// The same for the largest magnitude of each group, times `share`, and the span of the task's grid.
std::vector<float> storedScales(const ScaleTask& task, std::span<const GroupRange> ranges, double share);
/// The stored scale of the largest magnitude of the values: what most rules start from.
float largestScale(const ScaleTask& task, std::span<const float> values);
double rootMeanSquare(std::span<const float> values);

} // namespace bw
