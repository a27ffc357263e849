// Vector kernels of rANS against the plain code, from any states and words.

#include "core/entropy/rans_kernels.h"

#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace bw::entropy {
namespace {

/// Shares of up to 400 slots for symbols that come round again.
template <class Entry>
std::vector<Entry> randomTable(int tableBits, std::uint32_t alphabet, std::mt19937_64& random)
{
    const std::size_t size = std::size_t { 1 } << tableBits;
    std::vector<Entry> table;
    for (std::uint32_t symbol = 0; table.size() < size; symbol = (symbol + 1) % alphabet) {
        const auto most = std::min<std::size_t>({ size - table.size(), size - 1, 400 });
        const auto frequency = static_cast<std::uint32_t>(1 + random() % most);
        for (std::uint32_t offset = 0; offset < frequency; ++offset) {
            table.push_back(Entry::make(symbol, frequency, offset));
        }
    }
    return table;
}

template <class Entry>
void comparePaths(int tableBits, std::uint32_t alphabet)
{
    std::mt19937_64 random(static_cast<std::uint64_t>(tableBits));
    const auto table = randomTable<Entry>(tableBits, alphabet, random);
    for (const std::size_t size : { 0UL, 31UL, 32UL, 33UL, 64UL, 1000UL, 40'000UL }) {
        std::vector<std::byte> bytes(size);
        for (auto& byte : bytes) {
            byte = static_cast<std::byte>(random() & 0xFF);
        }
        RansStates start;
        for (auto& x : start) {
            x = static_cast<std::uint32_t>(random() >> (32 + random() % 20));
        }
        constexpr std::size_t count = 20'007;
        RansStates plainStates = start;
        std::span<const std::byte> plainWords = bytes;
        std::vector<std::uint16_t> plain(count, 9);
        const auto plainDone = decodeRounds(table.data(), tableBits, plainStates, plainWords, std::span(plain), true);
        RansStates states = start;
        std::span<const std::byte> words = bytes;
        std::vector<std::uint16_t> symbols(count, 9);
        const auto done = decodeRounds(table.data(), tableBits, states, words, std::span(symbols));
        EXPECT_EQ(done, plainDone);
        EXPECT_EQ(words.size(), plainWords.size());
        EXPECT_EQ(states, plainStates);
        EXPECT_EQ(symbols, plain);
        EXPECT_LE(done, count);
        EXPECT_TRUE(done + ransLanes > count || words.size() < 32);
    }
}

TEST(RansKernels, VectorsDecodeAsThePlainCodeDoes)
{
    for (const int tableBits : { 1, 3, 8, 11, 12 }) {
        comparePaths<NarrowEntry>(tableBits, 256);
    }
    for (const int tableBits : { 1, 9, 13, 16 }) {
        comparePaths<WideEntry>(tableBits, 65'536);
    }
}

TEST(RansKernels, EntriesHoldTheirExtremes)
{
    const auto narrow = NarrowEntry::make(255, 4095, 4094);
    EXPECT_EQ(narrow.symbol(), 255);
    EXPECT_EQ(narrow.frequency(), 4095U);
    EXPECT_EQ(narrow.offset(), 4094U);
    const auto wide = WideEntry::make(65'535, 65'535, 65'534);
    EXPECT_EQ(wide.symbol(), 65'535);
    EXPECT_EQ(wide.frequency(), 65'535U);
    EXPECT_EQ(wide.offset(), 65'534U);
}

} // namespace
} // namespace bw::entropy
