#include "core/entropy/rans_kernels.h"

#include <cstring>

namespace bw::entropy {

namespace {
constexpr std::size_t roundBytes = ransLanes * 2;

template <class Entry>
std::size_t plainRounds(const Entry* table, int tableBits, RansStates& states, std::span<const std::byte>& words,
    std::span<std::uint16_t> symbols)
{
    RansStates x = states;
    const std::uint32_t mask = (1U << tableBits) - 1U;
    const std::byte* from = words.data();
    const std::byte* const end = from + words.size();
    std::uint16_t* to = symbols.data();
    std::size_t rounds = symbols.size() / ransLanes;
    for (; rounds > 0 && static_cast<std::size_t>(end - from) >= roundBytes; --rounds) {
        for (std::size_t lane = 0; lane < ransLanes; ++lane) {
            const Entry entry = table[x[lane] & mask];
            to[lane] = entry.symbol();
            const std::uint32_t next = entry.frequency() * (x[lane] >> tableBits) + entry.offset();
            // No branch: whether a state needs a word is hard to foresee.
            std::uint16_t word = 0;
            std::memcpy(&word, from, sizeof(word));
            const bool isLow = next < ransLeast;
            from += isLow ? 2 : 0;
            x[lane] = isLow ? next << 16 | word : next;
        }
        to += ransLanes;
    }
    words = words.last(static_cast<std::size_t>(end - from));
    states = x;
    return static_cast<std::size_t>(to - symbols.data());
}
} // namespace

std::size_t decodeRounds(const NarrowEntry* table, int tableBits, RansStates& states, std::span<const std::byte>& words,
    std::span<std::uint16_t> symbols)
{
    return decodeRoundsPlain(table, tableBits, states, words, symbols);
}

std::size_t decodeRounds(const WideEntry* table, int tableBits, RansStates& states, std::span<const std::byte>& words,
    std::span<std::uint16_t> symbols)
{
    return plainRounds(table, tableBits, states, words, symbols);
}

std::size_t decodeRoundsPlain(const NarrowEntry* table, int tableBits, RansStates& states,
    std::span<const std::byte>& words, std::span<std::uint16_t> symbols)
{
    return plainRounds(table, tableBits, states, words, symbols);
}

} // namespace bw::entropy
