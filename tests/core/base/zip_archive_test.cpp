// Zip files, good ones by several writers and bad ones made by hand, one defect each.

#include "core/base/error.h"
#include "core/base/zip_archive.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"
#include "tests/support/zip_builder.h"

#include <random>

#include <gtest/gtest.h>

namespace bw {
namespace {

using test::crc32Of;
using test::littleEndian;
using test::zipBytes;
using test::ZipEnd;
using test::ZipFields;
using test::ZipRecord;
using namespace std::string_literals;

/// What reading the whole archive says; empty if all is well.
struct Outcome
{
    std::string kind;
    std::string sentence;
};

Outcome readAll(const std::filesystem::path& path)
{
    try {
        const ZipArchive archive(path);
        for (const auto& name : archive.names()) {
            archive.content(name);
        }
        return {};
    } catch (const Error& error) {
        return { errorKindName(error.kind()), error.fullEnglish() };
    }
}

struct BadZip
{
    const char* defect;
    std::string bytes;
    const char* words;
    ErrorKind kind = ErrorKind::BadFile;
};

std::string oneRecord(std::function<void(ZipFields&, ZipFields&)> change, bool isDeflated = false,
    bool hasDescriptor = false, const std::string& data = "some data of a record")
{
    return zipBytes({ { "a", data, isDeflated, hasDescriptor, std::move(change) } });
}

std::string withEnd(const std::function<void(ZipEnd&)>& change)
{
    return zipBytes({ { "a", "data" } }, change);
}

/// A zip64 locator and end record, with some number changed, before a marked end record.
std::string zip64(std::uint64_t atOffset, std::uint64_t value, int width)
{
    return withEnd([&](ZipEnd& end) {
        const std::uint64_t at = end.offset + end.bytes;
        std::string record = "PK\6\6" + littleEndian(44, 8) + littleEndian(45, 2) + littleEndian(45, 2)
            + littleEndian(0, 4) + littleEndian(0, 4) + littleEndian(1, 8) + littleEndian(1, 8)
            + littleEndian(end.bytes, 8) + littleEndian(end.offset, 8);
        std::string locator = "PK\6\7" + littleEndian(0, 4) + littleEndian(at, 8) + littleEndian(1, 4);
        end.before = record + locator;
        if (width > 0) {
            end.before.replace(static_cast<std::size_t>(atOffset), static_cast<std::size_t>(width),
                littleEndian(value, width));
        }
        end.entriesHere = end.entries = 0xffff;
        end.bytes = end.offset = 0xffffffff;
    });
}

std::vector<BadZip> structureDefects()
{
    const std::string good = zipBytes({ { "a", "data" }, { "b", std::string(1000, 'x'), true } });
    return {
        { "empty", "", "truncated" },
        { "one byte", "P", "truncated" },
        { "only a signature", "PK\3\4", "truncated" },
        { "cut in the end record", good.substr(0, good.size() - 1), "truncated" },
        { "cut in the directory", good.substr(0, good.size() - 30), "truncated" },
        { "cut in the data", good.substr(0, 40), "truncated" },
        { "beginning cut off", good.substr(10), "truncated" },
        { "bytes before the archive", "junk" + good, "truncated" },
        { "bytes after the end record", good + "junk", "truncated" },
        { "comment longer than it says", withEnd([](ZipEnd& e) { e.comment = "xyz"; }), "truncated" },
        { "comment shorter than it says", withEnd([](ZipEnd& e) { e.commentBytes = 9; }), "truncated" },
        { "second end record in the comment", withEnd([](ZipEnd& e) {
             e.comment = "PK\5\6"s + std::string(18, '\0');
             e.commentBytes = 22;
         }),
            "truncated" },
        { "more entries than there are", withEnd([](ZipEnd& e) { e.entries = e.entriesHere = 2; }), "truncated" },
        { "fewer entries than there are", withEnd([](ZipEnd& e) { e.entries = e.entriesHere = 0; }), "truncated" },
        { "65535 entries claimed", withEnd([](ZipEnd& e) { e.entries = e.entriesHere = 0xffff; }), "truncated" },
        { "directory beyond the file", withEnd([](ZipEnd& e) { e.offset = 0x7fffffff; }), "truncated" },
        { "directory one byte early", withEnd([](ZipEnd& e) { e.offset -= 1; }), "truncated" },
        { "directory shorter than it is", withEnd([](ZipEnd& e) { e.bytes -= 1; }), "truncated" },
        { "directory marked as 64-bit without a locator", withEnd([](ZipEnd& e) { e.offset = 0xffffffff; }),
            "truncated" },
        { "bytes between directory and end", withEnd([](ZipEnd& e) { e.before = "junk"; }), "truncated" },
        { "second disk", withEnd([](ZipEnd& e) { e.disk = 1; }), "disks", ErrorKind::Unsupported },
        { "directory on another disk", withEnd([](ZipEnd& e) { e.directoryDisk = 3; }), "disks",
            ErrorKind::Unsupported },
        { "entries on other disks", withEnd([](ZipEnd& e) { e.entriesHere = 0; }), "disks", ErrorKind::Unsupported },
        { "record on another disk", oneRecord([](ZipFields&, ZipFields& c) { c.disk = 2; }), "disks",
            ErrorKind::Unsupported },
        { "zip64 record elsewhere", zip64(56 + 8, 3, 8), "truncated" },
        { "zip64 record at 2^64-1", zip64(56 + 8, ~std::uint64_t { 0 }, 8), "truncated" },
        { "zip64 record without its signature", zip64(0, 0, 4), "truncated" },
        { "zip64 record of another length", zip64(4, 45, 8), "truncated" },
        { "zip64 record of 2^64-1 bytes", zip64(4, ~std::uint64_t { 0 }, 8), "too large" },
        { "zip64 directory at 2^64-1", zip64(48, ~std::uint64_t { 0 }, 8), "too large" },
        { "zip64 directory of 2^63 bytes", zip64(40, std::uint64_t { 1 } << 63, 8), "truncated" },
        { "zip64 with 2^40 entries", zip64(32, std::uint64_t { 1 } << 40, 8), "disks", ErrorKind::Unsupported },
        { "zip64 on two disks", zip64(56 + 16, 2, 4), "disks", ErrorKind::Unsupported },
        { "zip64 and 32-bit numbers that differ",
            [] {
                auto bytes = zip64(0, 0, 0);
                return bytes.replace(bytes.size() - 6, 4, littleEndian(7, 4));
            }(),
            "truncated" },
    };
}

std::vector<BadZip> recordDefects()
{
    const auto change = [](auto f) { return oneRecord(f); };
    const auto both = [](auto f) {
        return oneRecord([f](ZipFields& l, ZipFields& c) {
            f(l);
            f(c);
        });
    };
    std::string damaged = oneRecord({}, true);
    damaged[33] = static_cast<char>(damaged[33] ^ 0x55);
    std::string badData = oneRecord({});
    badData[35] = 'X';
    return {
        { "name differs", change([](ZipFields& l, ZipFields&) { l.name = "b"; }), "do not agree" },
        { "name longer in the header", change([](ZipFields& l, ZipFields&) { l.name = "ab"; }), "do not agree" },
        { "method differs", change([](ZipFields& l, ZipFields&) { l.method = 8; }), "do not agree" },
        { "checksum differs", change([](ZipFields& l, ZipFields&) { l.crc ^= 1; }), "do not agree" },
        { "packed size differs", change([](ZipFields& l, ZipFields&) { l.packed -= 1; }), "do not agree" },
        { "unpacked size differs", change([](ZipFields& l, ZipFields&) { l.unpacked += 1; }), "do not agree" },
        { "encrypted in the header only", change([](ZipFields& l, ZipFields&) { l.flags = 1; }), "do not agree" },
        { "descriptor in the header only", change([](ZipFields& l, ZipFields&) { l.flags = 8; }), "do not agree" },
        { "header elsewhere", change([](ZipFields&, ZipFields& c) { c.header = 5; }), "do not agree" },
        { "header beyond the file", change([](ZipFields&, ZipFields& c) { c.header = 0x7fffffff; }), "truncated" },
        { "header marked as 64-bit without a number", change([](ZipFields&, ZipFields& c) { c.header = 0xffffffff; }),
            "truncated" },
        { "header at 2^64-1", change([](ZipFields&, ZipFields& c) {
             c.header = 0xffffffff;
             c.extra = littleEndian(1, 2) + littleEndian(8, 2) + littleEndian(~std::uint64_t { 0 }, 8);
         }),
            "truncated" },
        { "64-bit extra field cut off", change([](ZipFields&, ZipFields& c) {
             c.header = 0xffffffff;
             c.extra = littleEndian(1, 2) + littleEndian(8, 2) + "abc";
         }),
            "truncated" },
        { "64-bit extra field too short", change([](ZipFields&, ZipFields& c) {
             c.header = 0xffffffff;
             c.extra = littleEndian(1, 2) + littleEndian(4, 2) + "abcd";
         }),
            "truncated" },
        { "stored with two sizes", both([](ZipFields& f) { f.unpacked += 1; }), "do not agree" },
        { "data beyond the file", both([](ZipFields& f) { f.packed = f.unpacked = 0x7fffffff; }), "truncated" },
        { "data into the directory", both([](ZipFields& f) { f.packed = f.unpacked += 10; }), "overlap" },
        { "encrypted", both([](ZipFields& f) { f.flags = 1; }), "encrypted", ErrorKind::Unsupported },
        { "strongly encrypted", both([](ZipFields& f) { f.flags = 64; }), "encrypted", ErrorKind::Unsupported },
        { "masked headers", both([](ZipFields& f) { f.flags = 1 << 13; }), "encrypted", ErrorKind::Unsupported },
        { "patch data", both([](ZipFields& f) { f.flags = 32; }), "method", ErrorKind::Unsupported },
        { "bzip2", both([](ZipFields& f) { f.method = 12; }), "method 12", ErrorKind::Unsupported },
        { "LZMA", both([](ZipFields& f) { f.method = 14; }), "method 14", ErrorKind::Unsupported },
        { "Zstandard", both([](ZipFields& f) { f.method = 93; }), "method 93", ErrorKind::Unsupported },
        { "wrong checksum of stored data", badData, "checksum" },
        { "wrong checksum in both headers", both([](ZipFields& f) { f.crc ^= 1; }), "checksum" },
        { "broken deflate stream", damaged, "damaged" },
        { "unpacks to more than it says", oneRecord([](ZipFields& l, ZipFields& c) { l.unpacked = c.unpacked -= 1; },
                                              true), "does not unpack" },
        { "unpacks to less than it says", oneRecord([](ZipFields& l, ZipFields& c) { l.unpacked = c.unpacked += 1; },
                                              true), "does not unpack" },
        { "claims to unpack to nothing", oneRecord([](ZipFields& l, ZipFields& c) { l.unpacked = c.unpacked = 0; },
                                             true), "does not unpack" },
        { "claims more than deflate can do",
            oneRecord([](ZipFields& l, ZipFields& c) { l.unpacked = c.unpacked = 0x7fffffff; }, true),
            "cannot unpack" },
        { "descriptor missing", both([](ZipFields& f) { f.flags = 8; }), "do not agree" },
        { "descriptor differs", oneRecord([](ZipFields&, ZipFields& c) { c.crc ^= 1; }, false, true), "do not agree" },
        { "no name", both([](ZipFields& f) { f.name = ""; }), "leads out", ErrorKind::Refused },
        { "rooted name", both([](ZipFields& f) { f.name = "/etc/passwd"; }), "leads out", ErrorKind::Refused },
        { "name with ..", both([](ZipFields& f) { f.name = "a/../../b"; }), "leads out", ErrorKind::Refused },
        { "name ..", both([](ZipFields& f) { f.name = ".."; }), "leads out", ErrorKind::Refused },
        { "name with a backslash", both([](ZipFields& f) { f.name = "a\\..\\b"; }), "leads out", ErrorKind::Refused },
        { "name with a drive", both([](ZipFields& f) { f.name = "C:/a"; }), "leads out", ErrorKind::Refused },
        { "name with a zero byte", both([](ZipFields& f) { f.name = "a\0b"s; }), "leads out", ErrorKind::Refused },
    };
}

std::vector<BadZip> setDefects()
{
    const std::string bombData(20'000'000, '\0');
    const auto atZero = [](ZipFields&, ZipFields& c) { c.header = 0; };
    return {
        { "the same record twice", zipBytes({ { "a", "x" }, { "a", "y" } }), "twice" },
        { "two entries of one record", zipBytes({ { "a", "x" }, { "a", "x", false, false, atZero } }), "twice" },
        { "a record inside another",
            zipBytes({ { "a", zipBytes({ { "b", "inner" } }) },
                { "b", "inner", false, false, [](ZipFields&, ZipFields& c) { c.header = 31; } } }),
            "overlap" },
        { "a bomb", zipBytes({ { "a", bombData, true } }), "would unpack" },
        { "a bomb in parts",
            [&] {
                std::vector<ZipRecord> parts;
                for (int i = 0; i < 20; ++i) {
                    parts.push_back({ "part" + std::to_string(i), bombData.substr(0, 1'000'000), true });
                }
                return zipBytes(parts);
            }(),
            "would unpack" },
        { "a bomb of many entries of the same bytes",
            [&] {
                std::vector<ZipRecord> parts { { "0", bombData.substr(0, 1'000'000), true } };
                for (int i = 1; i < 50; ++i) {
                    parts.push_back({ std::to_string(i), "", false, false, [](ZipFields&, ZipFields& c) {
                                         c.header = 0;
                                         c.method = 8;
                                         c.packed = 1000;
                                         c.unpacked = 1'000'000;
                                     } });
                }
                return zipBytes(parts);
            }(),
            "do not agree" },
    };
}

TEST(ZipArchive, EveryDefectIsRefusedWithItsCause)
{
    const test::TempDir dir;
    int count = 0;
    for (const auto& list : { structureDefects(), recordDefects(), setDefects() }) {
        for (const auto& bad : list) {
            test::writeFile(dir / "a.zip", bad.bytes);
            const auto outcome = readAll(dir / "a.zip");
            EXPECT_EQ(outcome.kind, errorKindName(bad.kind)) << bad.defect << ": " << outcome.sentence;
            EXPECT_NE(outcome.sentence.find(bad.words), std::string::npos) << bad.defect << ": " << outcome.sentence;
            ++count;
        }
    }
    std::printf("%d bad zip archives refused\n", count);
    EXPECT_GE(count, 60);
}

TEST(ZipArchive, ReadsWhatItsOwnBuilderMakes)
{
    const test::TempDir dir;
    const std::string text(100000, 'q');
    test::writeFile(dir / "a.zip",
        zipBytes({ { "stored", "abc" }, { "deflated", text, true }, { "streamed", text, true, true },
            { "streamed stored", "xyz", false, true }, { "folder/", "" }, { "empty", "" }, { "empty2", "", true } }));
    const ZipArchive archive(dir / "a.zip");
    EXPECT_EQ(archive.names(),
        (std::vector<std::string> { "stored", "deflated", "streamed", "streamed stored", "empty", "empty2" }));
    EXPECT_EQ(archive.readText("stored", 3), "abc");
    EXPECT_EQ(archive.readText("deflated", 100000), text);
    EXPECT_EQ(archive.readText("streamed", 100000), text);
    EXPECT_EQ(archive.readText("streamed stored", 100), "xyz");
    EXPECT_EQ(archive.readText("empty2", 0), "");
    EXPECT_THROW(archive.readText("stored", 2), Error);
    EXPECT_THROW(archive.size("none"), Error);
    // Stored bytes are not copied, and stay when the archive is gone.
    const auto content = archive.content("stored");
    EXPECT_EQ(content.bytes.size(), 3U);
}

TEST(ZipArchive, ReadsZip64EndRecords)
{
    const test::TempDir dir;
    test::writeFile(dir / "a.zip", zip64(0, 0, 0));
    EXPECT_EQ(ZipArchive(dir / "a.zip").readText("a", 4), "data");
}

TEST(ZipArchive, ReadsWhatPythonWrites)
{
    const test::TempDir dir;
    test::runPython(R"(
import sys, zipfile, io
folder = sys.argv[1]
with zipfile.ZipFile(folder + "/python.zip", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("one.txt", b"1" * 50000)
    with z.open("big", "w", force_zip64=True) as f:
        f.write(b"2" * 70000)
    z.comment = b"a comment"
class Stream(io.RawIOBase):  # cannot seek: sizes come after the data
    def __init__(self, f): self.f = f
    def writable(self): return True
    def write(self, b): return self.f.write(b)
with open(folder + "/stream.zip", "wb") as f, zipfile.ZipFile(Stream(f), "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("one.txt", b"1" * 50000)
    with z.open("big", "w", force_zip64=True) as g:
        g.write(b"2" * 70000)
)",
        { dir.path().string() });
    for (const char* name : { "python.zip", "stream.zip" }) {
        const ZipArchive archive(dir / name);
        EXPECT_EQ(archive.readText("one.txt", 50000), std::string(50000, '1')) << name;
        EXPECT_EQ(archive.readText("big", 70000), std::string(70000, '2')) << name;
    }
}

TEST(ZipArchive, RandomChangesNeverDoWorseThanAnError)
{
    const test::TempDir dir;
    const std::string good = zipBytes({ { "a", "some stored data" }, { "b/c", std::string(300, 'x'), true },
        { "d", "streamed", true, true } });
    std::mt19937 random(5);
    int read = 0;
    for (int round = 0; round < 4000; ++round) {
        std::string bytes = good;
        for (std::uint32_t change = 0; change <= random() % 3; ++change) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        if (random() % 8 == 0) {
            bytes.resize(random() % bytes.size());
        }
        std::filesystem::remove(dir / "a.zip");
        test::writeFile(dir / "a.zip", bytes);
        read += readAll(dir / "a.zip").kind.empty() ? 1 : 0;
    }
    EXPECT_GT(read, 0) << "some changes only touch dates";
    EXPECT_LT(read, 2000);
}

} // namespace
} // namespace bw
