// Compiled once per instruction set by Highway (foreach_target.h); the set is chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/gguf/block_kernels.cpp"
// Vectors without a size at compile time cannot be kept in arrays.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include <hwy/foreach_target.h>

#include "core/base/simd.h"
#include "core/gguf/block_kernels.h"

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bw::gguf::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = HWY_CAPPED(float, 16);
using Ints = hn::RebindToSigned<Floats>;
using Bytes = hn::Rebind<std::uint8_t, Floats>;
using SignedBytes = hn::Rebind<std::int8_t, Floats>;
using Vector = hn::Vec<Floats>;
constexpr std::size_t width = hn::MaxLanes(Floats());
constexpr std::size_t vectors = plainBlock / width;

/// A block in registers.
struct Block
{
    Vector x[vectors];

    HWY_INLINE explicit Block(const float* values)
    {
        for (std::size_t v = 0; v < vectors; ++v) {
            x[v] = hn::LoadU(Floats(), values + v * width);
        }
    }
    HWY_INLINE float largestMagnitude() const
    {
        auto largest = hn::Abs(x[0]);
        for (std::size_t v = 1; v < vectors; ++v) {
            largest = hn::Max(largest, hn::Abs(x[v]));
        }
        return hn::GetLane(hn::MaxOfLanes(Floats(), largest));
    }
    /// The value of largest magnitude, the first of several. Only two of opposite signs have to be looked for.
    HWY_INLINE float farthest(const float* values) const
    {
        const Floats d;
        auto low = x[0];
        auto high = x[0];
        for (std::size_t v = 1; v < vectors; ++v) {
            low = hn::Min(low, x[v]);
            high = hn::Max(high, x[v]);
        }
        low = hn::MinOfLanes(d, low);
        high = hn::MaxOfLanes(d, high);
        const auto opposite = hn::Neg(low);
        const float highest = hn::GetLane(high);
        if (HWY_UNLIKELY(highest == hn::GetLane(opposite))) {
            return highest > 0 ? firstOf(highest, values) : 0;
        }
        return hn::GetLane(hn::IfThenElse(hn::Gt(high, opposite), high, low)); // a branch would be a coin tossed
    }
    /// The first value of this magnitude, which is the block's largest.
    HWY_INLINE float firstOf(float magnitude, const float* values) const
    {
        const Floats d;
        for (std::size_t v = 0; v < vectors; ++v) {
            const auto at = hn::FindFirstTrue(d, hn::Eq(hn::Abs(x[v]), hn::Set(d, magnitude)));
            if (at >= 0) {
                return values[v * width + static_cast<std::size_t>(at)];
            }
        }
        return 0;
    }
};

/// Truncated to 0 … highest.
HWY_INLINE void storeCodes(Vector value, Vector highest, std::uint8_t* codes)
{
    const auto inside = hn::Min(hn::IfThenElseZero(hn::Gt(value, hn::Zero(Floats())), value), highest);
    hn::StoreU(hn::DemoteTo(Bytes(), hn::ConvertTo(Ints(), inside)), Bytes(), codes);
}

/// 1 / scales, and 0 for 0. Divisions for many blocks at once, which none of them waits for.
HWY_INLINE void invert(const float* scales, std::size_t count, float* inverses)
{
    const Floats d;
    const auto one = hn::Set(d, 1);
    std::size_t i = 0;
    for (; i + width <= count; i += width) {
        const auto scale = hn::LoadU(d, scales + i);
        hn::StoreU(hn::IfThenElseZero(hn::Ne(scale, hn::Zero(d)), hn::Div(one, scale)), d, inverses + i);
    }
    for (; i < count; ++i) {
        inverses[i] = scales[i] != 0 ? 1 / scales[i] : 0;
    }
}

/// Calls encode(block, inverse of its scale, its first value's index).
template <class Encode>
HWY_INLINE void forEachInverse(const float* values, std::size_t blocks, const float* scales, const Encode& encode)
{
    constexpr std::size_t batch = 64;
    float inverses[batch];
    for (std::size_t begin = 0; begin < blocks; begin += batch) {
        const std::size_t end = HWY_MIN(begin + batch, blocks);
        invert(scales + begin, end - begin, inverses);
        for (std::size_t i = begin; i < end; ++i) {
            encode(Block(values + i * plainBlock), hn::Set(Floats(), inverses[i - begin]), i * plainBlock);
        }
    }
}

void CodesByEnd(const float* values, std::size_t blocks, float half, std::uint8_t* codes, float* scales)
{
    for (std::size_t i = 0; i < blocks; ++i) {
        const float* at = values + i * plainBlock;
        scales[i] = Block(at).farthest(at) / -half;
    }
    const auto middle = hn::Set(Floats(), half + 0.5F);
    const auto highest = hn::Set(Floats(), 2 * half - 1);
    forEachInverse(values, blocks, scales, [&](const Block& block, Vector inverse, std::size_t first) HWY_ATTR {
        for (std::size_t v = 0; v < vectors; ++v) {
            storeCodes(hn::Add(hn::Mul(block.x[v], inverse), middle), highest, codes + first + v * width);
        }
    });
}

void CodesByRange(
    const float* values, std::size_t blocks, float most, std::uint8_t* codes, float* scales, float* offsets)
{
    const Floats d;
    const auto highest = hn::Set(d, most);
    for (std::size_t i = 0; i < blocks; ++i, values += plainBlock, codes += plainBlock) {
        const Block block(values);
        auto low = block.x[0];
        auto high = block.x[0];
        for (std::size_t v = 1; v < vectors; ++v) {
            low = hn::Min(low, block.x[v]);
            high = hn::Max(high, block.x[v]);
        }
        low = hn::MinOfLanes(d, low);
        const float lowest = hn::GetLane(low);
        const float scale = (hn::GetLane(hn::MaxOfLanes(d, high)) - lowest) / most;
        const auto inverse = hn::Set(d, scale != 0 ? 1 / scale : 0);
        scales[i] = scale;
        // Which of several zeros is the lowest shows in its sign only: the first one counts.
        offsets[i] = lowest == 0 ? block.firstOf(0, values) : lowest;
        for (std::size_t v = 0; v < vectors; ++v) {
            const auto place = hn::Mul(hn::Sub(block.x[v], low), inverse);
            storeCodes(hn::Add(place, hn::Set(d, 0.5F)), highest, codes + v * width);
        }
    }
}

void CodesByMagnitude(const float* values, std::size_t blocks, std::int8_t* codes, float* scales)
{
    const Floats d;
    const auto most = hn::Set(d, 127);
    // The largest float32 below 1/2: adding it and truncating rounds halves away from zero, and nothing below them.
    const auto half = hn::Set(d, 0x1.fffffep-2F);
    const auto sign = hn::SignBit(d);
    for (std::size_t i = 0; i < blocks; ++i) {
        scales[i] = Block(values + i * plainBlock).largestMagnitude() / 127;
    }
    forEachInverse(values, blocks, scales, [&](const Block& block, Vector inverse, std::size_t first) HWY_ATTR {
        for (std::size_t v = 0; v < vectors; ++v) {
            const auto place = hn::Mul(block.x[v], inverse);
            const auto magnitude = hn::Abs(place);
            // The inverse of next to nothing is infinite, and times zero no number at all: that is 0.
            const auto number = hn::IfThenElseZero(hn::Gt(magnitude, hn::Zero(d)), magnitude);
            const auto inside = hn::Min(hn::Add(number, half), most);
            const auto signedPlace = hn::Or(inside, hn::And(sign, place));
            hn::StoreU(hn::DemoteTo(SignedBytes(), hn::ConvertTo(Ints(), signedPlace)), SignedBytes(),
                codes + first + v * width);
        }
    });
}

void ValuesOfSteps(const std::uint8_t* codes, std::size_t groups, std::size_t length, float lowest,
    const GgufScale* scales, float* values)
{
    const Floats d;
    const auto first = hn::Set(d, lowest);
    for (std::size_t group = 0; group < groups; ++group) {
        const auto scale = hn::Set(d, scales[group].scale);
        const auto offset = hn::Set(d, scales[group].offset);
        for (std::size_t i = 0; i < length; i += width, codes += width, values += width) {
            const auto code = hn::ConvertTo(d, hn::PromoteTo(Ints(), hn::LoadU(Bytes(), codes)));
            hn::StoreU(hn::Add(hn::Mul(scale, hn::Add(code, first)), offset), d, values);
        }
    }
}

} // namespace
} // namespace bw::gguf::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bw::gguf {

HWY_EXPORT(CodesByEnd);
HWY_EXPORT(CodesByRange);
HWY_EXPORT(CodesByMagnitude);
HWY_EXPORT(ValuesOfSteps);

void codesByEnd(const float* values, std::size_t blocks, int half, std::uint8_t* codes, float* scales)
{
    BW_SIMD_CALL(CodesByEnd)(values, blocks, static_cast<float>(half), codes, scales);
}

void codesByRange(
    const float* values, std::size_t blocks, int highest, std::uint8_t* codes, float* scales, float* offsets)
{
    BW_SIMD_CALL(CodesByRange)(values, blocks, static_cast<float>(highest), codes, scales, offsets);
}

void codesByMagnitude(const float* values, std::size_t blocks, std::int8_t* codes, float* scales)
{
    BW_SIMD_CALL(CodesByMagnitude)(values, blocks, codes, scales);
}

void valuesOfSteps(const std::uint8_t* codes, std::size_t groups, std::size_t length, float lowest,
    const GgufScale* scales, float* values)
{
    BW_SIMD_CALL(ValuesOfSteps)(codes, groups, length, lowest, scales, values);
}

} // namespace bw::gguf
#endif // HWY_ONCE
