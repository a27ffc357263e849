#pragma once

#include "core/formats/codec.h"
#include "core/formats/groups.h"

#include <span>
#include <string>
#include <vector>

namespace bw {

/// Factors of bit planes, each added or subtracted: `planes` for each group, of at least 0, whose sum is a number. They
/// are stored as the part "factors".

/// Rounds one group's factors to the store's type; those of weights near the end of float32 shrink until all sums are
/// numbers.
void roundFactors(std::span<const double> found, const std::string& store, std::span<float> factors);
TensorPart factorsPart(
    const Groups& groups, std::size_t planes, const std::string& store, std::span<const float> factors);
/// What such a part holds. Error{BadFile}: absent, of another type or size, or not such factors.
std::vector<float> readFactors(
    std::span<const TensorPart> parts, const Groups& groups, std::size_t planes, const std::string& store);
/// The first factor of each group.
std::vector<float> firstFactors(std::span<const float> factors, std::size_t planes);

} // namespace bw
