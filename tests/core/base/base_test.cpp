#include "core/base/atomic_file.h"
#include "core/base/bit_stream.h"
#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/base/half.h"
#include "core/base/json.h"
#include "core/base/parallel.h"
#include "core/base/text.h"
#include "core/tensor/tensor_view.h"
#include "tests/support/temp_dir.h"

#include <cmath>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bw {
namespace {

TEST(Text, FillsSlotsInAnyOrderAndKeepsOtherPercents)
{
    EXPECT_EQ(fillSlots("%2 of %1, 100 % and %3", { "b", "a" }), "a of b, 100 % and %3");
}

TEST(Text, NumbersReadBackAsTheyWere)
{
    for (const double value : { 0.1, 1e-300, -3.5, 1.0 / 3 }) {
        EXPECT_EQ(parseDouble(toText(value)), value);
    }
    EXPECT_FALSE(parseDouble("1,5"));
    EXPECT_FALSE(parseDouble("1.5x"));
    EXPECT_FALSE(parseInt("99999999999999999999"));
}

TEST(Text, NearestWordFindsTyposOnly)
{
    EXPECT_EQ(nearestWord("defalut", { "rules", "default" }), "default");
    EXPECT_EQ(nearestWord("xyzzy", { "rules", "default" }), "");
    EXPECT_EQ(nearestWord("rule", { "default", "rules", "role" }), "rules");
    EXPECT_EQ(nearestWord(std::string(500, 'x'), { "rules", std::string(400, 'x') }), "");
}

TEST(Text, PrintableShowsHostileBytes)
{
    EXPECT_EQ(printable("a\nb\xff"),
        "a\\x0a"
        "b\\xff");
    EXPECT_EQ(printable("\xE2\x80\xAEx"), "\\xe2\\x80\\xaex");
    EXPECT_EQ(printable("权重"), "权重");
}

TEST(Text, SizesHaveThreeDigits)
{
    EXPECT_EQ(sizeText(999), "999 B");
    EXPECT_EQ(sizeText(1090000), "1.09 MB");
    EXPECT_EQ(sizeText(999999), "1.00 MB");
}

TEST(Half, EveryHalfSurvivesARoundTrip)
{
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
        const auto half = static_cast<std::uint16_t>(bits);
        const float value = halfToFloat(half);
        if (std::isnan(value)) {
            EXPECT_TRUE(std::isnan(halfToFloat(floatToHalf(value))));
        } else {
            ASSERT_EQ(floatToHalf(value), half) << bits;
        }
    }
}

TEST(Half, RoundsToNearestEven)
{
    EXPECT_EQ(floatToHalf(1.0F + 0x1p-11F), floatToHalf(1.0F));
    EXPECT_EQ(floatToHalf(1.0F + 3 * 0x1p-11F), floatToHalf(1.0F) + 2);
    EXPECT_EQ(floatToHalf(65519.0F), 0x7BFF);
    EXPECT_EQ(floatToHalf(65520.0F), 0x7C00);
    EXPECT_EQ(floatToHalf(0x1p-25F), 0);
    EXPECT_EQ(floatToHalf(0x1.8p-25F), 1);
    EXPECT_EQ(floatToBfloat(1.0F + 0x1p-8F), floatToBfloat(1.0F));
}

TEST(BitStream, PacksEveryWidth)
{
    for (int bits = 1; bits <= 16; ++bits) {
        std::vector<std::uint16_t> codes(37);
        for (std::size_t i = 0; i < codes.size(); ++i) {
            codes[i] = static_cast<std::uint16_t>((i * 40503U) & ((1U << bits) - 1U));
        }
        std::vector<std::byte> packed(packedBytes(codes.size(), bits));
        packCodes(std::span(codes).first(16), bits, 0, packed);
        packCodes(std::span(codes).subspan(16), bits, 16, packed);
        std::vector<std::uint16_t> back(codes.size() - 5);
        unpackCodes(packed, bits, 5, back);
        EXPECT_TRUE(std::equal(back.begin(), back.end(), codes.begin() + 5)) << bits;
        // the layout itself: bit j of code i is bit i*bits + j of the stream
        for (std::size_t i = 0; i < codes.size(); ++i) {
            for (int j = 0; j < bits; ++j) {
                const std::size_t at = i * static_cast<std::size_t>(bits) + static_cast<std::size_t>(j);
                ASSERT_EQ(static_cast<int>(packed[at / 8]) >> (at % 8) & 1, codes[i] >> j & 1) << bits << " " << i;
            }
        }
        for (std::size_t first = 0; first < codes.size(); ++first) {
            for (std::size_t count = 0; first + count <= codes.size(); ++count) {
                std::vector<std::uint16_t> part(count);
                unpackCodes(packed, bits, first, part);
                ASSERT_TRUE(std::equal(part.begin(), part.end(), codes.begin() + static_cast<std::ptrdiff_t>(first)))
                    << bits;
            }
        }
    }
}

TEST(Json, RefusesWhatALenientParserTakes)
{
    EXPECT_THROW(parseJson("{\"a\":1,\"a\":2}"), Error);
    EXPECT_THROW(parseJson(std::string(1000, '[') + std::string(1000, ']')), Error);
    EXPECT_THROW(parseJson("{\"a\":}"), Error);
    EXPECT_THROW(parseJson("{} x"), Error);
    EXPECT_EQ(parseJson("{\"b\":1,\"a\":[2]}").dump(), "{\"b\":1,\"a\":[2]}");
}

TEST(AtomicFile, LeavesNothingWithoutCommit)
{
    test::TempDir dir;
    {
        AtomicFile file(dir / "x");
        file.write(std::as_bytes(std::span("abc", 3)));
    }
    EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
    AtomicFile file(dir / "x");
    file.write(std::as_bytes(std::span("abc", 3)));
    file.commit();
    EXPECT_EQ(test::readFile(dir / "x"), "abc");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}), 1);
}

TEST(AtomicFile, RemovesWhatKilledProcessesLeft)
{
    test::TempDir dir;
    const pid_t child = ::fork();
    if (child == 0) {
        AtomicFile file(dir / "x");
        ::_exit(0); // as a kill: no destructor runs
    }
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}), 1) << "the leftover";
    // Not leftovers of "x", whatever they look like.
    const std::vector<std::string> others { ".x.abcdefg.part", ".y.abcdef.part", "x.abcdef.part", ".x.abcdef.parts" };
    for (const auto& other : others) {
        test::writeFile(dir / other, "");
    }
    std::filesystem::create_directory(dir / ".x.folder.part");
    std::filesystem::create_symlink(dir / others[0], dir / ".x.alinks.part");
    const AtomicFile inUse(dir / "x");
    {
        AtomicFile file(dir / "x");
        EXPECT_TRUE(std::filesystem::exists(inUse.temporaryPath())) << "another one is being written";
        file.commit();
        EXPECT_TRUE(std::filesystem::exists(inUse.temporaryPath()));
    }
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}), 8);
    for (const auto& other : others) {
        EXPECT_TRUE(std::filesystem::exists(dir / other)) << other;
    }
}

TEST(AtomicFile, NamesTheCause)
{
    try {
        AtomicFile file("/proc/nowhere/x");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Io);
        EXPECT_EQ(exitCode(error.kind()), 5);
    }
}

TEST(Parallel, FoldsInOrderAndStops)
{
    const auto text = parallelReduce(
        100, 7, JobContext {}, std::string(), [](auto first, auto) { return std::to_string(first) + ","; },
        [](std::string& total, const std::string& part) { total += part; });
    EXPECT_TRUE(text.starts_with("0,7,14,"));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(parallelBlocks(10, 1, JobContext(stop.get_token()), [](auto, auto) {}), Canceled);
    EXPECT_THROW(parallelBlocks(10, 1, {}, [](auto, auto) { throw Error(ErrorKind::BadInput, Text("x")); }), Error);
}

TEST(Hash, KnownSha256)
{
    EXPECT_EQ(
        sha256(std::as_bytes(std::span("abc", 3))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Tensor, AxisMovesToTheFrontAndBack)
{
    const auto tensor = makeTensor({ 2, 3, 2 }, { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 });
    const auto moved = withAxisFirst(tensor, 1);
    EXPECT_EQ(moved.shape, (Shape { 3, 2, 2 }));
    EXPECT_EQ(toFloats(moved), (std::vector<float> { 0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11 }));
    EXPECT_EQ(toFloats(withFirstAxisAt(moved, 1)), toFloats(tensor));
    EXPECT_EQ(withFirstAxisAt(moved, 1).shape, tensor.shape);
}

} // namespace
} // namespace bw
