// Blocks of the zstd coder are ordinary zstd files: the zstd command reads them.

#include "tests/core/entropy/entropy_support.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace bw {
namespace {

using namespace test;

constexpr std::size_t kindBytes = 1;
constexpr std::byte codedKind { 2 };

/// A field of every symbol: the first ones in the lowest bits of a byte.
Symbols fieldsOf(std::string_view bytes, std::size_t count, int width)
{
    const auto perByte = static_cast<std::size_t>(8 / width);
    EXPECT_EQ(bytes.size(), (count + perByte - 1) / perByte);
    Symbols fields(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto byte = static_cast<unsigned char>(bytes.at(i / perByte));
        fields[i] = static_cast<std::uint16_t>(byte >> (static_cast<int>(i % perByte) * width) & ((1 << width) - 1));
    }
    return fields;
}

/// What `zstd -d` makes of one block: fields of `width` bits; if symbols have `restBits` bits below these, then fields
/// of `restWidth` bits with them.
Symbols unpackedByCommand(const Bytes& block, std::size_t count, int width, int restBits, int restWidth)
{
    const TempDir folder;
    const std::string_view frames(reinterpret_cast<const char*>(block.data()) + kindBytes, block.size() - kindBytes);
    writeFile(folder / "block.zst", frames);
    int exitCode = -1;
    const auto said = runProgram({ "zstd", "-d", "-q", (folder / "block.zst").string() }, &exitCode);
    EXPECT_EQ(exitCode, 0) << said;
    const auto bytes = readFile(folder / "block");
    const auto highBytes = (count * static_cast<std::size_t>(width) + 7) / 8;
    auto symbols = fieldsOf(std::string_view(bytes).substr(0, highBytes), count, width);
    if (restBits > 0) {
        const auto rest = fieldsOf(std::string_view(bytes).substr(highBytes), count, restWidth);
        for (std::size_t i = 0; i < count; ++i) {
            symbols[i] = static_cast<std::uint16_t>(symbols[i] << restBits | rest[i]);
        }
    } else {
        EXPECT_EQ(bytes.size(), highBytes);
    }
    return symbols;
}

TEST(ZstdBlocks, AreFilesTheCommandUnpacks)
{
    int exitCode = -1;
    runProgram({ "zstd", "--version" }, &exitCode);
    if (exitCode != 0) {
        GTEST_SKIP() << "skipped: no zstd command";
    }
    struct Case
    {
        std::size_t alphabet;
        int width; ///< bits of a symbol's field in the file
        int restBits = 0;
        int restWidth = 0;
    };
    for (const Case& c : { Case { 2, 1 }, Case { 3, 2 }, Case { 8, 4 }, Case { 16, 4 }, Case { 20, 8 }, Case { 256, 8 },
             Case { 1000, 8, 2, 2 }, Case { 2000, 8, 3, 4 } }) {
        const auto symbols = normalSymbols(40'001, c.alphabet, c.alphabet == 2 ? 0.8 : 3, 2);
        Symbols skewed = symbols;
        if (c.alphabet == 2) { // else a bit each, which no code can shorten
            for (std::size_t i = 0; i < skewed.size(); i += 2) {
                skewed[i] = 0;
            }
        }
        const auto stored = coded(coderNamed("zstd"), skewed, c.alphabet);
        ASSERT_EQ(stored.blocks.size(), 1U);
        EXPECT_EQ(stored.model, Bytes { static_cast<std::byte>(c.width) }) << c.alphabet;
        ASSERT_EQ(stored.blocks.front().front(), codedKind) << c.alphabet;
        EXPECT_EQ(unpackedByCommand(stored.blocks.front(), skewed.size(), c.width, c.restBits, c.restWidth), skewed)
            << c.alphabet;
    }
}

} // namespace
} // namespace bw
