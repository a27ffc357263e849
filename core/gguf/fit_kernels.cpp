// Compiled once per instruction set by Highway (foreach_target.h); the set is chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/gguf/fit_kernels.cpp"
// Vectors without a size at compile time cannot be kept in arrays.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include <hwy/foreach_target.h>

#include "core/base/simd.h"
#include "core/gguf/fit_kernels.h"

#include <hwy/highway.h>

#include <algorithm>

HWY_BEFORE_NAMESPACE();
namespace bw::gguf::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t lanes = 16;
constexpr std::size_t maxLength = 32;
using Floats = HWY_CAPPED(float, lanes);
using Vector = hn::Vec<Floats>;
using Mask = hn::Mask<Floats>;
constexpr std::size_t width = hn::MaxLanes(Floats());

/// Up to 16 groups, turned so that value i of all of them lie side by side.
struct Chunk
{
    HWY_ALIGN float values[maxLength * lanes];
    HWY_ALIGN float weights[maxLength * lanes];
    HWY_ALIGN float scale[lanes];
    HWY_ALIGN float offset[lanes];
    HWY_ALIGN float inverse[lanes];
    HWY_ALIGN float origin[lanes];
    HWY_ALIGN float isEmpty[lanes]; ///< not 0: yes
    int length = 0;

    /// Absent groups are zeros.
    void load(const Groups& groups, std::size_t first, std::size_t count)
    {
        length = groups.length;
        turn(groups.values + first * static_cast<std::size_t>(length), count, values);
        if (groups.weights != nullptr) {
            turn(groups.weights + first * static_cast<std::size_t>(length), count, weights);
        } else {
            for (std::size_t i = 0; i < static_cast<std::size_t>(length) * lanes; ++i) {
                weights[i] = values[i] * values[i];
            }
        }
    }
    void store(std::size_t count, GroupFit* fits) const
    {
        for (std::size_t i = 0; i < count; ++i) {
            fits[i] = { scale[i], offset[i], inverse[i], origin[i], isEmpty[i] != 0 };
        }
    }

private:
    void turn(const float* from, std::size_t count, float* to) const
    {
        const auto size = static_cast<std::size_t>(length);
        for (std::size_t group = 0; group < lanes; ++group) {
            for (std::size_t i = 0; i < size; ++i) {
                to[i * lanes + group] = group < count ? from[group * size + i] : 0;
            }
        }
    }
};

HWY_INLINE Vector set(float value)
{
    return hn::Set(Floats(), value);
}

/// Nearest integer, ties to even, of numbers below 2^22.
HWY_INLINE Vector rounded(Vector value)
{
    const auto magic = set(12582912.0F);
    return hn::Sub(hn::Add(value, magic), magic);
}

struct Best
{
    Vector scale;
    Vector measure; ///< scale · Σ w·x·q
};

/// Outermost values of the groups of a vector, and which of them are as good as zero; 1 stands for those.
struct Outermost
{
    Vector value;
    Mask isEmpty;
};

HWY_INLINE Outermost outermostOf(const float* values, int length)
{
    const Floats d;
    auto largest = hn::Zero(d);
    auto end = hn::Zero(d);
    for (int i = 0; i < length; ++i) {
        const auto x = hn::Load(d, values + static_cast<std::size_t>(i) * lanes);
        const auto magnitude = hn::Abs(x);
        const auto isLarger = hn::Gt(magnitude, largest);
        largest = hn::IfThenElse(isLarger, magnitude, largest);
        end = hn::IfThenElse(isLarger, x, end);
    }
    const auto isEmpty = hn::Lt(largest, set(1e-15F));
    return { hn::IfThenElse(isEmpty, set(1), end), isEmpty };
}

HWY_INLINE void storeFit(
    Chunk& chunk, std::size_t lane, Mask isEmpty, Vector scale, Vector offset, Vector inverse, Vector origin)
{
    const Floats d;
    hn::Store(hn::IfThenZeroElse(isEmpty, scale), d, chunk.scale + lane);
    hn::Store(offset, d, chunk.offset + lane);
    hn::Store(hn::IfThenZeroElse(isEmpty, inverse), d, chunk.inverse + lane);
    hn::Store(hn::IfThenZeroElse(isEmpty, origin), d, chunk.origin + lane);
    hn::Store(hn::IfThenElseZero(isEmpty, set(1)), d, chunk.isEmpty + lane);
}

void symmetricLanes(Chunk& chunk, std::size_t lane, float levels)
{
    const Floats d;
    const float* values = chunk.values + lane;
    const float* weights = chunk.weights + lane;
    const auto end = outermostOf(values, chunk.length);
    const auto low = set(-levels);
    const auto high = set(levels - 1);
    Vector crossFactor[maxLength];
    for (int i = 0; i < chunk.length; ++i) {
        const auto at = static_cast<std::size_t>(i) * lanes;
        crossFactor[i] = hn::Mul(hn::Load(d, weights + at), hn::Load(d, values + at));
    }
    auto scale = hn::Zero(d);
    auto best = hn::Zero(d);
    auto bestInverse = hn::Zero(d);
    for (int step = -10; step <= 9; ++step) {
        if (step == 0) {
            continue;
        }
        // The first try is the plain one.
        const float numerator = step == -10 ? -levels : -(levels + 0.1F * static_cast<float>(step));
        const auto inverse = hn::Div(set(numerator), end.value);
        auto cross = hn::Zero(d);
        auto square = hn::Zero(d);
        for (int i = 0; i < chunk.length; ++i) {
            const auto at = static_cast<std::size_t>(i) * lanes;
            const auto place = hn::Mul(inverse, hn::Load(d, values + at));
            const auto q = rounded(hn::Min(hn::Max(place, low), high));
            cross = hn::Add(cross, hn::Mul(crossFactor[i], q));
            square = hn::Add(square, hn::Mul(hn::Mul(hn::Load(d, weights + at), q), q));
        }
        const auto found = hn::Div(cross, square);
        if (step == -10) {
            scale = hn::IfThenElseZero(hn::Ne(square, hn::Zero(d)), found);
            best = hn::Mul(scale, cross);
            bestInverse = inverse;
            continue;
        }
        const auto isBetter
            = hn::And(hn::Gt(square, hn::Zero(d)), hn::Gt(hn::Mul(cross, cross), hn::Mul(best, square)));
        scale = hn::IfThenElse(isBetter, found, scale);
        best = hn::IfThenElse(isBetter, hn::Mul(found, cross), best);
        bestInverse = hn::IfThenElse(isBetter, inverse, bestInverse);
    }
    storeFit(chunk, lane, end.isEmpty, scale, hn::Zero(d), bestInverse, hn::Zero(d));
}

/// Least-squares lines through the groups of a vector.
class OffsetLanes
{
public:
    OffsetLanes(Chunk& chunk, std::size_t lane, float levels, const OffsetSearch& search)
        : m_chunk(chunk)
        , m_lane(lane)
        , m_levels(levels)
        , m_search(search)
    {
    }

    HWY_INLINE void run()
    {
        const Floats d;
        begin();
        const auto isEmpty = hn::Eq(m_high, m_offset);
        const auto low = m_offset;
        m_inverse = hn::Div(set(m_levels), hn::Sub(m_high, low));
        m_origin = low;
        m_scale = hn::Div(set(1), m_inverse);
        choose(m_inverse, low);
        m_best = error(m_scale, low);
        for (int i = 0; i <= m_search.steps; ++i) {
            const auto numerator = set(m_search.first + m_search.step * static_cast<float>(i) + m_levels);
            improve(hn::Div(numerator, hn::Sub(m_high, m_offset)));
        }
        storeFit(m_chunk, m_lane, isEmpty, m_scale, hn::IfThenElse(isEmpty, low, m_offset), m_inverse, m_origin);
        static_cast<void>(d);
    }

private:
    HWY_INLINE Vector value(int i) const { return hn::Load(Floats(), at(m_chunk.values, i)); }
    HWY_INLINE Vector weight(int i) const { return hn::Load(Floats(), at(m_chunk.weights, i)); }
    HWY_INLINE const float* at(const float* from, int i) const
    {
        return from + m_lane + static_cast<std::size_t>(i) * lanes;
    }

    HWY_INLINE void begin()
    {
        auto low = value(0);
        m_high = value(0);
        m_sumW = weight(0);
        m_sumX = hn::Mul(m_sumW, value(0));
        for (int i = 1; i < m_chunk.length; ++i) {
            const auto x = value(i);
            low = hn::IfThenElse(hn::Lt(x, low), x, low);
            m_high = hn::IfThenElse(hn::Gt(x, m_high), x, m_high);
            m_sumW = hn::Add(m_sumW, weight(i));
            m_sumX = hn::Add(m_sumX, hn::Mul(weight(i), x));
        }
        m_offset = hn::IfThenElse(hn::Gt(low, hn::Zero(Floats())), hn::Zero(Floats()), low);
    }

    HWY_INLINE Vector code(int i, Vector inverse, Vector origin) const
    {
        const auto zero = hn::Zero(Floats());
        const auto place = hn::Mul(inverse, hn::Sub(value(i), origin));
        // NaN, which a range of next to nothing gives, becomes 0.
        const auto positive = hn::IfThenElseZero(hn::Gt(place, zero), place);
        return rounded(hn::Min(positive, set(m_levels)));
    }
    HWY_INLINE void choose(Vector inverse, Vector origin)
    {
        for (int i = 0; i < m_chunk.length; ++i) {
            m_chosen[i] = code(i, inverse, origin);
        }
    }
    HWY_INLINE Vector error(Vector scale, Vector offset) const
    {
        auto sum = hn::Zero(Floats());
        for (int i = 0; i < m_chunk.length; ++i) {
            const auto difference = hn::Sub(hn::Add(hn::Mul(scale, m_chosen[i]), offset), value(i));
            const auto size = m_search.isAbsolute ? hn::Abs(difference) : hn::Mul(difference, difference);
            sum = hn::Add(sum, hn::Mul(weight(i), size));
        }
        return sum;
    }

    HWY_INLINE void improve(Vector inverse)
    {
        const auto zero = hn::Zero(Floats());
        const auto origin = m_offset;
        auto l = zero;
        auto l2 = zero;
        auto xl = zero;
        for (int i = 0; i < m_chunk.length; ++i) {
            m_chosen[i] = code(i, inverse, origin);
            const auto weighted = hn::Mul(weight(i), m_chosen[i]);
            l = hn::Add(l, weighted);
            l2 = hn::Add(l2, hn::Mul(weighted, m_chosen[i]));
            xl = hn::Add(xl, hn::Mul(weighted, value(i)));
        }
        const auto determinant = hn::Sub(hn::Mul(m_sumW, l2), hn::Mul(l, l));
        auto scale = hn::Div(hn::Sub(hn::Mul(m_sumW, xl), hn::Mul(m_sumX, l)), determinant);
        auto offset = hn::Div(hn::Sub(hn::Mul(l2, m_sumX), hn::Mul(l, xl)), determinant);
        const auto isAbove = hn::Gt(offset, zero);
        offset = hn::IfThenElse(isAbove, zero, offset);
        scale = hn::IfThenElse(isAbove, hn::Div(xl, l2), scale);
        const auto found = error(scale, offset);
        const auto isBetter = hn::And(hn::Gt(determinant, zero), hn::Lt(found, m_best));
        m_best = hn::IfThenElse(isBetter, found, m_best);
        m_scale = hn::IfThenElse(isBetter, scale, m_scale);
        m_offset = hn::IfThenElse(isBetter, offset, m_offset);
        m_inverse = hn::IfThenElse(isBetter, inverse, m_inverse);
        m_origin = hn::IfThenElse(isBetter, origin, m_origin);
    }

    Chunk& m_chunk;
    std::size_t m_lane;
    float m_levels;
    const OffsetSearch& m_search;
    Vector m_high;
    Vector m_sumW;
    Vector m_sumX;
    Vector m_scale;
    Vector m_offset;
    Vector m_inverse;
    Vector m_origin;
    Vector m_best;
    Vector m_chosen[maxLength];
};

/// Nearest level of the table, as tableCode().
HWY_INLINE Vector tableLevel(Vector x)
{
    auto level = set(tableLevels[0]);
    for (int i = 0; i < 15; ++i) {
        const auto isAbove = hn::Ge(x, set((tableLevels[i] + tableLevels[i + 1]) / 2));
        level = hn::Add(level, hn::IfThenElseZero(isAbove, set(tableLevels[i + 1] - tableLevels[i])));
    }
    return level;
}

void tableLanes(Chunk& chunk, std::size_t lane)
{
    constexpr int tries = 7;
    const Floats d;
    const float* values = chunk.values + lane;
    const float* weights = chunk.weights + lane;
    const auto end = outermostOf(values, chunk.length);
    auto scale = hn::Zero(d);
    auto best = hn::Zero(d);
    for (int step = -tries - 1; step <= tries; ++step) {
        const bool isFirst = step < -tries;
        const auto inverse = isFirst ? hn::Div(set(1), hn::Div(hn::Neg(end.value), set(tableLevels[0])))
                                     : hn::Div(set(static_cast<float>(step) + tableLevels[0]), end.value);
        auto cross = hn::Zero(d);
        auto square = hn::Zero(d);
        for (int i = 0; i < chunk.length; ++i) {
            const auto at = static_cast<std::size_t>(i) * lanes;
            const auto x = hn::Load(d, values + at);
            const auto q = tableLevel(hn::Mul(inverse, x));
            const auto weighted = hn::Mul(hn::Load(d, weights + at), q);
            cross = hn::Add(cross, hn::Mul(weighted, x));
            square = hn::Add(square, hn::Mul(weighted, q));
        }
        const auto isPositive = hn::Gt(square, hn::Zero(d));
        const auto found = hn::Div(cross, square);
        if (isFirst) {
            scale = hn::IfThenElseZero(isPositive, found);
            best = hn::Mul(scale, cross);
            continue;
        }
        const auto isBetter = hn::And(isPositive, hn::Gt(hn::Mul(cross, cross), hn::Mul(best, square)));
        scale = hn::IfThenElse(isBetter, found, scale);
        best = hn::IfThenElse(isBetter, hn::Mul(found, cross), best);
    }
    const auto zero = hn::Zero(d);
    storeFit(chunk, lane, end.isEmpty, scale, zero, zero, zero);
}

/// Runs `work(chunk, lane)` for all groups, a vector of them at a time.
template <class Work>
HWY_INLINE void forEachVector(const Groups& groups, GroupFit* fits, const Work& work)
{
    Chunk chunk;
    for (std::size_t first = 0; first < groups.count; first += lanes) {
        const std::size_t count = std::min(lanes, groups.count - first);
        chunk.load(groups, first, count);
        for (std::size_t lane = 0; lane < count; lane += width) {
            work(chunk, lane);
        }
        chunk.store(count, fits + first);
    }
}

void FitSymmetric(const Groups& groups, float levels, GroupFit* fits)
{
    forEachVector(groups, fits, [=](Chunk& chunk, std::size_t lane) { symmetricLanes(chunk, lane, levels); });
}
void FitWithOffset(const Groups& groups, float levels, const OffsetSearch& search, GroupFit* fits)
{
    forEachVector(
        groups, fits, [&](Chunk& chunk, std::size_t lane) { OffsetLanes(chunk, lane, levels, search).run(); });
}
void FitTable(const Groups& groups, GroupFit* fits)
{
    forEachVector(groups, fits, [](Chunk& chunk, std::size_t lane) { tableLanes(chunk, lane); });
}

} // namespace
} // namespace bw::gguf::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bw::gguf {

HWY_EXPORT(FitSymmetric);
HWY_EXPORT(FitWithOffset);
HWY_EXPORT(FitTable);

void fitSymmetricVectors(const Groups& groups, int levels, GroupFit* fits)
{
    BW_SIMD_CALL(FitSymmetric)(groups, static_cast<float>(levels), fits);
}

void fitWithOffsetVectors(const Groups& groups, int levels, const OffsetSearch& search, GroupFit* fits)
{
    BW_SIMD_CALL(FitWithOffset)(groups, static_cast<float>(levels), search, fits);
}

void fitTableVectors(const Groups& groups, GroupFit* fits)
{
    BW_SIMD_CALL(FitTable)(groups, fits);
}

} // namespace bw::gguf
#endif // HWY_ONCE
