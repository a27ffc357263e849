#include "core/formats/xor_network.h"
#include "core/formats/xor_search.h"
#include "tests/core/formats/format_support.h"

#include <bit>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

/// Shapes that come with a trellis and with a transform.
const std::vector<std::pair<int, int>> shapes { { 1, 1 }, { 2, 3 }, { 4, 7 }, { 8, 10 }, { 8, 8 }, { 8, 20 },
    { 10, 24 }, { 12, 20 }, { 12, 40 }, { 9, 64 } };

std::vector<float> signsOf(const XorNetwork& network, std::uint32_t word)
{
    std::vector<float> signs;
    for (const auto row : network.rows()) {
        // FleXOR's own form: (−1)^(n−1) times the product of the signs of the inputs.
        float sign = std::popcount(row) % 2 == 0 ? -1.0F : 1.0F;
        for (int i = 0; i < network.inputs(); ++i) {
            if ((row >> i & 1) != 0) {
                sign *= (word >> i & 1) != 0 ? 1.0F : -1.0F;
            }
        }
        signs.push_back(sign);
    }
    return signs;
}

double correlation(const XorNetwork& network, std::uint32_t word, std::span<const float> values)
{
    const auto signs = network.outputsOf(word);
    double sum = 0;
    for (std::size_t j = 0; j < values.size(); ++j) {
        sum += (signs >> j & 1) != 0 ? static_cast<double>(values[j]) : -static_cast<double>(values[j]);
    }
    return sum;
}

TEST(XorNetwork, BooleanOutputsAreTheProductForm)
{
    for (const auto& [inputs, outputs] : shapes) {
        const auto network = XorNetwork::random(inputs, outputs, 7);
        const auto step = std::max(1U, (1U << inputs) / 300);
        for (std::uint32_t word = 0; word < 1U << inputs; word += step) {
            const auto signs = signsOf(network, word);
            const auto bits = network.outputsOf(word);
            for (std::size_t j = 0; j < signs.size(); ++j) {
                ASSERT_EQ((bits >> j & 1) != 0 ? 1.0F : -1.0F, signs[j]) << inputs << "/" << outputs << " " << word;
            }
            ASSERT_EQ(network.inputsOf(bits), word);
            for (const auto check : network.checks()) {
                ASSERT_EQ(std::popcount(check & bits) % 2, 0);
            }
        }
        EXPECT_EQ(network.checks().size(), static_cast<std::size_t>(outputs - inputs));
    }
}

TEST(XorNetwork, RandomNetworksAreUsableAndAlwaysTheSame)
{
    std::set<std::vector<std::uint16_t>> found;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const auto network = XorNetwork::random(8, 10, seed);
        EXPECT_TRUE(XorNetwork::isUsable(8, network.rows()));
        found.insert(network.rows());
    }
    EXPECT_EQ(found.size(), 200U);
    // splitmix64 of seed 0, its first number as published.
    EXPECT_EQ(SplitMix64(0)(), 0xE220A8397B1DCDAFU);
    EXPECT_EQ(XorNetwork::random(16, 20, 1).rows().front(), static_cast<std::uint16_t>(SplitMix64(1)() >> 48));
}

TEST(XorNetwork, WhatLosesBitsIsRefused)
{
    const auto isUsable
        = [](int inputs, std::vector<std::uint16_t> rows) { return XorNetwork::isUsable(inputs, rows); };
    EXPECT_TRUE(isUsable(3, { 1, 2, 4, 7 }));
    EXPECT_FALSE(isUsable(3, { 1, 2, 0, 4 })); // an output that is always −
    EXPECT_FALSE(isUsable(3, { 1, 2, 4, 2 })); // two that are the same
    EXPECT_FALSE(isUsable(3, { 3, 5, 6 })); // taps of two each: all inputs turned around give the same
    EXPECT_FALSE(isUsable(3, { 1, 2 }));
    EXPECT_FALSE(isUsable(3, { 1, 2, 12 })); // a fourth input
    EXPECT_FALSE(isUsable(0, {}));
    EXPECT_FALSE(isUsable(17, std::vector<std::uint16_t>(20, 1)));
    std::vector<std::uint16_t> many(65);
    for (std::size_t i = 0; i < many.size(); ++i) {
        many[i] = static_cast<std::uint16_t>(i + 1);
    }
    EXPECT_FALSE(isUsable(8, many));
    EXPECT_ANY_THROW(XorNetwork(3, { 3, 5, 6 }));
}

TEST(XorSearch, BothWaysFindWhatTryingAllWordsFinds)
{
    for (const auto& [inputs, outputs] : shapes) {
        const auto network = XorNetwork::random(inputs, outputs, 3);
        XorSearch transform(network, XorSearch::Way::Transform);
        std::vector<XorSearch> searches { transform };
        if (outputs - inputs <= 14) {
            searches.emplace_back(network, XorSearch::Way::Trellis);
        }
        searches.emplace_back(network);
        for (unsigned trial = 0; trial < 20; ++trial) {
            // A short slice, too.
            const auto count = static_cast<std::size_t>(trial % 4 == 3 ? std::max(1, outputs - 3) : outputs);
            const auto values = gaussian(count, 100 + trial);
            double best = -1e30;
            for (std::uint32_t word = 0; word < 1U << inputs; ++word) {
                best = std::max(best, correlation(network, word, values));
            }
            for (auto& search : searches) {
                const double found = correlation(network, search.best(values), values);
                ASSERT_NEAR(found, best, 1e-4) << inputs << "/" << outputs << " trellis " << search.isTrellis();
            }
        }
    }
}

TEST(XorSearch, TheIdentityGivesTheSigns)
{
    const XorNetwork identity(8, { 1, 2, 4, 8, 16, 32, 64, 128 });
    for (const auto way : { XorSearch::Way::Transform, XorSearch::Way::Trellis }) {
        XorSearch search(identity, way);
        for (unsigned trial = 0; trial < 50; ++trial) {
            const auto values = gaussian(8, trial);
            const auto signs = identity.outputsOf(search.best(values));
            for (std::size_t j = 0; j < 8; ++j) {
                ASSERT_EQ((signs >> j & 1) != 0, values[j] > 0);
            }
        }
    }
}

TEST(XorSearch, MoreInputsOfTheSameNetworkAreNeverWorse)
{
    const auto whole = XorNetwork::random(12, 20, 5).rows();
    for (unsigned trial = 0; trial < 30; ++trial) {
        const auto values = gaussian(20, 900 + trial);
        double before = -1;
        std::size_t compared = 0;
        for (int inputs = 1; inputs <= 12; ++inputs) {
            auto rows = whole;
            for (auto& row : rows) {
                row = static_cast<std::uint16_t>(row & ((1U << inputs) - 1));
            }
            if (!XorNetwork::isUsable(inputs, rows)) {
                continue; // rows that differ in the inputs left out
            }
            const XorNetwork nested(inputs, rows);
            XorSearch search(nested);
            const double found = correlation(nested, search.best(values), values);
            ASSERT_GE(found, before - 1e-5) << inputs;
            before = found;
            ++compared;
        }
        ASSERT_GE(compared, 3U);
    }
}

} // namespace
} // namespace bw::test
