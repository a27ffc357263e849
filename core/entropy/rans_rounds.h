#pragma once

// Shared by the instances of rans_kernels.cpp, one per instruction set.

#include "core/entropy/rans_kernels.h"

#include <cstring>

namespace bw::entropy {

constexpr std::size_t roundBytes = ransLanes * sizeof(std::uint16_t);

/// Where decoding is: what all kernels take and change.
struct RansProgress
{
    RansStates* states;
    const std::byte* from; ///< next word
    const std::byte* end;
    std::uint16_t* to;
    std::size_t rounds; ///< left to do
    bool hasRound() const { return rounds > 0 && static_cast<std::size_t>(end - from) >= roundBytes; }
};

template <class Entry>
void plainRounds(const Entry* table, int tableBits, RansProgress& progress)
{
    RansStates x = *progress.states;
    const std::uint32_t mask = (1U << tableBits) - 1U;
    RansProgress now = progress;
    for (; now.hasRound(); --now.rounds) {
        for (std::size_t lane = 0; lane < ransLanes; ++lane) {
            const Entry entry = table[x[lane] & mask];
            now.to[lane] = entry.symbol();
            const std::uint32_t next = entry.frequency() * (x[lane] >> tableBits) + entry.offset();
            // Without a branch: nobody can foresee whether a state needs a word.
            std::uint16_t word = 0;
            std::memcpy(&word, now.from, sizeof(word));
            const std::uint32_t isLow = next < ransLeast ? 1 : 0;
            now.from += 2 * isLow;
            x[lane] = next << (16 * isLow) | (word & (0U - isLow));
        }
        now.to += ransLanes;
    }
    *progress.states = x;
    progress = now;
}

/// For each set of 8 lanes, as bits, the place of each lane's word among those that are read: places[set][lane].
struct ExpandTable
{
    std::uint8_t places[256][8] {};
    constexpr ExpandTable()
    {
        for (unsigned set = 0; set < 256; ++set) {
            std::uint8_t place = 0;
            for (unsigned lane = 0; lane < 8; ++lane) {
                places[set][lane] = place;
                place = static_cast<std::uint8_t>(place + (set >> lane & 1U));
            }
        }
    }
};
inline constexpr ExpandTable expandTable;

} // namespace bw::entropy
