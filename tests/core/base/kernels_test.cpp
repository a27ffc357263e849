// Conversions and packing on every instruction set against one value at a time.

#include "core/base/bit_stream.h"
#include "core/base/bulk_convert.h"
#include "core/base/half.h"
#include "tests/support/instruction_sets.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

/// All numbers of 16 bits, at an odd address.
std::vector<std::byte> allShorts()
{
    std::vector<std::byte> bytes(1 + 2 * 65536);
    for (std::uint32_t i = 0; i < 65536; ++i) {
        const auto value = static_cast<std::uint16_t>(i);
        std::memcpy(bytes.data() + 1 + 2 * i, &value, sizeof(value));
    }
    return bytes;
}

using Bulk = void (*)(const std::byte*, float*, std::size_t);
using Single = float (*)(std::uint16_t);

void checkConversion(Bulk bulk, Single single)
{
    const auto bytes = allShorts();
    std::vector<float> floats(65536);
    bulk(bytes.data() + 1, floats.data(), floats.size());
    for (std::uint32_t i = 0; i < 65536; ++i) {
        ASSERT_EQ(std::bit_cast<std::uint32_t>(floats[i]),
            std::bit_cast<std::uint32_t>(single(static_cast<std::uint16_t>(i))))
            << i;
    }
    for (std::size_t count = 0; count <= 257; ++count) {
        std::vector<float> few(count + 1, -3.0F);
        bulk(bytes.data() + 1 + 2 * 15000, few.data(), count);
        for (std::size_t i = 0; i < count; ++i) {
            ASSERT_EQ(few[i], single(static_cast<std::uint16_t>(15000 + i)));
        }
        ASSERT_EQ(few[count], -3.0F);
    }
}

TEST(BulkConvert, AllHalvesAndBfloatsAreExact)
{
    // The definition of binary16, for the numbers: (-1)^s · 2^(e-25) · (1024 + m), or 2^-24 · m.
    for (std::uint32_t i = 0; i < 0x7C00; ++i) {
        const auto exponent = static_cast<int>(i >> 10);
        const double value
            = exponent == 0 ? std::ldexp(i & 0x3FFU, -24) : std::ldexp(1024 + (i & 0x3FFU), exponent - 25);
        ASSERT_EQ(static_cast<double>(halfToFloat(static_cast<std::uint16_t>(i))), value);
        ASSERT_EQ(static_cast<double>(halfToFloat(static_cast<std::uint16_t>(i | 0x8000U))), -value);
    }
    EXPECT_TRUE(std::isinf(halfToFloat(0x7C00)));
    EXPECT_TRUE(std::isnan(halfToFloat(0x7C01)));
    forEachInstructionSet([] {
        ASSERT_NO_FATAL_FAILURE(checkConversion(halvesToFloats, halfToFloat));
        ASSERT_NO_FATAL_FAILURE(checkConversion(bfloatsToFloats, bfloatToFloat));
    });
}

/// Bit by bit, as bit_stream.h describes it.
std::vector<std::byte> packedSlowly(const std::vector<std::uint16_t>& codes, int bits)
{
    std::vector<std::byte> bytes(static_cast<std::size_t>(packedBytes(codes.size(), bits)));
    for (std::size_t i = 0; i < codes.size(); ++i) {
        for (int bit = 0; bit < bits; ++bit) {
            const std::size_t at = i * static_cast<std::size_t>(bits) + static_cast<std::size_t>(bit);
            if ((codes[i] >> bit & 1) != 0) {
                bytes[at / 8] |= static_cast<std::byte>(1U << (at % 8));
            }
        }
    }
    return bytes;
}

void checkPacking(std::mt19937& random, int bits, std::size_t count)
{
    std::vector<std::uint16_t> storage(count + 1);
    for (auto& code : storage) {
        code = static_cast<std::uint16_t>(random() & ((1U << bits) - 1));
    }
    const std::vector<std::uint16_t> codes(storage.begin() + 1, storage.end());
    const auto expected = packedSlowly(codes, bits);
    std::vector<std::byte> packed(expected.size());
    packCodes(std::span(storage).subspan(1), bits, 0, packed);
    ASSERT_EQ(packed, expected);
    // In two parts, of which each leaves the other alone.
    const std::size_t cut = count / 16 * 8;
    std::fill(packed.begin(), packed.end(), std::byte { 0 });
    packCodes(std::span(codes).subspan(cut), bits, cut, packed);
    packCodes(std::span(codes).first(cut), bits, 0, packed);
    ASSERT_EQ(packed, expected);
    std::vector<std::uint16_t> read(count + 1, 0xBEEF);
    unpackCodes(packed, bits, 0, std::span(read).first(count));
    ASSERT_TRUE(std::equal(codes.begin(), codes.end(), read.begin()));
    ASSERT_EQ(read[count], 0xBEEF);
    if (count > 0) {
        const std::size_t first = random() % count;
        unpackCodes(packed, bits, first, std::span(read).first(count - first));
        ASSERT_TRUE(std::equal(codes.begin() + static_cast<std::ptrdiff_t>(first), codes.end(), read.begin()));
    }
}

TEST(BitStream, EveryInstructionSetPacksBitByBit)
{
    forEachInstructionSet([] {
        std::mt19937 random(3);
        for (int bits = 1; bits <= 16; ++bits) {
            SCOPED_TRACE(bits);
            for (std::size_t count = 0; count <= 257; ++count) {
                ASSERT_NO_FATAL_FAILURE(checkPacking(random, bits, count));
            }
            ASSERT_NO_FATAL_FAILURE(checkPacking(random, bits, 4099));
        }
    });
}

} // namespace
} // namespace bw::test
