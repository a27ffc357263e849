// What the coders are made of: frequencies, prefix codes, lists of numbers.

#include "core/base/error.h"
#include "core/entropy/frequencies.h"
#include "core/entropy/number_list.h"
#include "core/entropy/prefix_code.h"
#include "tests/core/entropy/entropy_support.h"

#include <map>
#include <numeric>
#include <queue>
#include <random>

#include <gtest/gtest.h>

namespace bw::entropy {
namespace {

using namespace test;
using Numbers = std::vector<std::uint32_t>;

TEST(EntropyBits, OfKnownDistributions)
{
    EXPECT_EQ(entropyBits(Counts {}), 0);
    EXPECT_EQ(entropyBits(Counts { 0, 0 }), 0);
    EXPECT_EQ(entropyBits(Counts { 0, 17 }), 0);
    EXPECT_DOUBLE_EQ(entropyBits(Counts { 8, 8 }), 16);
    EXPECT_DOUBLE_EQ(entropyBits(Counts { 4, 2, 1, 1 }), 14);
    EXPECT_DOUBLE_EQ(entropyBits(Counts(256, 3)), 8.0 * 3 * 256);
}

double cost(const Counts& counts, const Numbers& frequencies, int tableBits)
{
    double bits = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0) {
            bits += static_cast<double>(counts[i]) * (tableBits - std::log2(frequencies[i]));
        }
    }
    return bits;
}

void expectValid(const Counts& counts, const Numbers& frequencies, int tableBits)
{
    ASSERT_EQ(frequencies.size(), counts.size());
    EXPECT_EQ(
        std::accumulate(frequencies.begin(), frequencies.end(), std::uint64_t { 0 }), std::uint64_t { 1 } << tableBits);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        EXPECT_EQ(frequencies[i] > 0, counts[i] > 0) << i;
    }
}

TEST(Frequencies, AddUpAndLeaveNobodyOut)
{
    const std::uint64_t many = std::uint64_t { 1 } << 40;
    const std::vector<Counts> cases { { 1 }, { 5, 0 }, { 1, 1 }, { 1, 1, 1 }, { 1, many }, { many, 1, 0, 1, many },
        Counts(4096, 1), Counts(4095, 7), Counts(3000, many) };
    for (const auto& counts : cases) {
        for (const int tableBits : { 12, 13, 16 }) {
            expectValid(counts, normalizedFrequencies(counts, tableBits), tableBits);
        }
    }
    expectValid({ 9 }, normalizedFrequencies(Counts { 9 }, 0), 0);
    EXPECT_EQ(normalizedFrequencies(Counts { 6, 0, 2 }, 3), (Numbers { 6, 0, 2 }));
    EXPECT_EQ(normalizedFrequencies(Counts(65'536, 3), 16), Numbers(65'536, 1));
    EXPECT_EQ(normalizedFrequencies(Counts { 1, 1'000'000 }, 12), (Numbers { 1, 4095 }));
}

/// The best cost of all ways to share 2^tableBits, by dynamic programming.
double bestCost(const Counts& counts, int tableBits)
{
    const std::size_t total = std::size_t { 1 } << tableBits;
    const double never = std::numeric_limits<double>::infinity();
    std::vector<double> best(total + 1, never);
    best[0] = 0;
    for (const auto count : counts) {
        std::vector<double> next(total + 1, never);
        for (std::size_t used = 0; used <= total; ++used) {
            for (std::size_t f = 1; used + f <= total && best[used] < never; ++f) {
                const double bits = static_cast<double>(count) * (tableBits - std::log2(static_cast<double>(f)));
                next[used + f] = std::min(next[used + f], best[used] + bits);
            }
        }
        best = next;
    }
    return best[total];
}

TEST(Frequencies, AreAsGoodAsTheBest)
{
    std::mt19937_64 random(3);
    for (int i = 0; i < 60; ++i) {
        Counts counts(2 + random() % 9);
        for (auto& count : counts) {
            count = 1 + (random() % 1000) * (random() % 1000) * (random() % 7);
        }
        const auto frequencies = normalizedFrequencies(counts, 6);
        expectValid(counts, frequencies, 6);
        // The one approximation, 1/(f + 1/2) for log(1 + 1/f), may misplace single units where f is 1.
        EXPECT_LE(cost(counts, frequencies, 6), bestCost(counts, 6) * 1.0005);
    }
}

TEST(PrefixCodes, CanonicalCodesOfTheStandardsExample)
{
    // RFC 1951, 3.2.2: lengths of A … H and their codes.
    EXPECT_EQ(canonicalCodes(Numbers { 3, 3, 3, 3, 3, 2, 4, 4 }),
        (Numbers { 0b010, 0b011, 0b100, 0b101, 0b110, 0b00, 0b1110, 0b1111 }));
    EXPECT_EQ(canonicalCodes(Numbers { 2, 1, 0, 3, 3 }), (Numbers { 0b10, 0b0, 0, 0b110, 0b111 }));
}

TEST(PrefixCodes, LengthsOfTextbookExamples)
{
    EXPECT_EQ(prefixCodeLengths(Counts { 45, 13, 12, 16, 9, 5 }, 16), (Numbers { 1, 3, 3, 3, 4, 4 })); // Cormen et al.
    EXPECT_EQ(prefixCodeLengths(Counts { 45, 13, 12, 16, 9, 5 }, 3), (Numbers { 2, 3, 3, 2, 3, 3 }));
    EXPECT_EQ(prefixCodeLengths(Counts { 0, 3, 0 }, 12), (Numbers { 0, 1, 0 }));
    EXPECT_EQ(prefixCodeLengths(Counts { 7, 0, 3 }, 12), (Numbers { 1, 0, 1 }));
    EXPECT_EQ(prefixCodeLengths(Counts(65'536, 2), 16), Numbers(65'536, 16));
}

std::uint64_t lengthOf(const Counts& counts, const Numbers& lengths)
{
    return std::inner_product(counts.begin(), counts.end(), lengths.begin(), std::uint64_t { 0 });
}

/// Huffman's own algorithm: the sum of all inner nodes.
std::uint64_t huffmanLength(const Counts& counts)
{
    std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> nodes;
    for (const auto count : counts) {
        nodes.push(count);
    }
    std::uint64_t total = 0;
    while (nodes.size() > 1) {
        const auto first = nodes.top();
        nodes.pop();
        const auto sum = first + nodes.top();
        nodes.pop();
        nodes.push(sum);
        total += sum;
    }
    return total;
}

/// The best code with lengths up to `limit`, by trying all that fit Kraft's inequality: counts sorted downwards.
std::uint64_t bestLimitedLength(const Counts& counts, std::size_t i, int least, int limit, int room)
{
    if (i == counts.size()) {
        return 0;
    }
    std::uint64_t best = std::uint64_t { 1 } << 60;
    for (int length = least; length <= limit; ++length) {
        const int left = room - (1 << (limit - length));
        if (left >= 0) {
            best = std::min(best,
                counts[i] * static_cast<std::uint64_t>(length) + bestLimitedLength(counts, i + 1, length, limit, left));
        }
    }
    return best;
}

TEST(PrefixCodes, AreTheShortestThereAre)
{
    std::mt19937_64 random(4);
    for (int i = 0; i < 200; ++i) {
        Counts counts(2 + random() % 10);
        for (auto& count : counts) {
            count = 1 + (random() % 1000 >> random() % 10);
        }
        const auto free = prefixCodeLengths(counts, 16);
        EXPECT_TRUE(isCompleteCode(free));
        EXPECT_EQ(lengthOf(counts, free), huffmanLength(counts));
        const auto limited = prefixCodeLengths(counts, 4);
        EXPECT_TRUE(isCompleteCode(limited));
        EXPECT_LE(*std::max_element(limited.begin(), limited.end()), 4U);
        Counts sorted = counts;
        std::sort(sorted.rbegin(), sorted.rend());
        EXPECT_EQ(lengthOf(counts, limited), bestLimitedLength(sorted, 0, 1, 4, 16));
    }
}

TEST(PrefixCodes, CompletenessIsExact)
{
    EXPECT_TRUE(isCompleteCode(Numbers { 1, 1 }));
    EXPECT_TRUE(isCompleteCode(Numbers { 0, 2, 1, 2 }));
    EXPECT_FALSE(isCompleteCode(Numbers { 1 }));
    EXPECT_FALSE(isCompleteCode(Numbers { 1, 2 }));
    EXPECT_FALSE(isCompleteCode(Numbers { 1, 1, 16 }));
    EXPECT_FALSE(isCompleteCode(Numbers { 1, 1, 17 }));
}

TEST(NumberLists, RoundTrip)
{
    std::mt19937_64 random(8);
    std::vector<Numbers> lists { {}, { 0 }, { 65'536 }, { 0, 0, 0 }, { 1, 2, 3 }, Numbers(65'536, 0),
        Numbers(65'536, 1) };
    for (int i = 0; i < 50; ++i) {
        Numbers list(random() % 300);
        for (auto& number : list) {
            number = random() % 3 == 0 ? 0 : static_cast<std::uint32_t>(random() % 65'537) >> (random() % 17);
        }
        lists.push_back(list);
    }
    for (const auto& list : lists) {
        Bytes bytes;
        appendNumbers(list, bytes);
        EXPECT_EQ(readNumbers(bytes, list.size()), list);
        Numbers lengths = list;
        std::transform(list.begin(), list.end(), lengths.begin(), [](std::uint32_t number) { return number % 18; });
        bytes.clear();
        appendLengths(lengths, bytes);
        EXPECT_EQ(readLengths(bytes, lengths.size()), lengths);
    }
}

TEST(NumberLists, KnownBytes)
{
    // 5: the change of width, +3, is folded to 6 = 0b110, in gamma code 00, 1, 10 from below; then 01 below its leading
    // bit.
    Bytes bytes;
    appendNumbers(Numbers { 5 }, bytes);
    EXPECT_EQ(bytes, (Bytes { std::byte { 0b01'10'1'00 } }));
    bytes.clear();
    appendLengths(Numbers { 3, 3, 2 }, bytes); // +3 as above; no change: 1; -1 is folded to 3: gamma 0, 1, 1
    EXPECT_EQ(bytes, (Bytes { std::byte { 0b10'1'10'1'00 }, std::byte { 0b1 } }));
    bytes.clear();
    appendNumbers(Numbers { 0, 0, 0 }, bytes); // width 0: gamma 1; run of 3: gamma 0, 1, 1
    EXPECT_EQ(bytes, (Bytes { std::byte { 0b110'1 } }));
}

TEST(NumberLists, SmoothListsAreShort)
{
    // Frequencies of a normal distribution over 256 levels: about a bit more than their width each.
    const auto frequencies = normalizedFrequencies(countsOf(normalSymbols(1'000'000, 256, 4), 256), 12);
    Bytes bytes;
    appendNumbers(frequencies, bytes);
    EXPECT_LE(bytes.size(), 190U);
}

} // namespace
} // namespace bw::entropy
