// Every coder of the registry: what goes in comes out, in as few bytes as promised.

#include "core/base/bit_stream.h"
#include "core/base/error.h"
#include "tests/core/entropy/entropy_support.h"

#include <numeric>
#include <thread>

#include <gtest/gtest.h>

namespace bw {
namespace {

using namespace test;

class EntropyCoders : public testing::TestWithParam<const EntropyCoder*>
{
protected:
    const EntropyCoder& coder() const { return *GetParam(); }

    /// Codes, decodes, compares; returns the stored bytes.
    std::size_t roundTrip(const Symbols& symbols, std::size_t alphabet) const
    {
        const auto stored = coded(coder(), symbols, alphabet);
        EXPECT_EQ(decoded(coder(), stored, symbols.size(), alphabet), symbols);
        for (std::size_t i = 0; i < stored.blocks.size(); ++i) {
            const std::size_t count = std::min(entropyBlockSymbols, symbols.size() - i * entropyBlockSymbols);
            EXPECT_LE(stored.blocks[i].size(), 1 + packedBytes(count, symbolBitsFor(alphabet)));
        }
        return stored.size();
    }
};

TEST_P(EntropyCoders, DescribeThemselves)
{
    EXPECT_FALSE(coder().id.empty());
    EXPECT_FALSE(coder().title.empty());
    EXPECT_FALSE(coder().help.empty());
    EXPECT_EQ(entropyCoders().find(coder().id), &coder());
}

TEST_P(EntropyCoders, RoundTripOfEveryLength)
{
    for (const std::size_t alphabet : { 2UL, 3UL, 16UL, 256UL, 1000UL }) {
        const auto all = normalSymbols(entropyBlockSymbols + 1, alphabet, 3);
        const auto model = coder().train(countsOf(all, alphabet), symbolBitsFor(alphabet));
        for (const std::size_t count : { 0UL, 1UL, 2UL, 3UL, 5UL, 15UL, 16UL, 17UL, 100UL, 4095UL, 4096UL, 4097UL,
                 8191UL, 8192UL, 8193UL, 16'385UL, 32'767UL, 32'768UL, 65'521UL, 65'535UL, 65'536UL }) {
            const std::span symbols(all.data(), count);
            Bytes block { std::byte { 7 } }; // what is there stays
            model->encode(symbols, block);
            ASSERT_EQ(block.front(), std::byte { 7 });
            Symbols back(count, 0xFFFF);
            model->decode(std::span(block).subspan(1), back);
            ASSERT_TRUE(std::equal(back.begin(), back.end(), symbols.begin())) << alphabet << " " << count;
        }
        EXPECT_GT(roundTrip(all, alphabet), 0U);
    }
}

TEST_P(EntropyCoders, RoundTripOfEveryAlphabet)
{
    for (std::size_t alphabet = 1; alphabet <= 70; ++alphabet) {
        roundTrip(normalSymbols(3000, alphabet, 2.5, alphabet), alphabet);
    }
    for (const std::size_t alphabet :
        { 127UL, 128UL, 255UL, 256UL, 257UL, 511UL, 4095UL, 10'001UL, 65'535UL, 65'536UL }) {
        roundTrip(normalSymbols(100'000, alphabet, 4, alphabet), alphabet);
    }
}

TEST_P(EntropyCoders, ConstantSymbolsCostNothing)
{
    for (const std::uint16_t symbol : { std::uint16_t { 0 }, std::uint16_t { 9 } }) {
        EXPECT_LE(roundTrip(Symbols(200'000, symbol), 10), 4 * 3 + 8U);
    }
    EXPECT_LE(roundTrip(Symbols(5, 0), 1), 2U + 4U);
    EXPECT_LE(roundTrip({ 0 }, 1), 2U + 4U);
    EXPECT_LE(roundTrip(Symbols(65'536, 65'535), 65'536), 3U + 10U);
}

TEST_P(EntropyCoders, UniformSymbolsDoNotGrow)
{
    for (const std::size_t alphabet : { 2UL, 16UL, 256UL, 65'536UL }) {
        const std::vector<double> weights(alphabet, 1);
        const auto symbols = drawnSymbols(100'000, weights);
        const auto bits = static_cast<double>(symbolBitsFor(alphabet));
        const auto allowance = static_cast<double>(coder().train(countsOf(symbols, alphabet), 16)->bytes().size() + 2);
        EXPECT_LE(roundTrip(symbols, alphabet), 100'000 * bits / 8 + allowance) << alphabet;
    }
    // All of a wide alphabet, each once.
    Symbols each(65'536);
    std::iota(each.begin(), each.end(), std::uint16_t { 0 });
    EXPECT_LE(roundTrip(each, 65'536), 2 * 65'536 + 1 + 65'536 / 8 + 10U);
}

TEST_P(EntropyCoders, OneRareSymbolInMillions)
{
    constexpr std::size_t count = 1 << 24;
    Symbols symbols(count, 1);
    symbols[count - 70'000] = 0;
    // All blocks but one are constant.
    EXPECT_LE(roundTrip(symbols, 2), 256 * 3 + 8192U + 8U);
    // Counts as far apart as they can be, each symbol coded once.
    const auto model = coder().train(Counts { 1, std::uint64_t { 1 } << 40, 0, 1 }, 2);
    const Symbols all { 0, 1, 1, 1, 3, 1, 1, 1 };
    Bytes block;
    model->encode(all, block);
    Symbols back(all.size());
    model->decode(block, back);
    EXPECT_EQ(back, all);
}

TEST_P(EntropyCoders, SymbolsTheModelNeverSawAreStoredAsTheyAre)
{
    const auto model = coder().train(Counts { 100, 50, 0, 25 }, 2);
    Symbols symbols(5000, 0);
    symbols[1234] = 2;
    symbols[77] = 1;
    Bytes block;
    model->encode(symbols, block);
    EXPECT_LE(block.size(), 1 + 5000 / 4U);
    Symbols back(symbols.size());
    model->decode(block, back);
    EXPECT_EQ(back, symbols);
}

TEST_P(EntropyCoders, WrongUseIsRefused)
{
    const auto kindOf = [](auto&& call) {
        try {
            call();
        } catch (const Error& error) {
            return std::string(errorKindName(error.kind()));
        }
        return std::string();
    };
    EXPECT_EQ(kindOf([&] { coder().train(Counts {}, 4); }), "internal");
    EXPECT_EQ(kindOf([&] { coder().train(Counts(4, 0), 4); }), "internal");
    EXPECT_EQ(kindOf([&] { coder().train(Counts(5, 1), 2); }), "internal");
    EXPECT_EQ(kindOf([&] { coder().train(Counts(5, 1), 17); }), "internal");
    EXPECT_EQ(kindOf([&] { coder().train(Counts(1, 1), 0); }), "internal");
    const auto model = coder().train(Counts(5, 1), 3);
    Bytes block;
    EXPECT_EQ(kindOf([&] { model->encode(Symbols { 1, 5 }, block); }), "internal");
    EXPECT_EQ(kindOf([&] { model->encode(Symbols(entropyBlockSymbols + 1, 0), block); }), "internal");
    EXPECT_TRUE(block.empty());
    EXPECT_EQ(kindOf([&] { model->expectedBits(Counts(6, 1)); }), "internal");
}

TEST_P(EntropyCoders, TheSameBytesEveryTime)
{
    const auto symbols = normalSymbols(150'000, 200, 3.5);
    const auto first = coded(coder(), symbols, 200);
    EXPECT_EQ(coded(coder(), symbols, 200), first);
    const auto restored = coder().restore(first.model, 200, 8);
    EXPECT_EQ(codedWith(*restored, symbols), first);
}

TEST_P(EntropyCoders, SeveralThreadsMayCodeAtOnce)
{
    const auto symbols = normalSymbols(300'000, 16, 2.7);
    const auto model = coder().train(countsOf(symbols, 16), 4);
    const auto alone = codedWith(*model, symbols);
    std::vector<Coded> together(4);
    std::vector<Symbols> back(4);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < together.size(); ++i) {
        threads.emplace_back([&, i] {
            together[i] = codedWith(*model, symbols);
            back[i] = decoded(coder(), together[i], symbols.size(), 16);
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    for (std::size_t i = 0; i < together.size(); ++i) {
        EXPECT_EQ(together[i], alone);
        EXPECT_EQ(back[i], symbols);
    }
}

TEST_P(EntropyCoders, ExpectedBitsAreWhatComesOut)
{
    for (const std::size_t alphabet : { 2UL, 3UL, 4UL, 8UL, 15UL, 16UL, 40UL, 256UL, 2001UL }) {
        const auto symbols = normalSymbols(16 * entropyBlockSymbols, alphabet, 3);
        const auto counts = countsOf(symbols, alphabet);
        const auto model = coder().train(counts, symbolBitsFor(alphabet));
        const double expected = model->expectedBits(counts);
        EXPECT_GE(expected, entropyBits(counts) * (1 - 1e-9)) << alphabet;
        const auto bits = 8 * static_cast<double>(codedWith(*model, symbols).size());
        const auto most = static_cast<double>(symbols.size()) * symbolBitsFor(alphabet);
        // Tables and ends of blocks come on top; zstd's tables follow each block; what would grow is stored as it is.
        EXPECT_GE(bits, std::min(expected, most) * 0.995) << alphabet;
        EXPECT_LE(bits, expected * 1.005 + 16 * 8 * 200) << alphabet;
    }
}

INSTANTIATE_TEST_SUITE_P(All, EntropyCoders,
    testing::ValuesIn(entropyCoders().entries().begin(), entropyCoders().entries().end()), CoderName());

/// Stored bits over the entropy for a million normal symbols; also never below it, as far as a model of the counts
/// goes.
double excess(const std::string& coder, std::size_t alphabet, double reach)
{
    const auto symbols = normalSymbols(std::size_t { 1 } << 20, alphabet, reach);
    const double entropy = entropyBits(countsOf(symbols, alphabet));
    const auto stored = coded(coderNamed(coder), symbols, alphabet);
    EXPECT_EQ(decoded(coderNamed(coder), stored, symbols.size(), alphabet), symbols);
    return 8 * static_cast<double>(stored.size()) / entropy - 1;
}

TEST(EntropySizes, RansIsWithinHalfAPercentOfTheEntropy)
{
    struct Case
    {
        std::size_t alphabet;
        double reach; ///< deviations
    };
    for (const Case& c :
        { Case { 5, 1.6 }, Case { 6, 2 }, Case { 8, 2.2 }, Case { 15, 2.7 }, Case { 16, 2.7 }, Case { 64, 3.3 },
            Case { 255, 4 }, Case { 256, 4 }, Case { 256, 6 }, Case { 1001, 5 }, Case { 4001, 6 } }) {
        const double above = excess("rans", c.alphabet, c.reach);
        EXPECT_GE(above, 0) << c.alphabet;
        EXPECT_LE(above, 0.005) << c.alphabet;
    }
    // Many symbols that hardly ever come: an integer grid that reaches to the outliers.
    std::vector<double> weights(256);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        weights[i] = std::pow(1 + std::pow((static_cast<double>(i) - 128) / 2, 2) / 3, -2); // Student's t, 3 degrees
    }
    const auto tails = drawnSymbols(std::size_t { 1 } << 20, weights);
    const double entropy = entropyBits(countsOf(tails, 256));
    EXPECT_LE(8 * static_cast<double>(coded(coderNamed("rans"), tails, 256).size()), entropy * 1.005);
    // Below two bits, the blocks' ends show a little more.
    EXPECT_LE(excess("rans", 4, 1.5), 0.006);
    EXPECT_LE(excess("rans", 3, 1.2), 0.008);
}

/// Bits of the blocks over the entropy, without the table, which alone tells tens of thousands of counts.
double blocksExcess(const Symbols& symbols, std::size_t alphabet)
{
    const auto& rans = coderNamed("rans");
    const auto counts = countsOf(symbols, alphabet);
    const auto model = rans.train(counts, symbolBitsFor(alphabet));
    const auto stored = codedWith(*model, symbols);
    EXPECT_EQ(decoded(rans, { model->bytes(), stored.blocks }, symbols.size(), alphabet), symbols);
    double bytes = 0;
    for (const auto& block : stored.blocks) {
        bytes += static_cast<double>(block.size());
    }
    return 8 * bytes / entropyBits(counts) - 1;
}

TEST(EntropySizes, RansIsAsNearForTensOfThousandsOfSymbols)
{
    // 16-bit integers of weights: hardly any two symbols have the same share.
    for (const std::size_t alphabet : { 10'000UL, 30'000UL, 60'000UL, 65'535UL }) {
        for (const double reach : { 2.5, 5.0 }) {
            const double above = blocksExcess(normalSymbols(std::size_t { 1 } << 20, alphabet, reach), alphabet);
            EXPECT_GE(above, 0) << alphabet;
            EXPECT_LE(above, 0.005) << alphabet << " " << reach;
        }
    }
    // Two to four bits of entropy, and 10,000 to 60,000 used symbols that share a twentieth of it all.
    for (const std::size_t alphabet : { 10'000UL, 30'000UL, 60'000UL }) {
        std::vector<double> weights(alphabet, 0.05 / static_cast<double>(alphabet));
        for (std::size_t i = 0; i < 6; ++i) {
            weights[i * 1000] = 0.95 / 6;
        }
        const auto symbols = drawnSymbols(std::size_t { 1 } << 22, weights);
        const auto counts = countsOf(symbols, alphabet);
        EXPECT_GE(std::count_if(counts.begin(), counts.end(), [](auto count) { return count > 0; }),
            static_cast<std::ptrdiff_t>(alphabet * 9 / 10));
        EXPECT_GE(entropyBits(counts) / static_cast<double>(symbols.size()), 2);
        EXPECT_LE(blocksExcess(symbols, alphabet), 0.005) << alphabet;
    }
}

TEST(EntropySizes, HuffmanAndZstdAreNear)
{
    EXPECT_LE(excess("huffman", 16, 2.7), 0.01);
    EXPECT_LE(excess("huffman", 256, 4), 0.01);
    EXPECT_LE(excess("huffman", 1001, 5), 0.01);
    EXPECT_LE(excess("zstd", 4, 1.5), 0.02);
    EXPECT_LE(excess("zstd", 8, 2.2), 0.02);
    EXPECT_LE(excess("zstd", 16, 2.7), 0.015);
    EXPECT_LE(excess("zstd", 256, 4), 0.015);
    EXPECT_LE(excess("zstd", 1001, 5), 0.02);
}

TEST(EntropySizes, ZstdSharesBytesOnlyWhereThatHelps)
{
    const auto& zstd = coderNamed("zstd");
    // Rare ends: pairs of them have no room in codes of 11 bits.
    EXPECT_EQ(zstd.train(countsOf(normalSymbols(1'000'000, 16, 4), 16), 4)->bytes(), Bytes { std::byte { 8 } });
    EXPECT_EQ(zstd.train(countsOf(normalSymbols(1'000'000, 16, 2.2), 16), 4)->bytes(), Bytes { std::byte { 4 } });
    EXPECT_EQ(zstd.train(Counts { 9, 1 }, 1)->bytes(), Bytes { std::byte { 1 } });
}

TEST(EntropySizes, OneBitSymbolsShareACode)
{
    const std::vector<double> weights { 0.9, 0.1 };
    const auto symbols = drawnSymbols(std::size_t { 1 } << 20, weights);
    const auto count = static_cast<double>(symbols.size());
    EXPECT_LE(8 * static_cast<double>(coded(coderNamed("rans"), symbols, 2).size()) / count, 0.469 * 1.02);
    EXPECT_LE(8 * static_cast<double>(coded(coderNamed("zstd"), symbols, 2).size()) / count, 0.469 * 1.06);
    // A whole bit is the least that a Huffman code has: the symbols as they are.
    EXPECT_NEAR(8 * static_cast<double>(coded(coderNamed("huffman"), symbols, 2).size()) / count, 1, 0.001);
}

TEST(EntropySizes, SmallTensorsHaveSmallTables)
{
    for (const std::size_t count : { 432UL, 2304UL, 9216UL }) {
        const auto symbols = normalSymbols(count, 16, 2.7);
        const double entropy = entropyBits(countsOf(symbols, 16));
        EXPECT_LE(8 * static_cast<double>(coded(coderNamed("rans"), symbols, 16).size()), entropy * 1.015 + 8 * 24)
            << count;
        EXPECT_LE(8 * static_cast<double>(coded(coderNamed("huffman"), symbols, 16).size()), entropy * 1.02 + 8 * 20)
            << count;
    }
}

} // namespace
} // namespace bw
