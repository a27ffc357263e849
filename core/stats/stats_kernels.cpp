// Compiled once per instruction set by Highway (foreach_target.h); the set is chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/stats/stats_kernels.cpp"
// Vectors without a size at compile time cannot be kept in arrays.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include <hwy/foreach_target.h>

#include "core/base/simd.h"
#include "core/stats/stats_kernels.h"

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

HWY_BEFORE_NAMESPACE();
namespace bw::stats::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// sumLanes values as float vectors of the instruction set, and as double vectors.
using Floats = HWY_CAPPED(float, sumLanes);
using Ints = hn::RebindToSigned<Floats>;
using Doubles = HWY_CAPPED(double, sumLanes);
using HalfFloats = hn::Rebind<float, Doubles>;
using FloatVector = hn::Vec<Floats>;
using DoubleVector = hn::Vec<Doubles>;

constexpr std::size_t floatWidth = hn::MaxLanes(Floats());
constexpr std::size_t doubleWidth = hn::MaxLanes(Doubles());
constexpr std::size_t floatVectors = sumLanes / floatWidth;
constexpr std::size_t doubleVectors = sumLanes / doubleWidth;

/// sumLanes partial sums.
class LaneSums
{
public:
    LaneSums()
    {
        for (std::size_t i = 0; i < doubleVectors; ++i) {
            m_vectors[i] = hn::Zero(Doubles());
        }
    }
    HWY_INLINE void add(std::size_t vector, DoubleVector value)
    {
        m_vectors[vector] = hn::Add(m_vectors[vector], value);
    }
    std::array<double, sumLanes> lanes() const
    {
        std::array<double, sumLanes> out;
        for (std::size_t i = 0; i < doubleVectors; ++i) {
            hn::StoreU(m_vectors[i], Doubles(), out.data() + i * doubleWidth);
        }
        return out;
    }

private:
    DoubleVector m_vectors[doubleVectors];
};

HWY_INLINE double fold(const std::array<double, sumLanes>& lanes)
{
    double total = 0;
    for (const double lane : lanes) {
        total += lane;
    }
    return total;
}

HWY_INLINE DoubleVector loadWide(const float* from)
{
    return hn::PromoteTo(Doubles(), hn::LoadU(HalfFloats(), from));
}

/// Layers are read group after group: brings the value that stands where `value` stands in the next group nearer, while
/// this group is worked on. The address is never read, and may lie behind the end.
HWY_INLINE void prefetchNext(const float* value, std::size_t groupValues)
{
    hwy::Prefetch(
        reinterpret_cast<const float*>(reinterpret_cast<std::uintptr_t>(value) + groupValues * sizeof(float)));
}

/// The same lanes and the same order for runs that fill no vector: each lane has one value at most.
HWY_INLINE RunSums RunSumsOfFew(const float* values, std::size_t count)
{
    RunSums result { values[0], values[0], true, 0, 0, 0 };
    for (std::size_t i = 0; i < count; ++i) {
        const float x = values[i];
        result.min = std::min(result.min, x);
        result.max = std::max(result.max, x);
        result.zeros += x == 0 ? 1 : 0;
        const double wide = x;
        result.sum += wide;
        result.sumOfSquares += wide * wide;
    }
    result.isFinite = std::isfinite(result.sumOfSquares);
    return result;
}

RunSums RunSumsOf(const float* values, std::size_t count)
{
    if (count < sumLanes) {
        return RunSumsOfFew(values, count);
    }
    const Floats d;
    FloatVector low[floatVectors];
    FloatVector high[floatVectors];
    for (std::size_t v = 0; v < floatVectors; ++v) {
        low[v] = high[v] = hn::Set(d, values[0]);
    }
    LaneSums sums;
    LaneSums squares;
    std::size_t zeros = 0;
    std::size_t i = 0;
    for (; i + sumLanes <= count; i += sumLanes) {
        for (std::size_t v = 0; v < floatVectors; ++v) {
            const auto x = hn::LoadU(d, values + i + v * floatWidth);
            low[v] = hn::Min(low[v], x);
            high[v] = hn::Max(high[v], x);
            zeros += hn::CountTrue(d, hn::Eq(x, hn::Zero(d)));
        }
        for (std::size_t v = 0; v < doubleVectors; ++v) {
            const auto x = loadWide(values + i + v * doubleWidth);
            sums.add(v, x);
            squares.add(v, hn::Mul(x, x));
        }
    }
    RunSums result;
    auto sumLane = sums.lanes();
    auto squareLane = squares.lanes();
    result.min = hn::GetLane(hn::MinOfLanes(d, low[0]));
    result.max = hn::GetLane(hn::MaxOfLanes(d, high[0]));
    for (std::size_t v = 1; v < floatVectors; ++v) {
        result.min = std::min(result.min, hn::GetLane(hn::MinOfLanes(d, low[v])));
        result.max = std::max(result.max, hn::GetLane(hn::MaxOfLanes(d, high[v])));
    }
    for (; i < count; ++i) {
        const float x = values[i];
        result.min = std::min(result.min, x);
        result.max = std::max(result.max, x);
        zeros += x == 0 ? 1 : 0;
        const double wide = x;
        sumLane[i % sumLanes] += wide;
        squareLane[i % sumLanes] += wide * wide;
    }
    result.zeros = zeros;
    result.sum = fold(sumLane);
    result.sumOfSquares = fold(squareLane);
    // The square of a float32 cannot overflow float64, nor can a sum of squares of what fits into memory.
    result.isFinite = std::isfinite(result.sumOfSquares);
    return result;
}

void RunSumsOfRows(const float* values, std::size_t count, std::size_t length, RunSums* sums)
{
    for (std::size_t at = 0; at < count; at += length) {
        *sums++ = length < sumLanes ? RunSumsOfFew(values + at, length) : RunSumsOf(values + at, length);
    }
}

CentralSums CentralSumsOf(const float* values, std::size_t count, double mean)
{
    const auto center = hn::Set(Doubles(), mean);
    LaneSums second;
    LaneSums third;
    LaneSums fourth;
    std::size_t i = 0;
    for (; i + sumLanes <= count; i += sumLanes) {
        prefetchNext(values + i, count);
        for (std::size_t v = 0; v < doubleVectors; ++v) {
            const auto distance = hn::Sub(loadWide(values + i + v * doubleWidth), center);
            const auto square = hn::Mul(distance, distance);
            second.add(v, square);
            third.add(v, hn::Mul(square, distance));
            fourth.add(v, hn::Mul(square, square));
        }
    }
    auto secondLane = second.lanes();
    auto thirdLane = third.lanes();
    auto fourthLane = fourth.lanes();
    for (; i < count; ++i) {
        const double distance = static_cast<double>(values[i]) - mean;
        const double square = distance * distance;
        secondLane[i % sumLanes] += square;
        thirdLane[i % sumLanes] += square * distance;
        fourthLane[i % sumLanes] += square * square;
    }
    return { fold(secondLane), fold(thirdLane), fold(fourthLane) };
}

HWY_INLINE hn::Mask<Floats> isInTails(FloatVector x, const Tails& tails)
{
    const Floats d;
    return hn::Or(hn::Le(x, hn::Set(d, tails.low)), hn::Ge(x, hn::Set(d, tails.high)));
}

TailCounts CountTailsOf(const float* values, std::size_t count, const Tails& near, const Tails& far)
{
    const Floats d;
    TailCounts counts;
    std::size_t i = 0;
    for (; i + floatWidth <= count; i += floatWidth) {
        const auto x = hn::LoadU(d, values + i);
        const std::size_t found = hn::CountTrue(d, isInTails(x, near));
        if (found > 0) {
            counts.near += found;
            counts.far += hn::CountTrue(d, isInTails(x, far));
        }
    }
    for (; i < count; ++i) {
        counts.near += values[i] <= near.low || values[i] >= near.high ? 1 : 0;
        counts.far += values[i] <= far.low || values[i] >= far.high ? 1 : 0;
    }
    return counts;
}

std::size_t FindAboveIn(const float* values, std::size_t count, std::size_t start, float threshold)
{
    const Floats d;
    const auto low = hn::Set(d, threshold);
    const auto most = hn::Set(d, std::numeric_limits<float>::max());
    std::size_t i = start;
    for (; i + floatWidth <= count; i += floatWidth) {
        const auto magnitude = hn::Abs(hn::LoadU(d, values + i));
        const auto found = hn::FindFirstTrue(d, hn::And(hn::Gt(magnitude, low), hn::Le(magnitude, most)));
        if (found >= 0) {
            return i + static_cast<std::size_t>(found);
        }
    }
    for (; i < count; ++i) {
        const float magnitude = std::abs(values[i]);
        if (magnitude > threshold && magnitude <= std::numeric_limits<float>::max()) {
            return i;
        }
    }
    return count;
}

using IntVector = hn::Vec<Ints>;

/// Adding 1.5·2^23 rounds to the nearest whole number and leaves it in the low bits.
constexpr float roundingTerm = 0x1.8p23F;

/// The bin numbers by the nearest edge and on which side of it x is.
HWY_NOINLINE std::size_t exactBins(FloatVector x, const FloatBins& bins, std::int32_t* numbers)
{
    const Floats d;
    const Ints di;
    const auto place = hn::Mul(hn::Sub(x, hn::Set(d, bins.low)), hn::Set(d, bins.binsPerUnit));
    const auto rounded = hn::BitCast(di, hn::Add(place, hn::Set(d, roundingTerm)));
    const auto last = hn::Set(di, static_cast<std::int32_t>(bins.bins()));
    // Whatever comes of values outside must still be the number of an edge.
    const auto edge = hn::Min(hn::Max(hn::Sub(rounded, hn::BitCast(di, hn::Set(d, roundingTerm))), hn::Zero(di)), last);
    const auto isBelow = hn::RebindMask(di, hn::Lt(x, hn::GatherIndex(d, bins.starts.data(), edge)));
    const auto bin = hn::IfThenElse(isBelow, hn::Sub(edge, hn::Set(di, 1)), edge);
    const auto isInside = hn::And(hn::Ge(x, hn::Set(d, bins.low)), hn::Le(x, hn::Set(d, bins.high)));
    hn::StoreU(hn::IfThenElse(hn::RebindMask(di, isInside), bin, last), di, numbers);
    return floatWidth - hn::CountTrue(d, isInside);
}

std::size_t FindBinsOf(const float* values, std::size_t count, const FloatBins& bins, std::uint32_t* numbers)
{
    const Floats d;
    const Ints di;
    const hn::RebindToUnsigned<Ints> du;
    const auto low = hn::Set(d, bins.low);
    const auto binsPerUnit = hn::Set(d, bins.binsPerUnit);
    const auto magic = hn::Set(d, roundingTerm);
    const auto certain = hn::Set(d, 0.5F - bins.doubt);
    auto* out = reinterpret_cast<std::int32_t*>(numbers);
    std::size_t outside = 0;
    std::size_t i = 0;
    for (; i + floatWidth <= count; i += floatWidth) {
        prefetchNext(values + i, count);
        const auto x = hn::LoadU(d, values + i);
        // Rounding down is rounding half less to the nearest.
        const auto place = hn::Sub(hn::Mul(hn::Sub(x, low), binsPerUnit), hn::Set(d, 0.5F));
        const auto rounded = hn::Add(place, magic);
        const auto bin = hn::Sub(hn::BitCast(di, rounded), hn::BitCast(di, magic));
        const auto rest = hn::Abs(hn::Sub(place, hn::Sub(rounded, magic)));
        // Asking for what is certain leaves out NaN, and infinities, whose rest is NaN.
        const auto isClear = hn::RebindMask(du, hn::Lt(rest, certain));
        const auto isInside = hn::Lt(hn::BitCast(du, bin), hn::Set(du, bins.bins()));
        if (HWY_LIKELY(hn::AllTrue(du, hn::And(isClear, isInside)))) {
            hn::StoreU(bin, di, out + i);
        } else {
            outside += exactBins(x, bins, out + i);
        }
    }
    for (; i < count; ++i) {
        std::int32_t copies[floatWidth];
        outside += exactBins(hn::Set(d, values[i]), bins, copies) / floatWidth;
        out[i] = copies[0];
    }
    return outside;
}

} // namespace
} // namespace bw::stats::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bw::stats {

HWY_EXPORT(RunSumsOf);
HWY_EXPORT(RunSumsOfRows);
HWY_EXPORT(CentralSumsOf);
HWY_EXPORT(CountTailsOf);
HWY_EXPORT(FindAboveIn);
HWY_EXPORT(FindBinsOf);

RunSums runSums(std::span<const float> values)
{
    return BW_SIMD_CALL(RunSumsOf)(values.data(), values.size());
}

void runSumsOfRows(std::span<const float> values, std::size_t length, RunSums* sums)
{
    BW_SIMD_CALL(RunSumsOfRows)(values.data(), values.size(), length, sums);
}

CentralSums centralSums(std::span<const float> values, double mean)
{
    return BW_SIMD_CALL(CentralSumsOf)(values.data(), values.size(), mean);
}

TailCounts countTails(std::span<const float> values, const Tails& near, const Tails& far)
{
    return BW_SIMD_CALL(CountTailsOf)(values.data(), values.size(), near, far);
}

std::size_t findAbove(std::span<const float> values, std::size_t start, float threshold)
{
    return BW_SIMD_CALL(FindAboveIn)(values.data(), values.size(), start, threshold);
}

std::size_t findBins(std::span<const float> values, const FloatBins& bins, std::uint32_t* numbers)
{
    return BW_SIMD_CALL(FindBinsOf)(values.data(), values.size(), bins, numbers);
}

} // namespace bw::stats
#endif // HWY_ONCE
