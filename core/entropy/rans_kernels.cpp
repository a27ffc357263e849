// Compiled once per instruction set by Highway (foreach_target.h); the set is chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/entropy/rans_kernels.cpp"
// Vectors without a size at compile time cannot be kept in arrays.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include <hwy/foreach_target.h>

#include "core/base/simd.h"
#include "core/entropy/rans_rounds.h"

#include <hwy/highway.h>

#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace bw::entropy::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// AVX2 and better. Narrower vectors, and gathers that go lane by lane, are no faster than the plain code.
#if HWY_TARGET <= HWY_AVX2

using Words = HWY_CAPPED(std::uint32_t, 8);
using Vector = hn::Vec<Words>;
constexpr std::size_t vectors = ransLanes / 8;

struct Slots
{
    Vector symbols;
    Vector offsets;
    Vector frequencies;
};

HWY_INLINE Slots gathered(const NarrowEntry* table, Vector slots)
{
    const Words d;
    const Vector entries = hn::GatherIndex(d, &table->word, hn::BitCast(hn::RebindToSigned<Words>(), slots));
    return { hn::And(entries, hn::Set(d, 0xFF)), hn::And(hn::ShiftRight<8>(entries), hn::Set(d, 0xFFF)),
        hn::ShiftRight<20>(entries) };
}

HWY_INLINE Slots gathered(const WideEntry* table, Vector slots)
{
    const Words d;
    const auto index = hn::BitCast(hn::RebindToSigned<Words>(), hn::ShiftLeft<1>(slots));
    const Vector low = hn::GatherIndex(d, &table->symbolAndOffset, index);
    return { hn::And(low, hn::Set(d, 0xFFFF)), hn::ShiftRight<16>(low),
        hn::GatherIndex(d, &table->wholeFrequency, index) };
}

template <class Entry>
HWY_INLINE void rounds(const Entry* table, int tableBits, RansProgress& progress)
{
    const Words d;
    const hn::Rebind<std::uint16_t, Words> half;
    const hn::Rebind<std::uint8_t, Words> quarter;
    const Vector mask = hn::Set(d, (1U << tableBits) - 1U);
    const Vector least = hn::Set(d, ransLeast);
    Vector x[vectors];
    for (std::size_t v = 0; v < vectors; ++v) {
        x[v] = hn::LoadU(d, progress.states->data() + 8 * v);
    }
    RansProgress now = progress;
    for (; now.hasRound(); --now.rounds) {
        for (std::size_t v = 0; v < vectors; ++v) {
            const Slots slots = gathered(table, hn::And(x[v], mask));
            const auto symbols = hn::BitCast(hn::RebindToSigned<Words>(), slots.symbols);
            hn::StoreU(hn::DemoteTo(half, symbols), half, now.to + 8 * v);
            const Vector next = hn::Add(hn::Mul(slots.frequencies, hn::ShiftRightSame(x[v], tableBits)), slots.offsets);
            // Lanes that need a word get one after another from the next eight.
            const auto isLow = hn::Lt(next, least);
            std::uint8_t set[8] = {};
            hn::StoreMaskBits(d, isLow, set);
            const auto places = hn::PromoteTo(d, hn::LoadU(quarter, expandTable.places[set[0]]));
            std::uint16_t words[8];
            std::memcpy(words, now.from, sizeof(words));
            const Vector spread
                = hn::TableLookupLanes(hn::PromoteTo(d, hn::LoadU(half, words)), hn::IndicesFromVec(d, places));
            x[v] = hn::IfThenElse(isLow, hn::Or(hn::ShiftLeft<16>(next), spread), next);
            now.from += sizeof(std::uint16_t) * hn::CountTrue(d, isLow);
        }
        now.to += ransLanes;
    }
    for (std::size_t v = 0; v < vectors; ++v) {
        hn::StoreU(x[v], d, progress.states->data() + 8 * v);
    }
    progress = now;
}

void NarrowRounds(const NarrowEntry* table, int tableBits, RansProgress& progress)
{
    rounds(table, tableBits, progress);
}
void WideRounds(const WideEntry* table, int tableBits, RansProgress& progress)
{
    rounds(table, tableBits, progress);
}

#else

void NarrowRounds(const NarrowEntry* table, int tableBits, RansProgress& progress)
{
    plainRounds(table, tableBits, progress);
}
void WideRounds(const WideEntry* table, int tableBits, RansProgress& progress)
{
    plainRounds(table, tableBits, progress);
}

#endif

} // namespace
} // namespace bw::entropy::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bw::entropy {

HWY_EXPORT(NarrowRounds);
HWY_EXPORT(WideRounds);

namespace {
void runBest(const NarrowEntry* table, int tableBits, RansProgress& progress)
{
    BW_SIMD_CALL(NarrowRounds)(table, tableBits, progress);
}
void runBest(const WideEntry* table, int tableBits, RansProgress& progress)
{
    BW_SIMD_CALL(WideRounds)(table, tableBits, progress);
}
} // namespace

template <class Entry>
std::size_t decodeRounds(const Entry* table, int tableBits, RansStates& states, std::span<const std::byte>& words,
    std::span<std::uint16_t> symbols, bool isPlain)
{
    RansProgress progress { &states, words.data(), words.data() + words.size(), symbols.data(),
        symbols.size() / ransLanes };
    if (isPlain || simd::isScalar()) {
        plainRounds(table, tableBits, progress);
    } else {
        runBest(table, tableBits, progress);
    }
    words = words.last(static_cast<std::size_t>(progress.end - progress.from));
    return static_cast<std::size_t>(progress.to - symbols.data());
}

template std::size_t decodeRounds(
    const NarrowEntry*, int, RansStates&, std::span<const std::byte>&, std::span<std::uint16_t>, bool);
template std::size_t decodeRounds(
    const WideEntry*, int, RansStates&, std::span<const std::byte>&, std::span<std::uint16_t>, bool);

} // namespace bw::entropy
#endif // HWY_ONCE
