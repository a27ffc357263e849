// GGUF files made wrong by hand, one defect each.

#include "core/model/loader.h"
#include "tests/support/bad_files.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/damaged_files.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/temp_dir.h"

#include <functional>

#include <gtest/gtest.h>

namespace bw {
namespace {

using test::BadFile;
using test::ggufArray;
using test::GgufBuilder;
using test::ggufEntry;
using test::ggufString;
using test::ggufTensor;
using test::littleEndian;

constexpr std::uint64_t huge = ~std::uint64_t { 0 };
constexpr std::uint64_t big = std::uint64_t { 1 } << 63;

/// A good file: one entry, a tensor "w" of 2 × 2 and one "v" of 32 blocks.
GgufBuilder good()
{
    GgufBuilder file;
    file.entries = { test::ggufTextEntry("general.architecture", "llama") };
    file.add("w", { 2, 2 }, 0, std::string(16, '\1'));
    file.add("v", { 32, 2 }, 2, std::string(36, '\1'));
    return file;
}

std::string with(const std::function<void(GgufBuilder&)>& change)
{
    auto file = good();
    change(file);
    return file.bytes();
}

/// A good file with this entry more.
std::string withEntry(std::string entry)
{
    return with([&](GgufBuilder& file) { file.entries.push_back(std::move(entry)); });
}

/// A file of this one tensor over 64 bytes of data.
std::string withTensor(std::string tensor)
{
    GgufBuilder file;
    file.tensors.push_back(std::move(tensor));
    file.data.assign(64, '\1');
    return file.bytes();
}

std::vector<BadFile> badStarts()
{
    const auto whole = good().bytes();
    const auto unsupported = ErrorKind::Unsupported;
    const std::vector<std::string> truncated { "truncated" };
    return {
        { "magic alone", "GGUF", truncated },
        { "half a version", whole.substr(0, 6), truncated },
        { "version alone", whole.substr(0, 8), truncated },
        { "half a tensor count", whole.substr(0, 12), truncated },
        { "no entry count", whole.substr(0, 16), truncated },
        { "counts alone", whole.substr(0, 24), { "cannot fit" } },
        { "cut in a key's length", whole.substr(0, 28), { "cannot fit" } },
        { "cut in a key", whole.substr(0, 50), truncated },
        { "cut in a value", whole.substr(0, 70), truncated },
        { "cut in a tensor entry", whole.substr(0, 90), truncated },
        { "no data", whole.substr(0, 160), { "beyond the end of the file" } },
        { "last byte of data missing", whole.substr(0, whole.size() - 29), { "tensor v", "beyond the end" } },
        { "version 0", with([](auto& f) { f.version = 0; }), { "version 0" }, unsupported },
        { "version 1", with([](auto& f) { f.version = 1; }), { "version 1", "2 and 3" }, unsupported },
        { "version 4", with([](auto& f) { f.version = 4; }), { "version 4" }, unsupported },
        { "version of a billion", with([](auto& f) { f.version = 1'000'000'000; }), { "version 1000000000" },
            unsupported },
        { "big-endian", with([](auto& f) { f.version = 0x03000000; }), { "big-endian" }, unsupported },
        { "big-endian version 2", with([](auto& f) { f.version = 0x02000000; }), { "big-endian" }, unsupported },
        { "tensor count of 2^64-1", with([](auto& f) { f.tensorCount = huge; }), { "tensors", "cannot fit" } },
        { "tensor count of 2^63", with([](auto& f) { f.tensorCount = big; }), { "tensors", "cannot fit" } },
        { "tensor count that wraps to a small size", with([](auto& f) { f.tensorCount = huge / 24 + 1; }),
            { "tensors", "cannot fit" } },
        { "a million tensors", with([](auto& f) { f.tensorCount = 1'000'000; }), { "1000000 tensors", "cannot fit" } },
        { "one tensor too many", with([](auto& f) { f.tensorCount = 3; }), {} },
        { "entry count of 2^64-1", with([](auto& f) { f.entryCount = huge; }), { "metadata entries", "cannot fit" } },
        { "entry count of 2^63", with([](auto& f) { f.entryCount = big; }), { "metadata entries", "cannot fit" } },
        { "one entry too many", with([](auto& f) { f.entryCount = 2; }), {} },
        { "one entry too few", with([](auto& f) { f.entryCount = 0; }), { "dimensions" } },
        { "an old GGML file", "lmgg" + whole.substr(4), { "old GGML" }, unsupported },
    };
}

std::vector<BadFile> badEntries()
{
    const std::string key = "k";
    return {
        { "key length of 2^64-1", with([](auto& f) { f.entries[0] = littleEndian(huge, 8); }), { "truncated" } },
        { "key length of 2^63", with([](auto& f) { f.entries[0] = littleEndian(big, 8); }), { "truncated" } },
        { "key without a name", withEntry(ggufEntry("", 4, littleEndian(1, 4))), { "has no name" } },
        { "key twice", withEntry(test::ggufTextEntry("general.architecture", "x")),
            { "general.architecture", "given twice" } },
        { "value type 13", withEntry(ggufEntry(key, 13, "")), { "entry k", "13" } },
        { "value type of 2^32-1", withEntry(ggufEntry(key, 0xFFFFFFFF, "")), { "entry k", "4294967295" } },
        { "truth value of 2", withEntry(ggufEntry(key, 7, "\x02")), { "entry k", "neither 0 nor 1" } },
        { "truth value of 255 in an array", withEntry(ggufEntry(key, 9, ggufArray(7, 2, std::string("\x01\xFF")))),
            { "entry k", "neither 0 nor 1" } },
        { "text longer than the file", withEntry(ggufEntry(key, 8, littleEndian(1'000'000, 8) + "abc")),
            { "entry k", "longer than the file" } },
        { "text length of 2^64-1", withEntry(ggufEntry(key, 8, littleEndian(huge, 8) + "abc")),
            { "entry k", "longer than the file" } },
        { "array of arrays", withEntry(ggufEntry(key, 9, ggufArray(9, 1, ggufArray(4, 1, littleEndian(1, 4))))),
            { "entry k", "array of arrays" } },
        { "array of an unknown type", withEntry(ggufEntry(key, 9, ggufArray(99, 1, "abcd"))), { "entry k", "99" } },
        { "array count of 2^64-1", withEntry(ggufEntry(key, 9, ggufArray(0, huge, "abcd"))),
            { "entry k", "longer than the file" } },
        { "array count that wraps to a small size",
            withEntry(ggufEntry(key, 9, ggufArray(10, (std::uint64_t { 1 } << 61) + 1, "abcdefgh"))),
            { "entry k", "too large" } },
        { "array count that wraps to nothing",
            withEntry(ggufEntry(key, 9, ggufArray(5, std::uint64_t { 1 } << 62, ""))), { "entry k", "too large" } },
        { "more texts than fit", withEntry(ggufEntry(key, 9, ggufArray(8, 1'000'000, ""))),
            { "entry k", "longer than the file" } },
        { "text count of 2^64-1", withEntry(ggufEntry(key, 9, ggufArray(8, huge, ""))), { "entry k", "too large" } },
        { "text in an array longer than the file",
            withEntry(ggufEntry(key, 9, ggufArray(8, 2, ggufString("a") + littleEndian(huge, 8)))),
            { "entry k", "longer than the file" } },
        { "alignment of 0", withEntry(test::ggufU32Entry("general.alignment", 0)), { "alignment", "power of two" } },
        { "alignment of 1", withEntry(test::ggufU32Entry("general.alignment", 1)), { "alignment", "power of two" } },
        { "alignment of 33", withEntry(test::ggufU32Entry("general.alignment", 33)), { "alignment", "power of two" } },
        { "alignment of 2^31", withEntry(test::ggufU32Entry("general.alignment", 1U << 31)),
            { "alignment", "power of two" } },
        { "alignment as a text", withEntry(test::ggufTextEntry("general.alignment", "32")),
            { "alignment", "power of two" } },
        { "alignment of 8 bytes", withEntry(ggufEntry("general.alignment", 10, littleEndian(32, 8))),
            { "alignment", "stored as u32" } },
        { "alignment other than the data has", withEntry(test::ggufU32Entry("general.alignment", 64)),
            { "tensor v", "begin at 32", "end at 64" } },
    };
}

std::vector<BadFile> badTensors()
{
    const auto unsupported = ErrorKind::Unsupported;
    const auto beyond = "beyond the end of the file";
    return {
        { "tensor without a name", withTensor(ggufTensor("", { 2 }, 0, 0)), { "has no name" } },
        { "name length of 2^64-1", withTensor(littleEndian(huge, 8) + std::string(20, 'x')), { "truncated" } },
        { "tensor twice", with([](auto& f) {
             f.tensors[1] = ggufTensor("w", { 32, 2 }, 2, 32);
         }),
            { "two tensors are called w" } },
        { "5 dimensions", withTensor(ggufTensor("w", { 1, 1, 1, 1, 2 }, 0, 0)), { "tensor w", "5 dimensions" } },
        { "2^32-1 dimensions", withTensor(ggufString("w") + littleEndian(0xFFFFFFFF, 4) + std::string(64, '\1')),
            { "tensor w", "4294967295 dimensions" } },
        { "dimension of 0", withTensor(ggufTensor("w", { 2, 0 }, 0, 0)), { "tensor w", "a dimension is 0" } },
        { "dimension of -1", withTensor(ggufTensor("w", { huge, 2 }, 0, 0)), { "tensor w", "a dimension is -1" } },
        { "dimension of -2^63", withTensor(ggufTensor("w", { big }, 0, 0)), { "tensor w", "a dimension is -" } },
        { "two negative dimensions", withTensor(ggufTensor("w", { huge, huge }, 0, 0)), { "a dimension is -1" } },
        { "product over 2^64", withTensor(ggufTensor("w", { 1ULL << 33, 1ULL << 33 }, 0, 0)),
            { "tensor w", "too large" } },
        { "product that wraps to 4", withTensor(ggufTensor("w", { 1ULL << 62, 4, 1 }, 0, 0)),
            { "tensor w", "too large" } },
        { "four large dimensions", withTensor(ggufTensor("w", { 65536, 65536, 65536, 65536 }, 0, 0)),
            { "tensor w", "too large" } },
        { "bytes over 2^64", withTensor(ggufTensor("w", { 1ULL << 62 }, 28, 0)), { "tensor w", "too large" } },
        { "bytes of 2^63", withTensor(ggufTensor("w", { 1ULL << 60 }, 28, 0)), { "tensor w", beyond } },
        { "padding over 2^64", withTensor(ggufTensor("w", { (1ULL << 62) - 1 }, 0, 0)), { "tensor w", "too large" } },
        { "type 4, which was removed", withTensor(ggufTensor("w", { 32 }, 4, 0)), { "tensor w", "type 4" },
            unsupported },
        { "type 31, which was removed", withTensor(ggufTensor("w", { 32 }, 31, 0)), { "tensor w", "type 31" },
            unsupported },
        { "type 999", withTensor(ggufTensor("w", { 32 }, 999, 0)), { "tensor w", "type 999" }, unsupported },
        { "type of 2^32-1", withTensor(ggufTensor("w", { 32 }, 0xFFFFFFFF, 0)), { "tensor w", "type 4294967295" },
            unsupported },
        { "row of 31 values in blocks of 32", withTensor(ggufTensor("w", { 31, 32 }, 2, 0)),
            { "tensor w", "rows of 31 values", "q4_0" } },
        { "row of 32 values in blocks of 256", withTensor(ggufTensor("w", { 32, 8 }, 12, 0)),
            { "tensor w", "rows of 32 values", "256", "q4_k" } },
        { "blocks in a scalar", withTensor(ggufTensor("w", {}, 8, 0)), { "tensor w", "rows of 1 values" } },
        { "offset in the middle", withTensor(ggufTensor("w", { 4 }, 0, 16)),
            { "tensor w", "begin at 16", "end at 0" } },
        { "offset of 2^64-1", withTensor(ggufTensor("w", { 4 }, 0, huge)), { "tensor w", "begin at" } },
        { "tensors on top of each other", with([](auto& f) {
             f.tensors[1] = ggufTensor("v", { 32, 2 }, 2, 0);
         }),
            { "tensor v", "begin at 0", "end at 32" } },
        { "hole between tensors", with([](auto& f) {
             f.tensors[1] = ggufTensor("v", { 32, 2 }, 2, 64);
         }),
            { "tensor v", "begin at 64", "end at 32" } },
        { "tensors not padded", with([](auto& f) {
             f.tensors[1] = ggufTensor("v", { 32, 2 }, 2, 16);
         }),
            { "tensor v", "begin at 16" } },
        { "tensor larger than the file", withTensor(ggufTensor("w", { 1'000'000 }, 0, 0)), { "tensor w", beyond } },
        { "one value beyond the end", withTensor(ggufTensor("w", { 17 }, 0, 0)), { "tensor w", beyond } },
        { "control characters in a name", withTensor(ggufTensor("w\x1b[31m\n", { 0 }, 0, 0)), { "\\x1b", "is 0" } },
    };
}

TEST(GgufBadFiles, AreRefusedWithTheirCause)
{
    auto files = badStarts();
    for (const auto& more : { badEntries(), badTensors() }) {
        files.insert(files.end(), more.begin(), more.end());
    }
    EXPECT_GE(files.size(), 60U);
    test::expectAllRefused("GGUF", "m.gguf", files);
}

TEST(GgufBadFiles, TheGoodOneOpens)
{
    const test::TempDir dir;
    test::writeFile(dir / "m.gguf", good().bytes());
    EXPECT_EQ(openModel(dir / "m.gguf")->layers().size(), 2U);
}

TEST(GgufBadFiles, DamageIsNeverASurprise)
{
    test::expectNoSurprises(good().bytes(), "m.gguf", 1);
    test::expectNoSurprises(test::everyTypeGguf(), "m.gguf", 41);
}

TEST(GgufBadFiles, MegabytesOfSmallThingsAreCheap)
{
    const test::TempDir dir;
    GgufBuilder tensors;
    for (int i = 0; tensors.tensors.size() * 37 + tensors.data.size() < 950'000; ++i) {
        tensors.add(std::to_string(i), { 1 }, 24, "x");
    }
    test::writeFile(dir / "tensors.gguf", tensors.bytes());
    test::expectCheapToOpen(dir / "tensors.gguf", "many tensors");

    GgufBuilder entries;
    for (int i = 0; i < 52'000; ++i) {
        entries.entries.push_back(ggufEntry(std::to_string(i), 7, "\x01"));
    }
    test::writeFile(dir / "entries.gguf", entries.bytes());
    test::expectCheapToOpen(dir / "entries.gguf", "many entries");

    GgufBuilder texts;
    texts.entries.push_back(ggufEntry("k", 9, ggufArray(8, 120'000, std::string(960'000, '\0'))));
    test::writeFile(dir / "texts.gguf", texts.bytes());
    test::expectCheapToOpen(dir / "texts.gguf", "many texts");
}

} // namespace
} // namespace bw
