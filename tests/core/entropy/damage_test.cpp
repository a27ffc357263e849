// Blocks and models from a damaged file: an error or other symbols, never a crash, never a symbol outside the alphabet.

#include "core/base/error.h"
#include "tests/core/entropy/entropy_support.h"

#include <memory>
#include <random>

#include <gtest/gtest.h>

namespace bw {
namespace {

using namespace test;

class DamagedCodes : public testing::TestWithParam<const EntropyCoder*>
{
protected:
    const EntropyCoder& coder() const { return *GetParam(); }

    /// Is the block refused? The bytes are copied to the end of a heap block of their size, for sanitizers.
    static bool isRefused(const EntropyModel& model, const Bytes& block, std::size_t count, std::size_t alphabet)
    {
        const auto exact = std::make_unique<std::byte[]>(block.size());
        std::copy(block.begin(), block.end(), exact.get());
        Symbols symbols(count, 0);
        bool refused = false;
        try {
            model.decode(std::span(exact.get(), block.size()), symbols);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadFile);
            refused = true;
        }
        EXPECT_LT(*std::max_element(symbols.begin(), symbols.end()), alphabet);
        return refused;
    }

    /// A damaged model must be refused or usable.
    bool isModelRefused(const Bytes& bytes, std::size_t alphabet, const Bytes& block, std::size_t count) const
    {
        const auto exact = std::make_unique<std::byte[]>(bytes.size());
        std::copy(bytes.begin(), bytes.end(), exact.get());
        try {
            const auto model = coder().restore(std::span(exact.get(), bytes.size()), alphabet, symbolBitsFor(alphabet));
            isRefused(*model, block, count, alphabet);
            return false;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadFile);
            return true;
        }
    }
};

struct Sample
{
    std::size_t alphabet;
    std::size_t count;
    double reach;
};
constexpr Sample samples[] { { 2, 300, 1 }, { 5, 700, 2 }, { 16, 400, 2.7 }, { 16, 6000, 2.7 }, { 256, 700, 4 },
    { 1500, 3000, 5 } };

TEST_P(DamagedCodes, CutAnywhereIsRefused)
{
    for (const auto& sample : samples) {
        const auto symbols = normalSymbols(sample.count, sample.alphabet, sample.reach);
        const auto model = coder().train(countsOf(symbols, sample.alphabet), symbolBitsFor(sample.alphabet));
        Bytes block;
        model->encode(symbols, block);
        for (std::size_t size = 0; size < block.size(); ++size) {
            ASSERT_TRUE(isRefused(*model, Bytes(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(size)),
                sample.count, sample.alphabet))
                << sample.alphabet << " cut at " << size;
        }
        block.push_back({});
        EXPECT_TRUE(isRefused(*model, block, sample.count, sample.alphabet));
    }
}

TEST_P(DamagedCodes, EveryFlippedBitIsSurvived)
{
    for (const auto& sample : samples) {
        const auto symbols = normalSymbols(sample.count, sample.alphabet, sample.reach);
        const auto model = coder().train(countsOf(symbols, sample.alphabet), symbolBitsFor(sample.alphabet));
        Bytes block;
        model->encode(symbols, block);
        for (std::size_t byte = 0; byte < block.size(); ++byte) {
            const bool isLarge = sample.count > 1000; // then one bit of every byte
            for (int bit = isLarge ? static_cast<int>(byte % 8) : 0; bit < 8; bit += isLarge ? 8 : 1) {
                block[byte] ^= std::byte { 1 } << bit;
                isRefused(*model, block, sample.count, sample.alphabet);
                block[byte] ^= std::byte { 1 } << bit;
            }
        }
        EXPECT_FALSE(isRefused(*model, block, sample.count, sample.alphabet));
    }
}

TEST_P(DamagedCodes, FullBlocksAreSurvived)
{
    std::mt19937_64 random(5);
    for (const std::size_t alphabet : { 4UL, 16UL, 256UL, 3000UL, 40'000UL }) {
        const auto symbols = normalSymbols(entropyBlockSymbols, alphabet, 2.5);
        auto counts = countsOf(symbols, alphabet);
        // As of a large tensor, where exact tables pay: rANS takes its longest for the last alphabet.
        std::transform(counts.begin(), counts.end(), counts.begin(), [](auto count) { return 1000 * count; });
        const auto model = coder().train(counts, symbolBitsFor(alphabet));
        Bytes block;
        model->encode(symbols, block);
        for (int i = 0; i < 60; ++i) {
            Bytes damaged = block;
            const std::size_t at = i < 30 ? static_cast<std::size_t>(i) : random() % block.size();
            damaged[at] ^= static_cast<std::byte>(1 + random() % 255);
            isRefused(*model, damaged, symbols.size(), alphabet);
            damaged.resize(random() % block.size());
            EXPECT_TRUE(isRefused(*model, damaged, symbols.size(), alphabet));
        }
    }
}

TEST_P(DamagedCodes, NoiseIsSurvived)
{
    std::mt19937_64 random(6);
    const auto symbols = normalSymbols(20'000, 100, 3);
    const auto model = coder().train(countsOf(symbols, 100), 7);
    for (int i = 0; i < 2000; ++i) {
        Bytes noise(1 + random() % 600);
        for (auto& byte : noise) {
            byte = static_cast<std::byte>(random() & 0xFF);
        }
        noise.front() = static_cast<std::byte>(i % 4);
        isRefused(*model, noise, i % 3 == 0 ? 20'000 : 1 + random() % 300, 100);
    }
}

TEST_P(DamagedCodes, WrongLengthsAreRefused)
{
    const auto symbols = normalSymbols(20'000, 16, 2.7);
    const auto model = coder().train(countsOf(symbols, 16), 4);
    Bytes block;
    model->encode(symbols, block);
    for (const std::size_t count : { 1UL, 19'999UL, 20'001UL, 60'000UL }) {
        EXPECT_TRUE(isRefused(*model, block, count, 16)) << count;
    }
    EXPECT_TRUE(isRefused(*model, {}, 1, 16));
    // A constant and a raw block with a symbol outside the alphabet.
    const auto narrow = coder().train(Counts { 1, 2, 3 }, 2);
    EXPECT_TRUE(isRefused(*narrow, { std::byte { 1 }, std::byte { 3 }, std::byte { 0 } }, 100, 3));
    EXPECT_TRUE(isRefused(*narrow, { std::byte { 0 }, std::byte { 0b11'01 } }, 2, 3));
    EXPECT_FALSE(isRefused(*narrow, { std::byte { 0 }, std::byte { 0b10'01 } }, 2, 3));
}

TEST_P(DamagedCodes, DamagedModelsAreRefusedOrUsable)
{
    for (const auto& sample : samples) {
        const auto symbols = normalSymbols(sample.count, sample.alphabet, sample.reach);
        const auto stored = coded(coder(), symbols, sample.alphabet);
        const Bytes& model = stored.model;
        ASSERT_EQ(stored.blocks.size(), 1U);
        for (std::size_t byte = 0; byte < model.size(); ++byte) {
            for (int bit = 0; bit < 8; ++bit) {
                Bytes damaged = model;
                damaged[byte] ^= std::byte { 1 } << bit;
                isModelRefused(damaged, sample.alphabet, stored.blocks.front(), sample.count);
            }
            const Bytes cut(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(byte));
            EXPECT_TRUE(isModelRefused(cut, sample.alphabet, stored.blocks.front(), sample.count)) << byte;
        }
        Bytes longer = model;
        longer.push_back({});
        EXPECT_TRUE(isModelRefused(longer, sample.alphabet, stored.blocks.front(), sample.count));
    }
}

TEST_P(DamagedCodes, NoiseIsNoModel)
{
    std::mt19937_64 random(7);
    for (int i = 0; i < 20'000; ++i) {
        Bytes noise(1 + random() % 40);
        for (auto& byte : noise) {
            byte = static_cast<std::byte>(random() & 0xFF);
        }
        noise.front() = static_cast<std::byte>(random() % 20);
        const std::size_t alphabet = 1 + random() % 60;
        isModelRefused(noise, alphabet, { std::byte { 2 }, std::byte { 9 }, std::byte { 200 } }, 50);
    }
}

INSTANTIATE_TEST_SUITE_P(All, DamagedCodes,
    testing::ValuesIn(entropyCoders().entries().begin(), entropyCoders().entries().end()), CoderName());

} // namespace
} // namespace bw
