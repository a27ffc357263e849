#pragma once

#include "core/base/job_context.h"
#include "core/formats/groups.h"
#include "core/formats/quant_format.h"
#include "core/formats/scale_rule.h"
#include "core/formats/sorted_values.h"
#include "core/formats/unit_grid.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace bw {

/// The scale, as stored, with the least `error(scale)`: from 1.25 times `start` down in steps of 6 % until clipping
/// alone costs more than the best found, then finer about the best, which may be `start` itself. `clipError(scale,
/// error)` is a lower bound of the part of the error that clipping causes, which only grows as the scale shrinks.
/// `start` > 0 is a stored scale.
float searchScale(const ScaleStore& store, float start, float largest, const std::function<double(float)>& error,
    const std::function<double(float, double)>& clipError);

/// Values of one group, prepared so that errors under many scales come cheap: long groups are sorted once, and then
/// each trial costs O(levels · log n). Keeps a reference to the values.
class GroupErrors
{
public:
    GroupErrors(const GroupValues& values, std::size_t levels, const JobContext& ctx);

    /// Σ(D(q)-x)² under one scale > 0.
    double at(float scale, const UnitGrid& grid) const;
    /// `error` at `scale` without the most that values inside a grid can contribute whose neighbouring thresholds are
    /// `halfGap` from their levels.
    double clipError(float scale, double error, double halfGap) const;

private:
    const GroupValues& m_values;
    const JobContext& m_ctx;
    std::optional<SortedValues> m_sorted;
};

/// The stored scale of one group of values (not all 0) with the least squared error on `grid`. `start`: the stored
/// scale of absmax.
float searchGroupScale(
    const GroupValues& values, const ScaleStore& store, float start, const UnitGrid& grid, const JobContext& ctx);

/// Σ(D(q)-x)² of values under one scale > 0, computed value by value.
double squaredErrorAt(std::span<const float> values, float scale, const UnitGrid& grid);

} // namespace bw
