// Files made wrong by hand, one defect each: every one must be refused with one sentence that names file, tensor and
// cause.

#include "core/base/error.h"
#include "core/model/loader.h"
#include "tests/support/bad_files.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/temp_dir.h"

#include <filesystem>
#include <functional>
#include <random>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bw {
namespace {

namespace fs = std::filesystem;
using test::BadFile;
using test::littleEndian;
using test::safetensorsBytes;
using test::tensorJson;

const std::string eightBytes(8, '\x01');

/// A header that is right but for `entry`, over 8 bytes of data.
std::string withEntry(const std::string& entry)
{
    return safetensorsBytes("{" + entry + "}", eightBytes);
}

std::string entryJson(const std::string& fields)
{
    return "\"w\":{" + fields + "}";
}

std::vector<BadFile> badFiles()
{
    const std::string good = "{" + tensorJson("w", "F32", "2", 0, 8) + "}";
    const std::string deep(100000, '[');
    return {
        { "empty", "", { "empty" } },
        { "one byte", "x", { "too short" } },
        { "seven bytes", std::string(7, '\0'), { "too short" } },
        { "header length beyond the file", littleEndian(1000, 8) + good, { "1000", "truncated" } },
        { "header length of 2^64-1", littleEndian(~std::uint64_t { 0 }, 8) + good, { "at most" } },
        { "header length of 2^63", littleEndian(std::uint64_t { 1 } << 63, 8) + good, { "at most" } },
        { "header longer than 100 MB", littleEndian(100'000'001, 8) + good, { "100000001", "at most" } },
        { "header of no bytes", littleEndian(0, 8), { "not a JSON object" } },
        { "data cut off", safetensorsBytes(good, "1234567"), { "tensor w", "truncated" } },
        { "data missing", safetensorsBytes(good, ""), { "tensor w", "truncated" } },
        { "data too long", safetensorsBytes(good, "123456789"), { "1 bytes at the end" } },
        { "header no JSON", safetensorsBytes("{nonsense}", eightBytes), { "malformed" } },
        { "header cut off", safetensorsBytes(good.substr(0, 20), eightBytes), { "malformed" } },
        { "header an array", safetensorsBytes("[1,2]", ""), { "not a JSON object" } },
        { "header a number", safetensorsBytes("5", ""), { "not a JSON object" } },
        { "header null", safetensorsBytes("null", ""), { "not a JSON object" } },
        { "header a text", safetensorsBytes("\"w\"", ""), { "not a JSON object" } },
        { "byte order mark", safetensorsBytes("\xEF\xBB\xBF" + good, eightBytes), { "not a JSON object" } },
        { "space before the header", safetensorsBytes(" " + good, eightBytes), { "not a JSON object" } },
        { "text after the header", safetensorsBytes(good + "x", eightBytes), { "malformed" } },
        { "two headers", safetensorsBytes(good + good, eightBytes), { "malformed" } },
        { "zero bytes after the header", safetensorsBytes(good + std::string(3, '\0'), eightBytes), { "malformed" } },
        { "comment in the header", safetensorsBytes("{/* */" + good.substr(1), eightBytes), { "malformed" } },
        { "name not UTF-8", withEntry(tensorJson("w\xff\xfe", "F32", "2", 0, 8)), { "malformed" } },
        { "name with half a surrogate", withEntry(tensorJson("w\\ud800", "F32", "2", 0, 8)), { "malformed" } },
        { "control character in a name", withEntry(tensorJson("w\n", "F32", "2", 0, 8)), { "malformed" } },
        { "entry a number", withEntry("\"w\":5"), { "tensor w", "not a JSON object" } },
        { "entry an array", withEntry("\"w\":[]"), { "tensor w", "not a JSON object" } },
        { "entry null", withEntry("\"w\":null"), { "tensor w", "not a JSON object" } },
        { "entry empty", withEntry("\"w\":{}"), { "tensor w", "dtype", "missing" } },
        { "no dtype", withEntry(entryJson(R"("shape":[2],"data_offsets":[0,8])")), { "tensor w", "dtype", "missing" } },
        { "no shape", withEntry(entryJson(R"("dtype":"F32","data_offsets":[0,8])")),
            { "tensor w", "shape", "missing" } },
        { "no offsets", withEntry(entryJson(R"("dtype":"F32","shape":[2])")),
            { "tensor w", "data_offsets", "missing" } },
        { "dtype a number", withEntry(entryJson(R"("dtype":7,"shape":[2],"data_offsets":[0,8])")),
            { "tensor w", "dtype" } },
        { "dtype null", withEntry(entryJson(R"("dtype":null,"shape":[2],"data_offsets":[0,8])")),
            { "tensor w", "dtype" } },
        { "dtype unknown", withEntry(tensorJson("w", "Q7", "2", 0, 8)), { "tensor w", "Q7", "unknown" } },
        { "dtype in small letters", withEntry(tensorJson("w", "f32", "2", 0, 8)), { "tensor w", "f32", "unknown" } },
        { "dtype of newer files", withEntry(tensorJson("w", "F4", "16", 0, 8)), { "tensor w", "F4", "this build" },
            ErrorKind::Unsupported },
        { "shape a number", withEntry(entryJson(R"("dtype":"F32","shape":2,"data_offsets":[0,8])")),
            { "tensor w", "shape" } },
        { "shape a text", withEntry(entryJson(R"("dtype":"F32","shape":"2","data_offsets":[0,8])")),
            { "tensor w", "shape" } },
        { "shape an object", withEntry(entryJson(R"("dtype":"F32","shape":{},"data_offsets":[0,8])")),
            { "tensor w", "shape" } },
        { "shape of texts", withEntry(tensorJson("w", "F32", "\"2\"", 0, 8)), { "tensor w", "shape" } },
        { "shape with a null", withEntry(tensorJson("w", "F32", "2,null", 0, 8)), { "tensor w", "shape" } },
        { "shape nested", withEntry(tensorJson("w", "F32", "[2]", 0, 8)), { "tensor w", "shape" } },
        { "negative dimension", withEntry(tensorJson("w", "F32", "-2", 0, 8)), { "tensor w", "shape" } },
        { "two negative dimensions", withEntry(tensorJson("w", "F32", "-1,-2", 0, 8)), { "tensor w", "shape" } },
        { "dimension with a fraction", withEntry(tensorJson("w", "F32", "2.5", 0, 8)), { "tensor w", "shape" } },
        { "dimension written as 2e0", withEntry(tensorJson("w", "F32", "2e0", 0, 8)), { "tensor w", "shape" } },
        { "dimension of 2^63", withEntry(tensorJson("w", "F32", "9223372036854775808", 0, 8)),
            { "tensor w", "too large" } },
        { "dimension of 2^64-1", withEntry(tensorJson("w", "F32", "18446744073709551615", 0, 8)),
            { "tensor w", "too large" } },
        { "dimension over 2^64", withEntry(tensorJson("w", "F32", "99999999999999999999", 0, 8)),
            { "tensor w", "shape" } },
        { "shape product overflows", withEntry(tensorJson("w", "F32", "4294967296,4294967296", 0, 8)),
            { "tensor w", "too large" } },
        { "shape product overflows to the right size",
            withEntry(tensorJson("w", "U8", "4611686018427387904,4,8", 0, 8)), { "tensor w", "too large" } },
        { "bytes overflow", withEntry(tensorJson("w", "F64", "4611686018427387904", 0, 8)),
            { "tensor w", "too large" } },
        { "too many dimensions",
            withEntry(tensorJson(
                "w", "F32",
                "2" +
                    [] {
                        std::string ones;
                        for (int i = 0; i < 1000; ++i) {
                            ones += ",1";
                        }
                        return ones;
                    }(),
                0, 8)),
            { "tensor w", "dimensions" } },
        { "offsets one number", withEntry(entryJson(R"("dtype":"F32","shape":[2],"data_offsets":[8])")),
            { "tensor w", "data_offsets" } },
        { "offsets three numbers", withEntry(entryJson(R"("dtype":"F32","shape":[2],"data_offsets":[0,8,8])")),
            { "tensor w", "data_offsets" } },
        { "offsets negative", withEntry(entryJson(R"("dtype":"F32","shape":[2],"data_offsets":[-8,0])")),
            { "tensor w", "data_offsets" } },
        { "offsets with a fraction", withEntry(entryJson(R"("dtype":"F32","shape":[2],"data_offsets":[0,8.0])")),
            { "tensor w", "data_offsets" } },
        { "offsets an object", withEntry(entryJson(R"("dtype":"F32","shape":[2],"data_offsets":{"0":8})")),
            { "tensor w", "data_offsets" } },
        { "end before begin", withEntry(tensorJson("w", "F32", "2", 8, 0)), { "tensor w", "ends before it begins" } },
        { "end beyond the file", withEntry(tensorJson("w", "F32", "4", 0, 16)), { "tensor w", "truncated" } },
        { "offsets near 2^64", withEntry(tensorJson("w", "F32", "2", ~std::uint64_t { 0 } - 8, ~std::uint64_t { 0 })),
            { "tensor w", "truncated" } },
        { "range smaller than the shape", withEntry(tensorJson("w", "F32", "3", 0, 8)),
            { "tensor w", "needs 12 bytes" } },
        { "range larger than the shape", withEntry(tensorJson("w", "F32", "1", 0, 8)),
            { "tensor w", "needs 4 bytes" } },
        { "range no multiple of the type", withEntry(tensorJson("w", "F32", "2", 0, 7)),
            { "tensor w", "needs 8 bytes" } },
        { "zero-sized shape with data", withEntry(tensorJson("w", "F32", "0,5", 0, 8)),
            { "tensor w", "needs 0 bytes" } },
        { "overlap", withEntry(tensorJson("a", "U8", "5", 0, 5) + "," + tensorJson("b", "U8", "5", 3, 8)),
            { "tensor b", "overlaps" } },
        { "two tensors on the same bytes",
            withEntry(tensorJson("a", "U8", "8", 0, 8) + "," + tensorJson("b", "U8", "8", 0, 8)), { "overlaps" } },
        { "one tensor inside another",
            withEntry(tensorJson("a", "U8", "8", 0, 8) + "," + tensorJson("b", "U8", "2", 3, 5)),
            { "tensor b", "overlaps" } },
        { "zero-sized tensor inside another",
            withEntry(tensorJson("a", "U8", "8", 0, 8) + "," + tensorJson("b", "U8", "0", 3, 3)),
            { "tensor b", "overlaps" } },
        { "hole at the start", withEntry(tensorJson("w", "U8", "4", 4, 8)), { "tensor w", "4 bytes before" } },
        { "hole in the middle", withEntry(tensorJson("a", "U8", "3", 0, 3) + "," + tensorJson("b", "U8", "3", 5, 8)),
            { "tensor b", "2 bytes before" } },
        { "hole at the end", withEntry(tensorJson("w", "U8", "4", 0, 4)), { "4 bytes at the end" } },
        { "name twice", withEntry(tensorJson("w", "U8", "4", 0, 4) + "," + tensorJson("w", "U8", "4", 4, 8)),
            { "tensor w", "two tensors" } },
        { "name twice, once escaped",
            withEntry(tensorJson("w", "U8", "4", 0, 4) + "," + tensorJson("\\u0077", "U8", "4", 4, 8)),
            { "tensor w", "two tensors" } },
        { "dtype twice", withEntry(entryJson(R"("dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8])")),
            { "tensor w", "dtype", "twice" } },
        { "shape twice", withEntry(entryJson(R"("dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8])")),
            { "tensor w", "shape", "twice" } },
        { "offsets twice",
            withEntry(entryJson(R"("dtype":"F32","shape":[2],"data_offsets":[0,8],"data_offsets":[0,8])")),
            { "tensor w", "data_offsets", "twice" } },
        { "metadata a text", withEntry("\"__metadata__\":\"x\"," + tensorJson("w", "F32", "2", 0, 8)),
            { "__metadata__" } },
        { "metadata with a number", withEntry("\"__metadata__\":{\"x\":1}," + tensorJson("w", "F32", "2", 0, 8)),
            { "__metadata__" } },
        { "metadata with an object", withEntry("\"__metadata__\":{\"x\":{}}," + tensorJson("w", "F32", "2", 0, 8)),
            { "__metadata__" } },
        { "metadata twice", withEntry("\"__metadata__\":{},\"__metadata__\":{}," + tensorJson("w", "F32", "2", 0, 8)),
            { "__metadata__", "twice" } },
        { "metadata key twice",
            withEntry("\"__metadata__\":{\"x\":\"\",\"x\":\"\"}," + tensorJson("w", "F32", "2", 0, 8)),
            { "x", "twice" } },
        { "nested deeply in an entry", withEntry(entryJson("\"more\":" + deep)), { "nested too deeply" } },
        { "nested deeply in a shape", withEntry(tensorJson("w", "F32", deep, 0, 8)), { "tensor w", "shape" } },
        { "GGUF in disguise", "GGUF" + std::string(100, '\0'), { "GGUF version 0" }, ErrorKind::Unsupported },
    };
}

void expectRefused(const fs::path& path, const BadFile& bad)
{
    try {
        openModel(path);
        FAIL() << bad.defect << ": opened";
    } catch (const Error& error) {
        const std::string sentence = error.fullEnglish();
        EXPECT_EQ(errorKindName(error.kind()), std::string(errorKindName(bad.kind))) << sentence;
        EXPECT_NE(sentence.find(path.filename().string()), std::string::npos) << sentence;
        for (const auto& word : bad.words) {
            EXPECT_NE(sentence.find(word), std::string::npos)
                << bad.defect << ": no \"" << word << "\" in: " << sentence;
        }
        EXPECT_EQ(sentence.find('\n'), std::string::npos) << sentence;
        EXPECT_LT(sentence.size(), 600U) << sentence;
    }
}

TEST(SafetensorsBadFiles, EachIsRefusedWithItsCause)
{
    const auto files = badFiles();
    EXPECT_GE(files.size(), 60U);
    test::expectAllRefused("safetensors", "m.safetensors", files);
}

std::string testName(std::string text)
{
    for (char& c : text) {
        c = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ? c : '_';
    }
    return text;
}

/// Things that are no files, or not of this kind.
struct BadPlace
{
    const char* defect;
    std::function<fs::path(const fs::path& dir)> make;
    std::vector<std::string> words;
    ErrorKind kind = ErrorKind::BadFile;
};

std::function<fs::path(const fs::path&)> fileOf(const char* name, std::string bytes)
{
    return [name, bytes = std::move(bytes)](const fs::path& dir) {
        test::writeFile(dir / name, bytes);
        return dir / name;
    };
}

std::vector<BadPlace> badPlaces()
{
    using namespace std::string_literals;
    return {
        { "missing", [](const fs::path& dir) { return dir / "none.safetensors"; }, { "does not exist" },
            ErrorKind::NotFound },
        { "missing folder", [](const fs::path& dir) { return dir / "none" / "none.safetensors"; }, { "does not exist" },
            ErrorKind::NotFound },
        { "folder",
            [](const fs::path& dir) {
                fs::create_directory(dir / "d.safetensors");
                return dir / "d.safetensors";
            },
            { "folder" } },
        { "pipe",
            [](const fs::path& dir) {
                ::mkfifo((dir / "p.safetensors").c_str(), 0600);
                return dir / "p.safetensors";
            },
            { "not a regular file" } },
        { "device",
            [](const fs::path& dir) {
                fs::create_symlink("/dev/null", dir / "n.safetensors");
                return dir / "n.safetensors";
            },
            { "not a regular file" } },
        { "link to itself",
            [](const fs::path& dir) {
                fs::create_symlink("l.safetensors", dir / "l.safetensors");
                return dir / "l.safetensors";
            },
            { "cannot be opened" } },
        { "link to nothing",
            [](const fs::path& dir) {
                fs::create_symlink("none", dir / "l.safetensors");
                return dir / "l.safetensors";
            },
            { "does not exist" }, ErrorKind::NotFound },
        { "name too long", [](const fs::path& dir) { return dir / (std::string(300, 'n') + ".safetensors"); },
            { "cannot be opened" } },
        { "plain text", fileOf("m.txt", "hello"), { "not a model file", "safetensors" } },
        { "nothing with another name", fileOf("m.bin", ""), { "empty" } },
        { "GGUF", fileOf("m.gguf", "GGUF\3\0\0\0"s), { "truncated" } },
        { "HDF5", fileOf("m.h5", "\x89HDF\r\n\x1a\n12345678"), { "HDF5" } },
        { "NumPy array", fileOf("m.npy", "\x93NUMPY\1\0"s), { "NumPy" } },
        { "zip archive without an end", fileOf("m.npz", "PK\3\4"s + std::string(26, '\0') + "a.npy"), { "zip archive" } },
        { "old checkpoint", fileOf("m.pth", "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."),
            { "pickled data" } },
        { "pickle", fileOf("m.pkl", "\x80\x04\x95\1"), { "pickle" }, ErrorKind::Unsupported },
        { "ONNX", fileOf("m.onnx", "\x08\x07\x12\x07pytorch"), { "no graph" } },
        { "TensorFlow Lite", fileOf("m.tflite", "\x1c\0\0\0TFL3"s), { "TensorFlow Lite" }, ErrorKind::Unsupported },
        { "gzip", fileOf("m.safetensors.gz", "\x1f\x8b\x08"), { "gzip" }, ErrorKind::Unsupported },
        { "LFS pointer", fileOf("m.safetensors", "version https://git-lfs.github.com/spec/v1\n"), { "git lfs pull" },
            ErrorKind::Unsupported },
    };
}

class OneBadPlace : public testing::TestWithParam<BadPlace>
{
};

TEST_P(OneBadPlace, IsRefusedWithItsCause)
{
    const test::TempDir dir;
    const fs::path path = GetParam().make(dir.path());
    expectRefused(path, { GetParam().defect, "", GetParam().words, GetParam().kind });
}

INSTANTIATE_TEST_SUITE_P(Loader, OneBadPlace, testing::ValuesIn(badPlaces()),
    [](const auto& param) { return testName(std::to_string(param.index) + "_" + param.param.defect); });

TEST(BadFiles, UnreadableFileSaysSo)
{
    if (::geteuid() == 0) {
        GTEST_SKIP() << "skipped: root may read everything";
    }
    const test::TempDir dir;
    test::writeFile(dir / "m.safetensors", withEntry(tensorJson("w", "F32", "2", 0, 8)));
    fs::permissions(dir / "m.safetensors", fs::perms::none);
    expectRefused(dir / "m.safetensors", { "unreadable", "", { "Permission denied" } });
}

TEST(BadFiles, HostileNamesAreShownAsEscapes)
{
    const test::TempDir dir;
    test::writeFile(dir / "m.safetensors", withEntry(tensorJson("\\u001b[31mred\\u202e", "F32", "3", 0, 8)));
    expectRefused(dir / "m.safetensors", { "escape sequence", "", { "\\x1b[31mred" } });
}

TEST(BadFiles, RandomChangesOfAGoodFileNeverDoWorseThanAnError)
{
    const test::TempDir dir;
    const std::string good
        = safetensorsBytes("{\"__metadata__\":{\"format\":\"pt\"}," + tensorJson("fc.weight", "F16", "2,3", 0, 12) + ","
                + tensorJson("empty", "I64", "0,7", 12, 12) + "," + tensorJson("scalar", "F32", "", 12, 16) + "} ",
            std::string(16, '\x3c'));
    const std::string alphabet = "\"{}[]:,0123456789eE-+.nulltrue\\\xff\x80 ";
    std::mt19937 random(11);
    int opened = 0;
    for (int round = 0; round < 4000; ++round) {
        std::string bytes = good;
        for (std::uint32_t change = 0; change <= random() % 3 && !bytes.empty(); ++change) {
            const std::size_t at = random() % bytes.size();
            switch (random() % 5) {
            case 0:
                bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
                break;
            case 1:
                bytes[at] = alphabet[random() % alphabet.size()];
                break;
            case 2:
                bytes.erase(at, 1 + random() % 4);
                break;
            case 3:
                bytes.insert(at, 1, alphabet[random() % alphabet.size()]);
                break;
            default:
                bytes.resize(at + 1);
                break;
            }
        }
        fs::remove(dir / "m.safetensors"); // file systems write files that are overwritten to the disk at once
        test::writeFile(dir / "m.safetensors", bytes);
        try {
            const auto model = openModel(dir / "m.safetensors");
            for (const LayerInfo& layer : model->layers()) {
                toFloats(layer.view);
                layer.matrix();
            }
            ++opened;
        } catch (const Error& error) {
            EXPECT_NE(error.fullEnglish().find("m.safetensors"), std::string::npos) << error.fullEnglish();
        }
    }
    EXPECT_GT(opened, 0) << "some changes only touch values";
}

} // namespace
} // namespace bw
