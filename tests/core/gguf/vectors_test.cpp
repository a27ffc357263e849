// The vector code gives the bytes of the scalar reference, whatever the values.

#include "tests/core/gguf/gguf_support.h"
#include "tests/support/instruction_sets.h"

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

constexpr std::size_t rowLength = 256 * 19; // more than a piece, and no whole number of vectors

std::vector<float> filled(const std::function<float(std::size_t)>& value)
{
    std::vector<float> row(rowLength);
    for (std::size_t i = 0; i < row.size(); ++i) {
        row[i] = value(i);
    }
    return row;
}

/// Rows that reach the corners of the arithmetic: ties, zeros, one value, tiny and enormous numbers, mixed signs.
std::vector<std::pair<std::string, std::vector<float>>> awkwardRows()
{
    std::mt19937_64 random(7);
    std::normal_distribution<float> normal;
    std::student_t_distribution<float> student(1.5F);
    const auto at = [](std::size_t i) { return static_cast<float>(i); };
    return {
        { "normal", filled([&](std::size_t) { return normal(random); }) },
        { "small", filled([&](std::size_t) { return 0.02F * normal(random); }) },
        { "heavy tails", filled([&](std::size_t) { return student(random); }) },
        { "zeros", filled([](std::size_t) { return 0.0F; }) },
        { "negative zeros", filled([](std::size_t) { return -0.0F; }) },
        { "constant", filled([](std::size_t) { return 0.3F; }) },
        { "negative constant", filled([](std::size_t) { return -0.3F; }) },
        { "zeros by turns", filled([&](std::size_t i) { return i / 16 % 3 == 0 ? 0.0F : normal(random); }) },
        { "one value", filled([](std::size_t i) { return i % 256 == 77 ? -1.5F : 0.0F; }) },
        { "ties", filled([&](std::size_t) { return std::round(8 * normal(random)) / 2; }) },
        { "whole numbers", filled([&](std::size_t i) { return at(i * 7 % 17) - 8; }) },
        { "positive", filled([&](std::size_t) { return std::abs(normal(random)); }) },
        { "far from zero", filled([&](std::size_t) { return 1000 + normal(random); }) },
        { "below zero", filled([&](std::size_t) { return -1000 + normal(random); }) },
        { "subnormal", filled([&](std::size_t) { return 1e-40F * normal(random); }) },
        { "tiny", filled([&](std::size_t) { return 1e-30F * normal(random); }) },
        { "near the threshold of zero", filled([&](std::size_t) { return 1e-15F * normal(random); }) },
        { "subnormal scales", filled([&](std::size_t) { return 1e-6F * normal(random); }) },
        { "beyond half precision", filled([&](std::size_t) { return 1e6F * normal(random); }) },
        { "far beyond half precision", filled([&](std::size_t) { return 1e12F * normal(random); }) },
        { "huge", filled([&](std::size_t) { return 5e37F * normal(random); }) },
        { "largest",
            filled([&](std::size_t i) { return (i % 3 == 0 ? -1.0F : 1.0F) * std::numeric_limits<float>::max(); }) },
        { "60 orders of magnitude",
            filled([&](std::size_t i) { return std::pow(10.0F, at(i % 60) - 30) * normal(random); }) },
        { "other sizes by groups",
            filled([&](std::size_t i) { return std::pow(10.0F, at(i / 16 % 12) - 6) * normal(random); }) },
    };
}

TEST(GgufVectors, BytesAreThoseOfTheScalarCode)
{
    std::mt19937_64 random(8);
    std::exponential_distribution<float> exponential;
    const auto importance = filled([&](std::size_t i) { return i % 50 == 0 ? 0 : exponential(random); });
    const std::vector<float> nothing(rowLength, 0.0F);
    const std::vector<float> flat(rowLength, 1.0F);
    for (const auto& [name, row] : awkwardRows()) {
        SCOPED_TRACE(name);
        for (const auto* type : ggufBlockTypes().entries()) {
            SCOPED_TRACE(type->id);
            for (const auto weights : { std::span<const float>(), std::span<const float>(importance),
                     std::span<const float>(flat), std::span<const float>(nothing) }) {
                const auto vectors = encoded(*type, row, weights);
                std::vector<std::byte> scalar(vectors.size());
                ggufEncodeRowScalar(*type, row, weights, scalar);
                forEachInstructionSet([&, &used = row] { ASSERT_EQ(hex(encoded(*type, used, weights)), hex(scalar)); });
                for (const float value : decoded(*type, vectors)) {
                    ASSERT_TRUE(std::isfinite(value));
                }
            }
        }
    }
}

std::vector<float> decodedOneByOne(const GgufBlockType& type, std::span<const std::byte> blocks, std::size_t count)
{
    std::array<GgufScale, ggufMaxGroups> scales;
    std::array<std::uint8_t, ggufMaxBlockLength> codes;
    std::vector<float> values(count);
    const auto length = static_cast<std::size_t>(type.blockLength);
    for (std::size_t i = 0; i < count; ++i) {
        const auto* block = blocks.data() + ggufBytes(type, i - i % length);
        type.readScales(block, scales.data());
        type.readCodes(block, codes.data());
        const auto& group = scales[i % length / static_cast<std::size_t>(type.groupLength)];
        values[i] = group.scale * type.levels[codes[i % length]] + group.offset;
    }
    return values;
}

TEST(GgufVectors, DecodedValuesAreThoseOfPlainCodeOnEveryInstructionSet)
{
    const auto bitsOf = [](const std::vector<float>& values) { return hex(std::as_bytes(std::span(values))); };
    for (const auto& [name, row] : awkwardRows()) {
        SCOPED_TRACE(name);
        for (const auto* type : ggufBlockTypes().entries()) {
            SCOPED_TRACE(type->id);
            const auto blocks = encoded(*type, row);
            const auto expected = bitsOf(decodedOneByOne(*type, blocks, row.size()));
            forEachInstructionSet([&] { ASSERT_EQ(bitsOf(decoded(*type, blocks)), expected); });
        }
    }
}

TEST(GgufVectors, BlocksAloneAreThoseOfTheRow)
{
    std::mt19937_64 random(9);
    std::normal_distribution<float> normal;
    const auto row = filled([&](std::size_t) { return normal(random); });
    for (const auto* type : ggufBlockTypes().entries()) {
        SCOPED_TRACE(type->id);
        const auto whole = encoded(*type, row);
        for (const std::size_t block : { std::size_t { 0 }, std::size_t { 3 }, std::size_t { 18 } }) {
            const auto length = static_cast<std::size_t>(type->blockLength);
            const auto bytes = encoded(*type, std::span(row).subspan(block * length, length));
            EXPECT_EQ(hex(bytes), hex(std::span(whole).subspan(ggufBytes(*type, block * length), bytes.size())));
        }
    }
}

} // namespace
} // namespace bw::test
