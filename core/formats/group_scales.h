#pragma once

#include "core/base/job_context.h"
#include "core/formats/codec.h"
#include "core/formats/groups.h"
#include "core/formats/unit_grid.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// Smallest and largest value of a group, and 0.
using GroupRange = ValueRange;

/// Error{BadInput}: a NaN or infinity, with the index of the first.
void requireFinite(const TensorView& matrix, const JobContext& ctx);
/// Ranges of all groups. Error{BadInput} as requireFinite().
std::vector<GroupRange> groupRanges(const TensorView& matrix, const Groups& groups, const JobContext& ctx);

/// Root mean squares of all groups, of finite values.
std::vector<double> groupRms(const TensorView& matrix, const Groups& groups, const JobContext& ctx);

/// The scale magnitude / span as it is stored. 0 for magnitude 0. `reach`: largest |level|; the stored scale is kept
/// low enough that reach·scale is finite.
float storedScale(const ScaleStore& store, double magnitude, float span, float reach);

/// Scales of all groups, as stored, chosen by the scaling's rule for `grid`. 0 for a group of zeros.
std::vector<float> chooseScales(const TensorView& matrix, const Groups& groups, const Scaling& scaling,
    const UnitGrid& grid, const JobContext& ctx);

/// Scales of stores with a common unit of the tensor are chosen under this scaling first …
Scaling beforeUnit(Scaling scaling);
/// … and then become multiples of the unit, which is such that the largest scale is the largest multiple: of few bits,
/// so that the products are exact and the unit can be found again. Identity for other stores.
std::vector<float> inUnits(std::vector<float> scales, const Scaling& scaling);

/// The parts that hold the scales of a format: "scales" and, for stores with a common unit, "scale_unit".
std::vector<TensorPart> scaleParts(const Scaling& scaling, const Shape& shape, std::span<const float> scales);
/// An array of values that the store represents exactly.
TensorPart storedPart(std::string name, const std::string& store, Shape shape, std::span<const float> values);
/// The part `name`, `count` values of the store's type. Error{BadFile}: absent, of another type or size.
std::vector<float> readStoredPart(
    std::span<const TensorPart> parts, std::string_view name, const std::string& store, std::uint64_t count);
/// What scaleParts() holds: finite, not negative unless the rule is signed, and reach·scale finite. Error{BadFile}.
std::vector<float> readScales(
    std::span<const TensorPart> parts, const Scaling& scaling, std::uint64_t count, float reach);
/// nullptr if there is none.
const TensorPart* findPart(std::span<const TensorPart> parts, std::string_view name);
/// Index of the median magnitude, ties by index; 0 if there are none.
std::uint64_t medianIndex(std::span<const float> values);

} // namespace bw
