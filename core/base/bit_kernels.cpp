// Compiled once per instruction set by Highway (foreach_target.h); the set is chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/base/bit_kernels.cpp"
#include <hwy/foreach_target.h>

#include "core/base/bit_kernels.h"
#include "core/base/simd.h"

#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace bw::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR
using Codes = hn::CappedTag<std::uint16_t, 32>;
using Pairs = hn::RepartitionToWide<Codes>;
using Fours = hn::RepartitionToWide<Pairs>;

constexpr std::size_t runLength = 8;
constexpr std::size_t blockRuns = 64; // side by side: a store can be read back in other pieces only some time later

/// Four codes, each in 16 bits, moved together into the low bits of every 64.
HWY_INLINE hn::Vec<Fours> join(hn::Vec<Codes> codes, int bits)
{
    const Pairs pairs;
    const Fours fours;
    const auto singles = hn::BitCast(pairs, codes);
    const auto two
        = hn::Or(hn::And(singles, hn::Set(pairs, 0xFFFFU)), hn::ShiftLeftSame(hn::ShiftRight<16>(singles), bits));
    const auto twos = hn::BitCast(fours, two);
    return hn::Or(hn::And(twos, hn::Set(fours, 0xFFFFFFFFU)), hn::ShiftLeftSame(hn::ShiftRight<32>(twos), 2 * bits));
}

/// And back.
HWY_INLINE hn::Vec<Codes> split(hn::Vec<Fours> joined, int bits)
{
    const Pairs pairs;
    const Fours fours;
    const auto lowTwo = hn::Set(fours, (std::uint64_t { 1 } << (2 * bits)) - 1);
    const auto two
        = hn::BitCast(pairs, hn::Or(hn::And(joined, lowTwo), hn::ShiftLeft<32>(hn::ShiftRightSame(joined, 2 * bits))));
    const auto lowOne = hn::Set(pairs, (1U << bits) - 1);
    return hn::BitCast(Codes(), hn::Or(hn::And(two, lowOne), hn::ShiftLeft<16>(hn::ShiftRightSame(two, bits))));
}

/// Returns the runs it packed: all.
std::size_t PackRuns(const std::uint16_t* codes, std::size_t runs, int bits, std::byte* packed)
{
    const Codes d;
    const std::size_t vectorRuns = hn::Lanes(d) / runLength;
    std::uint64_t halves[2 * blockRuns];
    for (std::size_t start = 0; start < runs; start += blockRuns) {
        const std::size_t count = std::min(blockRuns, runs - start);
        const std::uint16_t* from = codes + start * runLength;
        std::size_t r = 0;
        for (; r + vectorRuns <= count; r += vectorRuns) {
            hn::StoreU(join(hn::LoadU(d, from + r * runLength), bits), Fours(), halves + 2 * r);
        }
        if (r < count) {
            std::uint16_t rest[32] = {};
            std::copy(from + r * runLength, from + count * runLength, rest);
            std::uint64_t joined[8];
            hn::StoreU(join(hn::LoadU(d, rest), bits), Fours(), joined);
            std::copy_n(joined, 2 * (count - r), halves + 2 * r);
        }
        std::byte* to = packed + start * static_cast<std::size_t>(bits);
        for (r = 0; r < count; ++r) {
            const std::uint64_t run = halves[2 * r] | halves[2 * r + 1] << (4 * bits);
            std::memcpy(to + r * static_cast<std::size_t>(bits), &run, sizeof(run));
        }
    }
    return runs;
}

std::size_t UnpackRuns(const std::byte* packed, std::size_t runs, int bits, std::uint16_t* codes)
{
    const Codes d;
    const std::size_t vectorRuns = hn::Lanes(d) / runLength;
    const std::uint64_t lowHalf = (std::uint64_t { 1 } << (4 * bits)) - 1;
    std::uint64_t halves[2 * blockRuns];
    for (std::size_t start = 0; start < runs; start += blockRuns) {
        const std::size_t count = std::min(blockRuns, runs - start);
        const std::byte* from = packed + start * static_cast<std::size_t>(bits);
        for (std::size_t r = 0; r < count; ++r) {
            std::uint64_t run = 0;
            std::memcpy(&run, from + r * static_cast<std::size_t>(bits), sizeof(run));
            halves[2 * r] = run & lowHalf;
            halves[2 * r + 1] = run >> (4 * bits) & lowHalf;
        }
        std::uint16_t* to = codes + start * runLength;
        std::size_t r = 0;
        for (; r + vectorRuns <= count; r += vectorRuns) {
            hn::StoreU(split(hn::LoadU(Fours(), halves + 2 * r), bits), d, to + r * runLength);
        }
        if (r < count) {
            std::uint64_t rest[8] = {};
            std::copy(halves + 2 * r, halves + 2 * count, rest);
            std::uint16_t single[32];
            hn::StoreU(split(hn::LoadU(Fours(), rest), bits), d, single);
            std::copy_n(single, (count - r) * runLength, to + r * runLength);
        }
    }
    return runs;
}
#else
std::size_t PackRuns(const std::uint16_t*, std::size_t, int, std::byte*)
{
    return 0;
}
std::size_t UnpackRuns(const std::byte*, std::size_t, int, std::uint16_t*)
{
    return 0;
}
#endif

} // namespace
} // namespace bw::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bw {

HWY_EXPORT(PackRuns);
HWY_EXPORT(UnpackRuns);

namespace {
/// Runs whose eight bytes end inside all runs.
std::size_t wholeWords(std::size_t runs, int bits)
{
    if (bits > 8 || simd::isScalar()) {
        return 0;
    }
    const auto bytes = static_cast<std::size_t>(bits);
    return runs * bytes < 8 ? 0 : (runs * bytes - 8) / bytes + 1;
}
} // namespace

std::size_t packMostRuns(const std::uint16_t* codes, std::size_t runs, int bits, std::byte* packed)
{
    const std::size_t most = wholeWords(runs, bits);
    return most > 0 ? BW_SIMD_CALL(PackRuns)(codes, most, bits, packed) : 0;
}

std::size_t unpackMostRuns(const std::byte* packed, std::size_t runs, int bits, std::uint16_t* codes)
{
    const std::size_t most = wholeWords(runs, bits);
    return most > 0 ? BW_SIMD_CALL(UnpackRuns)(packed, most, bits, codes) : 0;
}

} // namespace bw
#endif // HWY_ONCE
