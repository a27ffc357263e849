// Compiled once per instruction set by Highway (foreach_target.h); the set is chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/formats/grid_kernels.cpp"
// Vectors without a size at compile time cannot be kept in classes.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include <hwy/foreach_target.h>

#include "core/base/simd.h"
#include "core/formats/grid_kernels.h"
#include "core/formats/plain_kernels.h"
#include "core/formats/search_steps.h"

#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <limits>

HWY_BEFORE_NAMESPACE();
namespace bw::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Ints = hn::RebindToSigned<Floats>;
using Words = hn::RebindToUnsigned<Floats>;
using Codes = hn::Rebind<std::uint16_t, Floats>;
using FloatVector = hn::Vec<Floats>;
using IntVector = hn::Vec<Ints>;

constexpr std::size_t width = hn::MaxLanes(Floats());

HWY_INLINE IntVector loadCodes(const std::uint16_t* codes)
{
    return hn::PromoteTo(Ints(), hn::LoadU(Codes(), codes));
}
HWY_INLINE void storeCodes(IntVector codes, std::uint16_t* to)
{
    hn::StoreU(hn::DemoteTo(Codes(), codes), Codes(), to);
}

std::size_t totalLength(const ScaledRun* runs, std::size_t runCount)
{
    std::size_t total = 0;
    for (std::size_t r = 0; r < runCount; ++r) {
        total += runs[r].length;
    }
    return total;
}

/// Calls convert(scale vector, from, to) for whole vectors over all runs. The last vector of a run reaches into the
/// next run, which is written afterwards; only at the very end a copy is needed.
template <class From, class To, class Zero, class Convert>
HWY_INLINE void forEachVector(
    const ScaledRun* runs, std::size_t runCount, const From* from, To* to, Zero zero, Convert convert)
{
    const Floats d;
    const From* const end = from + totalLength(runs, runCount);
    for (std::size_t r = 0; r < runCount; ++r) {
        const std::size_t length = runs[r].length;
        if (HWY_UNLIKELY(runs[r].scale == 0)) {
            std::fill_n(to, length, zero);
            from += length;
            to += length;
            continue;
        }
        const auto scale = hn::Set(d, runs[r].scale);
        std::size_t i = 0;
        for (; i + width <= length; i += width) {
            convert(scale, from + i, to + i);
        }
        if (i < length) {
            if (HWY_LIKELY(static_cast<std::size_t>(end - from) >= i + width)) {
                convert(scale, from + i, to + i);
            } else {
                From rest[width] = {};
                To converted[width];
                std::copy_n(from + i, length - i, rest);
                convert(scale, rest, converted);
                std::copy_n(converted, length - i, to + i);
            }
        }
        from += length;
        to += length;
    }
}

void EncodeIntegersOf(
    const ScaledRun* runs, std::size_t runCount, const float* values, int low, int high, std::uint16_t* codes)
{
    const Floats d;
    const Ints di;
    const auto lowest = hn::Set(d, static_cast<float>(low));
    const auto highest = hn::Set(d, static_cast<float>(high));
    const auto offset = hn::Set(di, low);
    forEachVector(runs, runCount, values, codes, static_cast<std::uint16_t>(-low),
        [&](FloatVector scale, const float* from, std::uint16_t* to) HWY_ATTR {
            const auto z = hn::Min(hn::Max(hn::Div(hn::LoadU(d, from), scale), lowest), highest);
            const auto towardsZero = hn::ConvertTo(di, z);
            const auto rest = hn::Sub(z, hn::ConvertTo(d, towardsZero));
            // Twice the rest lies in -2 … 2 and is exact: its whole part is the step to the nearest, halves away from
            // 0.
            const auto rounded = hn::Add(towardsZero, hn::ConvertTo(di, hn::Add(rest, rest)));
            storeCodes(hn::Sub(rounded, offset), to);
        });
}

/// Counts thresholds below z by comparing with each.
class CountingSearch
{
public:
    explicit CountingSearch(const float* thresholds, std::size_t count)
        : m_thresholds(thresholds)
        , m_count(count)
    {
    }
    HWY_INLINE IntVector operator()(FloatVector z) const
    {
        const Floats d;
        auto below = hn::Zero(Ints());
        for (std::size_t i = 0; i < m_count; ++i) {
            const auto isBelow = hn::Gt(z, hn::Set(d, m_thresholds[i]));
            below = hn::Sub(below, hn::VecFromMask(Ints(), hn::RebindMask(Ints(), isBelow)));
        }
        return below;
    }

private:
    const float* m_thresholds;
    std::size_t m_count;
};

#if HWY_TARGET <= HWY_AVX3
/// Up to 15 thresholds fit into one vector, filled up with infinities: a binary search of four steps.
class RegisterSearch
{
public:
    static constexpr std::size_t most = 15;
    RegisterSearch(const float* thresholds, std::size_t count)
    {
        float filled[width];
        std::fill_n(std::copy_n(thresholds, count, filled), width - count, std::numeric_limits<float>::infinity());
        m_table = hn::LoadU(Floats(), filled);
        m_middle = hn::Set(Floats(), filled[7]);
    }
    HWY_INLINE IntVector operator()(FloatVector z) const
    {
        const Ints di;
        auto below = hn::IfThenElseZero(hn::RebindMask(di, hn::Gt(z, m_middle)), hn::Set(di, 8));
        below = step<4>(z, below);
        below = step<2>(z, below);
        return step<1>(z, below);
    }

private:
    template <int size>
    HWY_INLINE IntVector step(FloatVector z, IntVector below) const
    {
        const Ints di;
        const auto probe = hn::Add(below, hn::Set(di, size - 1));
        const auto threshold = hn::TableLookupLanes(m_table, hn::IndicesFromVec(Floats(), probe));
        return hn::Add(below, hn::IfThenElseZero(hn::RebindMask(di, hn::Gt(z, threshold)), hn::Set(di, size)));
    }

    FloatVector m_table;
    FloatVector m_middle;
};
#endif

/// A binary search of the same steps for all values.
class GatheringSearch
{
public:
    GatheringSearch(const float* thresholds, std::size_t count)
        : m_thresholds(thresholds)
        , m_steps(count)
    {
    }
    HWY_INLINE IntVector operator()(FloatVector z) const { return continued(z, hn::Zero(Ints()), 0); }

protected:
    /// The steps from step `first` on.
    HWY_INLINE IntVector continued(FloatVector z, IntVector below, std::size_t first) const
    {
        const Ints di;
        for (std::size_t i = first; i < m_steps.count(); ++i) {
            const auto threshold = hn::GatherIndex(Floats(), m_thresholds + m_steps[i] - 1, below);
            const auto size = hn::Set(di, static_cast<std::int32_t>(m_steps[i]));
            below = hn::Add(below, hn::IfThenElseZero(hn::RebindMask(di, hn::Gt(z, threshold)), size));
        }
        return below;
    }

    const float* m_thresholds;
    SearchSteps m_steps;
};

#if HWY_TARGET <= HWY_AVX2 && HWY_ARCH_X86
/// The same, with the numbers of its first steps in registers: a tree, node k above the nodes 2k and 2k + 1.
class RegisterTopSearch : public GatheringSearch
{
public:
    RegisterTopSearch(const float* thresholds, std::size_t count)
        : GatheringSearch(thresholds, count)
    {
        std::int32_t below[2 * width] = {};
        float numbers[width] = {};
        for (std::size_t node = 1; node < width; ++node) {
            const auto size = static_cast<std::int32_t>(m_steps[static_cast<std::size_t>(std::bit_width(node)) - 1]);
            numbers[node] = thresholds[below[node] + size - 1];
            below[2 * node] = below[node];
            below[2 * node + 1] = below[node] + size;
        }
        m_numbers = hn::LoadU(Floats(), numbers);
        m_below = hn::LoadU(Ints(), below + width);
    }
    HWY_INLINE IntVector operator()(FloatVector z) const
    {
        const Floats d;
        const Ints di;
        auto node = hn::Set(di, 1);
        for (std::size_t i = 0; i < topSteps; ++i) {
            const auto isBelow = hn::Gt(z, hn::TableLookupLanes(m_numbers, hn::IndicesFromVec(d, node)));
            node = hn::Sub(hn::Add(node, node), hn::VecFromMask(di, hn::RebindMask(di, isBelow)));
        }
        const auto leaf = hn::And(node, hn::Set(di, static_cast<std::int32_t>(width) - 1));
        return continued(z, hn::TableLookupLanes(m_below, hn::IndicesFromVec(di, leaf)), topSteps);
    }

private:
    static constexpr std::size_t topSteps = width == 16 ? 4 : 3;
    FloatVector m_numbers;
    IntVector m_below;
};
static_assert(width == 16 || width == 8);
#else
using RegisterTopSearch = GatheringSearch;
#endif

constexpr std::size_t countedThresholds = 31; // up to here, comparing with all is faster than a binary search

void EncodeThresholdsOf(const ScaledRun* runs, std::size_t runCount, const float* values, const float* thresholds,
    std::size_t thresholdCount, std::uint16_t* codes)
{
    const auto zero
        = static_cast<std::uint16_t>(std::lower_bound(thresholds, thresholds + thresholdCount, 0.0F) - thresholds);
    const auto encode = [&](const auto& search) HWY_ATTR {
        forEachVector(runs, runCount, values, codes, zero,
            [&](FloatVector scale, const float* from, std::uint16_t* to)
                HWY_ATTR { storeCodes(search(hn::Div(hn::LoadU(Floats(), from), scale)), to); });
    };
#if HWY_TARGET <= HWY_AVX3
    if (thresholdCount <= RegisterSearch::most) {
        encode(RegisterSearch(thresholds, thresholdCount));
        return;
    }
#endif
    if (thresholdCount <= countedThresholds) {
        encode(CountingSearch(thresholds, thresholdCount));
    } else {
        encode(RegisterTopSearch(thresholds, thresholdCount));
    }
}

void DecodeIntegersOf(const ScaledRun* runs, std::size_t runCount, const std::uint16_t* codes, int low, float* values)
{
    const auto offset = hn::Set(Ints(), low);
    forEachVector(
        runs, runCount, codes, values, 0.0F, [&](FloatVector scale, const std::uint16_t* from, float* to) HWY_ATTR {
            const auto level = hn::ConvertTo(Floats(), hn::Add(loadCodes(from), offset));
            hn::StoreU(hn::Mul(level, scale), Floats(), to);
        });
}

void DecodeLevelsOf(const ScaledRun* runs, std::size_t runCount, const std::uint16_t* codes, const float* levels,
    std::size_t levelCount, float* values)
{
    const Floats d;
#if HWY_TARGET <= HWY_AVX3
    if (levelCount <= width) {
        float filled[width] = {};
        std::copy_n(levels, levelCount, filled);
        const auto table = hn::LoadU(d, filled);
        forEachVector(
            runs, runCount, codes, values, 0.0F, [&](FloatVector scale, const std::uint16_t* from, float* to) HWY_ATTR {
                const auto level = hn::TableLookupLanes(table, hn::IndicesFromVec(d, loadCodes(from)));
                hn::StoreU(hn::Mul(level, scale), d, to);
            });
        return;
    }
#else
    static_cast<void>(levelCount);
#endif
    forEachVector(runs, runCount, codes, values, 0.0F,
        [&](FloatVector scale, const std::uint16_t* from, float* to)
            HWY_ATTR { hn::StoreU(hn::Mul(hn::GatherIndex(d, levels, loadCodes(from)), scale), d, to); });
}

bool RangesOf(const ScaledRun* runs, std::size_t runCount, const float* x, ValueRange* ranges)
{
    const Floats d;
    // A value that is not finite makes 0·x, and then the sum, not a number.
    auto zeros = hn::Zero(d);
    float restZeros = 0;
    for (std::size_t r = 0; r < runCount; ++r) {
        const std::size_t length = runs[r].length;
        auto low = hn::Zero(d);
        auto high = low;
        std::size_t i = 0;
        for (; i + width <= length; i += width) {
            const auto v = hn::LoadU(d, x + i);
            low = hn::Min(v, low);
            high = hn::Max(v, high);
            zeros = hn::MulAdd(v, hn::Zero(d), zeros);
        }
        ValueRange range;
        if (i > 0) {
            // Which of two zeros a minimum is, differs: + 0 makes it the positive one.
            range = { hn::GetLane(hn::MinOfLanes(d, low)) + 0.0F, hn::GetLane(hn::MaxOfLanes(d, high)) + 0.0F };
        }
        for (; i < length; ++i) {
            range.low = x[i] < range.low ? x[i] : range.low;
            range.high = x[i] > range.high ? x[i] : range.high;
            restZeros += x[i] * 0.0F;
        }
        ranges[r] = range;
        x += length;
    }
    return hn::AllTrue(d, hn::Eq(zeros, hn::Zero(d))) && restZeros == 0.0F;
}

bool AllFiniteOf(const float* values, std::size_t count)
{
    const Words d;
    const auto sign = hn::Set(d, 0x7FFFFFFFU);
    auto largest = hn::Zero(d);
    const auto include = [&](const float* from) HWY_ATTR {
        largest = hn::Max(largest, hn::And(hn::BitCast(d, hn::LoadU(Floats(), from)), sign));
    };
    std::size_t i = 0;
    for (; i + width <= count; i += width) {
        include(values + i);
    }
    if (i < count) {
        float rest[width] = {};
        std::copy_n(values + i, count - i, rest);
        include(rest);
    }
    return hn::GetLane(hn::MaxOfLanes(d, largest)) < 0x7F800000U;
}

} // namespace
} // namespace bw::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bw {

HWY_EXPORT(EncodeIntegersOf);
HWY_EXPORT(EncodeThresholdsOf);
HWY_EXPORT(DecodeIntegersOf);
HWY_EXPORT(DecodeLevelsOf);
HWY_EXPORT(RangesOf);
HWY_EXPORT(AllFiniteOf);

void encodeIntegers(std::span<const ScaledRun> runs, const float* values, int low, int high, std::uint16_t* codes)
{
    if (simd::isScalar()) {
        plain::encodeIntegers(runs, values, low, high, codes);
    } else {
        BW_SIMD_CALL(EncodeIntegersOf)(runs.data(), runs.size(), values, low, high, codes);
    }
}

void encodeThresholds(
    std::span<const ScaledRun> runs, const float* values, std::span<const float> thresholds, std::uint16_t* codes)
{
    if (simd::isScalar()) {
        plain::encodeThresholds(runs, values, thresholds, codes);
    } else {
        BW_SIMD_CALL(EncodeThresholdsOf)
        (runs.data(), runs.size(), values, thresholds.data(), thresholds.size(), codes);
    }
}

void decodeIntegers(std::span<const ScaledRun> runs, const std::uint16_t* codes, int low, float* values)
{
    if (simd::isScalar()) {
        plain::decodeIntegers(runs, codes, low, values);
    } else {
        BW_SIMD_CALL(DecodeIntegersOf)(runs.data(), runs.size(), codes, low, values);
    }
}

void decodeLevels(
    std::span<const ScaledRun> runs, const std::uint16_t* codes, std::span<const float> levels, float* values)
{
    if (simd::isScalar()) {
        plain::decodeLevels(runs, codes, levels, values);
    } else {
        BW_SIMD_CALL(DecodeLevelsOf)(runs.data(), runs.size(), codes, levels.data(), levels.size(), values);
    }
}

bool rangesOf(std::span<const ScaledRun> runs, const float* values, ValueRange* ranges)
{
    return simd::isScalar() ? plain::rangesOf(runs, values, ranges)
                            : BW_SIMD_CALL(RangesOf)(runs.data(), runs.size(), values, ranges);
}

bool allFinite(std::span<const float> values)
{
    return simd::isScalar() ? plain::allFinite(values) : BW_SIMD_CALL(AllFiniteOf)(values.data(), values.size());
}

void encodeIntegers(std::span<const float> values, float scale, int low, int high, std::uint16_t* codes)
{
    const ScaledRun run { values.size(), scale };
    encodeIntegers({ &run, 1 }, values.data(), low, high, codes);
}

void encodeThresholds(
    std::span<const float> values, float scale, std::span<const float> thresholds, std::uint16_t* codes)
{
    const ScaledRun run { values.size(), scale };
    encodeThresholds({ &run, 1 }, values.data(), thresholds, codes);
}

void decodeIntegers(std::span<const std::uint16_t> codes, float scale, int low, float* values)
{
    const ScaledRun run { codes.size(), scale };
    decodeIntegers({ &run, 1 }, codes.data(), low, values);
}

void decodeLevels(std::span<const std::uint16_t> codes, float scale, std::span<const float> levels, float* values)
{
    const ScaledRun run { codes.size(), scale };
    decodeLevels({ &run, 1 }, codes.data(), levels, values);
}

} // namespace bw
#endif // HWY_ONCE
