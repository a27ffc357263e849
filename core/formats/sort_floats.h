#pragma once

#include "core/base/job_context.h"
#include "core/base/scratch_file.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace bw {

/// Unsigned numbers in the order of the floats (-0 before 0).
inline std::uint32_t floatKey(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}
inline float floatOfKey(std::uint32_t key)
{
    return std::bit_cast<float>((key & 0x80000000U) != 0 ? key & 0x7FFFFFFFU : ~key);
}

inline constexpr std::size_t sortPollEvery = 65536; ///< values: well under a millisecond of work
inline constexpr int sortBucketBits = 12; ///< sign, exponent and three more: buckets of weights stay in the cache
inline constexpr std::size_t sortBucketCount = std::size_t { 1 } << sortBucketBits;

inline std::size_t sortBucketOf(std::uint32_t key)
{
    return key >> (32 - sortBucketBits);
}

/// Sorts floats without NaN ascending; polls ctx. Several threads; about linear time for large arrays.
void sortFloats(std::vector<float>& values, const JobContext& ctx);
/// Sorts `values` and moves `weights` (same size) along with them; equal values keep their order.
void sortFloats(std::vector<float>& values, std::vector<float>& weights, const JobContext& ctx);

/// Fills `values` and, if not empty, `weights` from position `first` on; called in order, more than once.
using FloatReader = std::function<void(std::uint64_t first, std::span<float> values, std::span<float> weights)>;

/// The same for more values than memory should hold, which the reader delivers: a file of the sorted floats, or of
/// pairs of a float and its weight, equal values by their weights. Reads all twice.
std::shared_ptr<ScratchFile> sortFloatsToFile(
    std::uint64_t count, bool hasWeights, const FloatReader& reader, const JobContext& ctx);

} // namespace bw
