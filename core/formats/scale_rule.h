#pragma once

#include "core/base/job_context.h"
#include "core/formats/group_scales.h"
#include "core/formats/groups.h"
#include "core/formats/quant_format.h"
#include "core/formats/unit_grid.h"
#include "core/tensor/tensor_view.h"

#include <algorithm>
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

/// The values of one group, which are not all 0.
class GroupValues
{
public:
    GroupValues(std::span<const float> values, float largestMagnitude)
        : m_values(values)
        , m_largest(largestMagnitude)
    {
    }
    /// Of a group with more values than memory should hold.
    GroupValues(const TensorView& view, float largestMagnitude)
        : m_view(&view)
        , m_largest(largestMagnitude)
    {
    }

    std::uint64_t count() const { return m_view != nullptr ? m_view->count() : m_values.size(); }
    float largestMagnitude() const { return m_largest; }
    /// All values of a short group; nothing of a long one.
    std::span<const float> values() const { return m_values; }
    /// A long group; nullptr if it is a short one.
    const TensorView* view() const { return m_view; }
    /// Calls use(values) for pieces of the group in order.
    template <class Use>
    void forEachPiece(const JobContext& ctx, Use&& use) const
    {
        if (m_view == nullptr) {
            use(m_values);
            return;
        }
        FloatChunks chunks(*m_view);
        for (std::uint64_t at = 0; at < m_view->count(); at += FloatChunks::chunkSize) {
            ctx.checkpoint();
            use(chunks.values(at, std::min<std::uint64_t>(m_view->count(), at + FloatChunks::chunkSize)));
        }
    }

private:
    std::span<const float> m_values;
    const TensorView* m_view = nullptr;
    float m_largest;
};

/// Scales of all groups, several at a time: `scaleOf(values)` gets one group's values, which are not all 0.
std::vector<float> scalesByGroup(const ScaleTask& task, const std::function<float(const GroupValues& values)>& scaleOf);
/// The stored scale that maps `magnitude` to `span` of the task's grid. 0 for 0.
float storedScale(const ScaleTask& task, double magnitude, float span);
/// The same for the largest magnitude of each group, times `share`, and the span of the task's grid.
std::vector<float> storedScales(const ScaleTask& task, std::span<const GroupRange> ranges, double share);
/// The stored scale of the largest magnitude of the values: what most rules start from.
float largestScale(const ScaleTask& task, const GroupValues& values);
double rootMeanSquare(const GroupValues& values, const JobContext& ctx);

} // namespace bw
