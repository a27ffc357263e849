// Compiled once per instruction set by Highway (foreach_target.h); the set is chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/base/bulk_convert.cpp"
#include <hwy/foreach_target.h>

#include "core/base/bulk_convert.h"
#include "core/base/half.h"
#include "core/base/simd.h"

#include <hwy/highway.h>

#include <cstdint>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace bw::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR
using Floats = hn::ScalableTag<float>;
using Words = hn::RebindToUnsigned<Floats>;
using Ints = hn::RebindToSigned<Floats>;
using Shorts = hn::Rebind<std::uint16_t, Floats>;

HWY_INLINE hn::Vec<Floats> fromHalves(hn::Vec<Shorts> halves)
{
#if HWY_TARGET <= HWY_AVX2 && HWY_ARCH_X86
    return hn::PromoteTo(Floats(), hn::BitCast(hn::Rebind<hwy::float16_t, Floats>(), halves));
#else
    // Highway's own way elsewhere does not know infinities. The exponent is put right by an addition; numbers that are
    // denormal in half precision get the leading bit that they lack and lose it again by an exact subtraction. No
    // denormal float32 comes about, which processors take a hundred times longer for.
    const Words d;
    const Ints di;
    const auto bits = hn::PromoteTo(d, halves);
    const auto sign = hn::ShiftLeft<16>(hn::And(bits, hn::Set(d, 0x8000U)));
    const auto magnitude = hn::BitCast(di, hn::ShiftLeft<13>(hn::And(bits, hn::Set(d, 0x7FFFU))));
    const auto normal = hn::Add(magnitude, hn::Set(di, 112 << 23));
    const auto lifted = hn::BitCast(Floats(), hn::Add(magnitude, hn::Set(di, 113 << 23)));
    const auto small = hn::BitCast(di, hn::Sub(lifted, hn::Set(Floats(), 0x1p-14F)));
    const auto number = hn::IfThenElse(hn::Lt(magnitude, hn::Set(di, 1 << 23)), small, normal);
    const auto special = hn::IfThenElseZero(hn::Gt(magnitude, hn::Set(di, 0x0F7FFFFF)), hn::Set(di, 0x7F800000));
    const auto quiet = hn::IfThenElseZero(hn::Gt(magnitude, hn::Set(di, 0x0F800000)), hn::Set(di, 0x00400000));
    const auto marks = hn::Or(sign, hn::BitCast(d, hn::Or(special, quiet)));
    return hn::BitCast(Floats(), hn::Or(hn::BitCast(d, number), marks));
#endif
}

HWY_INLINE hn::Vec<Floats> fromBfloats(hn::Vec<Shorts> bfloats)
{
    return hn::BitCast(Floats(), hn::ShiftLeft<16>(hn::PromoteTo(Words(), bfloats)));
}

/// Converts whole vectors; returns how many values those are.
template <class Convert>
HWY_INLINE std::size_t convertVectors(const std::byte* from, float* to, std::size_t count, Convert convert)
{
    const Shorts d;
    const hn::Repartition<std::uint8_t, Shorts> bytes;
    std::size_t i = 0;
    for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
        const auto loaded = hn::LoadU(bytes, reinterpret_cast<const std::uint8_t*>(from + 2 * i));
        hn::StoreU(convert(hn::BitCast(d, loaded)), Floats(), to + i);
    }
    return i;
}

std::size_t HalvesToFloats(const std::byte* from, float* to, std::size_t count)
{
    return convertVectors(from, to, count, [](hn::Vec<Shorts> halves) HWY_ATTR { return fromHalves(halves); });
}
std::size_t BfloatsToFloats(const std::byte* from, float* to, std::size_t count)
{
    return convertVectors(from, to, count, [](hn::Vec<Shorts> bfloats) HWY_ATTR { return fromBfloats(bfloats); });
}
#else
std::size_t HalvesToFloats(const std::byte*, float*, std::size_t)
{
    return 0;
}
std::size_t BfloatsToFloats(const std::byte*, float*, std::size_t)
{
    return 0;
}
#endif

} // namespace
} // namespace bw::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bw {

HWY_EXPORT(HalvesToFloats);
HWY_EXPORT(BfloatsToFloats);

namespace {
template <class Single>
void convertSingly(const std::byte* from, float* to, std::size_t first, std::size_t count, Single single)
{
    for (std::size_t i = first; i < count; ++i) {
        std::uint16_t value = 0;
        std::memcpy(&value, from + 2 * i, sizeof(value));
        to[i] = single(value);
    }
}
} // namespace

void halvesToFloats(const std::byte* from, float* to, std::size_t count)
{
    const std::size_t done = simd::isScalar() ? 0 : BW_SIMD_CALL(HalvesToFloats)(from, to, count);
    convertSingly(from, to, done, count, halfToFloat);
}

void bfloatsToFloats(const std::byte* from, float* to, std::size_t count)
{
    const std::size_t done = simd::isScalar() ? 0 : BW_SIMD_CALL(BfloatsToFloats)(from, to, count);
    convertSingly(from, to, done, count, bfloatToFloat);
}

} // namespace bw
#endif // HWY_ONCE
