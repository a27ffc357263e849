// Data sets made wrong by hand, one defect each: every one must be refused with one sentence that names file and cause.

#include "core/base/error.h"
#include "core/calibrate/dataset.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/temp_dir.h"

#include <array>
#include <filesystem>
#include <functional>
#include <random>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace bw {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using test::bigEndian;
using test::gzipBytes;
using test::idxBytes;
using test::pngBytes;
using test::pngChunk;
using test::tensorJson;

struct BadData
{
    const char* defect;
    std::function<std::string(const fs::path& dir)> make; ///< returns what is to be opened
    std::vector<std::string> words; ///< that the sentence must hold
    ErrorKind kind = ErrorKind::BadFile;
};

std::string testName(std::string text)
{
    for (char& c : text) {
        c = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ? c : '_';
    }
    return text;
}

void expectRefused(const BadData& bad)
{
    const test::TempDir dir;
    const std::string location = bad.make(dir.path());
    try {
        const auto data = openDataset(location);
        std::vector<float> all(elementCount(data->sampleShape()) * data->count());
        data->read(0, all);
        FAIL() << bad.defect << ": opened";
    } catch (const Error& error) {
        const std::string sentence = error.fullEnglish();
        EXPECT_EQ(errorKindName(error.kind()), std::string(errorKindName(bad.kind))) << sentence;
        for (const auto& word : bad.words) {
            EXPECT_NE(sentence.find(word), std::string::npos)
                << bad.defect << ": no \"" << word << "\" in: " << sentence;
        }
        EXPECT_EQ(sentence.find('\n'), std::string::npos) << sentence;
        EXPECT_LT(sentence.size(), 700U) << sentence;
    }
}

/// A safetensors file "d.safetensors" of these tensors, with a dataset.json if `description` is not empty.
std::function<std::string(const fs::path&)> tensors(std::string header, std::string data, std::string description = {})
{
    return [=](const fs::path& dir) {
        test::writeFile(dir / "d.safetensors", test::safetensorsBytes("{" + header + "}", data));
        if (!description.empty()) {
            test::writeFile(dir / "dataset.json", description);
        }
        return (dir / "d.safetensors").string();
    };
}

/// Two samples of two values with labels 0 and 1, beside `description`.
std::function<std::string(const fs::path&)> described(std::string description)
{
    return tensors(tensorJson("inputs", "U8", "2,2", 0, 4) + "," + tensorJson("labels", "U8", "2", 4, 6), "abcd\0\1"s,
        std::move(description));
}

const std::string goodInputs = tensorJson("inputs", "U8", "2,2", 0, 4);

std::vector<BadData> badTensors()
{
    return {
        { "no such file", [](const fs::path& dir) { return (dir / "none.safetensors").string(); },
            { "none.safetensors", "does not exist" }, ErrorKind::NotFound },
        { "damaged file", tensors("nonsense", ""), { "d.safetensors", "malformed" } },
        { "no inputs",
            tensors(tensorJson("x", "U8", "2,2", 0, 4) + "," + tensorJson("labels", "U8", "2", 4, 6), "abcd\0\1"s),
            { "d.safetensors", "inputs", "images" } },
        { "no labels", tensors(goodInputs, "abcd"), { "d.safetensors", "labels" } },
        { "more labels than samples", tensors(goodInputs + "," + tensorJson("labels", "U8", "3", 4, 7), "abcd\0\1\1"s),
            { "d.safetensors", "2 samples", "3 labels" } },
        { "fewer labels than samples", tensors(goodInputs + "," + tensorJson("labels", "U8", "1", 4, 5), "abcd\0"s),
            { "d.safetensors", "2 samples", "1 labels" } },
        { "labels of float type",
            tensors(goodInputs + "," + tensorJson("labels", "F32", "2", 4, 12), "abcd" + std::string(8, '\0')),
            { "tensor labels", "F32", "whole numbers" } },
        { "labels of two dimensions",
            tensors(goodInputs + "," + tensorJson("labels", "U8", "2,2", 4, 8), "abcd\0\1\0\1"s),
            { "tensor labels", "2×2" } },
        { "label one number only", tensors(goodInputs + "," + tensorJson("labels", "U8", "", 4, 5), "abcd\0"s),
            { "tensor labels", "scalar" } },
        { "negative label", tensors(goodInputs + "," + tensorJson("labels", "I8", "2", 4, 6), "abcd\0\xff"s),
            { "d.safetensors", "sample 1", "-1" } },
        { "label of 2^63",
            tensors(
                goodInputs + "," + tensorJson("labels", "U64", "2", 4, 20), "abcd" + std::string(15, '\0') + "\x80"),
            { "sample 1" } },
        { "samples without dimension",
            tensors(tensorJson("inputs", "U8", "2", 0, 2) + "," + tensorJson("labels", "U8", "2", 2, 4), "ab\0\1"s),
            { "tensor inputs", "first dimension" } },
        { "no samples",
            tensors(tensorJson("inputs", "U8", "0,2", 0, 0) + "," + tensorJson("labels", "U8", "0", 0, 0), ""),
            { "d.safetensors", "no samples" } },
        { "samples without values",
            tensors(tensorJson("inputs", "U8", "2,0", 0, 0) + "," + tensorJson("labels", "U8", "2", 0, 2), "\0\1"s),
            { "d.safetensors", "no values" } },
        { "description no JSON", described("nonsense"), { "dataset.json", "malformed" } },
        { "description a list", described("[]"), { "dataset.json", "not a JSON object" } },
        { "description nested deeply", described("{\"x\":" + std::string(200, '[')), { "dataset.json", "nested" } },
        { "description a folder",
            [](const fs::path& dir) {
                fs::create_directory(dir / "dataset.json");
                return described("")(dir);
            },
            { "dataset.json", "folder" } },
        { "layout unknown", described(R"({"inputs": {"layout": "CWHN"}})"), { "dataset.json", "CWHN", "NCHW" } },
        { "layout a number", described(R"({"layout": 4})"), { "dataset.json", "layout" } },
        { "inputs a text", described(R"({"inputs": "images"})"), { "dataset.json", "inputs" } },
        { "tensor that is not there", described(R"({"inputs": {"tensor": "pixels"}})"), { "d.safetensors", "pixels" } },
        { "scale not understood", described(R"({"preprocess": {"scale": "(x-3)*7"}})"),
            { "dataset.json", "scale", "(x-3)*7" } },
        { "scale zero", described(R"({"preprocess": {"scale": 0}})"), { "dataset.json", "scale" } },
        { "scale a list", described(R"({"preprocess": {"scale": [1]}})"), { "dataset.json", "scale" } },
        { "mean a text", described(R"({"preprocess": {"mean": "0.5"}})"), { "dataset.json", "mean" } },
        { "mean empty", described(R"({"preprocess": {"mean": []}})"), { "dataset.json", "mean" } },
        { "mean too large", described(R"({"preprocess": {"mean": 1e300}})"), { "dataset.json", "mean" } },
        { "mean of too many channels", described(R"({"preprocess": {"mean": [1, 2, 3]}})"),
            { "d.safetensors", "mean", "3 numbers", "2 channels" } },
        { "std zero", described(R"({"preprocess": {"std": [1, 0]}})"), { "dataset.json", "std", "above zero" } },
        { "std negative", described(R"({"preprocess": {"std": -1}})"), { "dataset.json", "std", "above zero" } },
        { "classes a text", described(R"({"classes": "a,b"})"), { "dataset.json", "classes" } },
        { "classes twice", described(R"({"classes": ["a", "a"]})"), { "dataset.json", "twice" } },
        { "label without class", described(R"({"classes": ["only"]})"), { "d.safetensors", "sample 1", "label 1" } },
        { "color unknown", described(R"({"inputs": {"color": "CMYK"}})"), { "dataset.json", "CMYK" } },
        { "key twice", described(R"({"name": "a", "name": "b"})"), { "dataset.json", "name", "twice" } },
        { "a text file",
            [](const fs::path& dir) {
                test::writeFile(dir / "t.txt", "Once upon a time");
                return (dir / "t.txt").string();
            },
            { "t.txt", "texts" }, ErrorKind::Unsupported },
        { "a NumPy archive",
            [](const fs::path& dir) {
                test::writeFile(dir / "a.npz", "PK\3\4a.npy");
                return (dir / "a.npz").string();
            },
            { "a.npz", "zip archive" }, ErrorKind::Unsupported },
        { "HDF5",
            [](const fs::path& dir) {
                test::writeFile(dir / "a.h5", "\x89HDF\r\n\x1a\n");
                return (dir / "a.h5").string();
            },
            { "a.h5", "HDF5" } },
        { "no data at all",
            [](const fs::path& dir) {
                test::writeFile(dir / "a.bin", "abcdef");
                return (dir / "a.bin").string();
            },
            { "a.bin", "no data set" } },
        { "a pipe",
            [](const fs::path& dir) {
                ::mkfifo((dir / "p").c_str(), 0600);
                return (dir / "p").string();
            },
            { "not a regular file" } },
    };
}

constexpr std::array<std::uint32_t, 3> twoPictures { 2, 2, 2 };
constexpr std::array<std::uint32_t, 1> two { 2 };
const std::string goodImages = idxBytes(8, twoPictures, "abcdefgh");
const std::string goodLabels = idxBytes(8, two, "\0\1"s);

std::function<std::string(const fs::path&)> pair(std::string images, std::string labels)
{
    return [=](const fs::path& dir) {
        test::writeFile(dir / "i", images);
        test::writeFile(dir / "l", labels);
        return (dir / "i").string() + "," + (dir / "l").string();
    };
}

std::vector<BadData> badIdx()
{
    const std::string zipped = gzipBytes(goodImages);
    std::string damaged = zipped;
    damaged[10] = static_cast<char>(damaged[10] | 6); // a block type that does not exist
    std::string wrongSum = zipped;
    wrongSum[wrongSum.size() - 8] = static_cast<char>(wrongSum[wrongSum.size() - 8] ^ 1);
    return {
        { "images missing", [](const fs::path& dir) { return (dir / "i").string() + "," + (dir / "l").string(); },
            { "does not exist" }, ErrorKind::NotFound },
        { "labels missing",
            [](const fs::path& dir) {
                test::writeFile(dir / "i", goodImages);
                return (dir / "i").string() + "," + (dir / "l").string();
            },
            { "/l", "does not exist" }, ErrorKind::NotFound },
        { "images empty", pair("", goodLabels), { "/i", "ends early" } },
        { "labels empty", pair(goodImages, ""), { "/l", "ends early" } },
        { "magic wrong", pair("\1"s + goodImages.substr(1), goodLabels), { "/i", "no IDX file" } },
        { "type unknown", pair(idxBytes(0x0A, twoPictures, "abcdefgh"), goodLabels), { "/i", "unknown type" } },
        { "no dimensions", pair("\0\0\x08\0"s, goodLabels), { "/i", "0 dimensions" } },
        { "255 dimensions", pair("\0\0\x08\xff"s + std::string(1020, '\0'), goodLabels), { "/i", "255 dimensions" } },
        { "sizes cut off", pair(goodImages.substr(0, 10), goodLabels), { "/i", "ends early" } },
        { "values cut off", pair(goodImages.substr(0, goodImages.size() - 1), goodLabels), { "/i", "ends early" } },
        { "a value too many", pair(goodImages + "x", goodLabels), { "/i", "goes on" } },
        { "sizes of 2^32-1",
            pair(idxBytes(8, std::array<std::uint32_t, 3> { 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF }, "abc"), goodLabels),
            { "/i", "too large" } },
        { "sizes larger than the file",
            pair(idxBytes(8, std::array<std::uint32_t, 3> { 2, 0xFFFFFFFF, 2 }, "abc"), goodLabels),
            { "/i", "too short" } },
        { "images where labels belong", pair(goodImages, goodImages), { "/l", "2×2×2" } },
        { "labels where images belong", pair(goodLabels, goodLabels), { "/i", "first dimension" } },
        { "labels of float type", pair(goodImages, idxBytes(0x0D, two, std::string(8, '\0'))), { "/l", "F32" } },
        { "counts differ", pair(goodImages, idxBytes(8, std::array<std::uint32_t, 1> { 3 }, "\0\1\1"s)),
            { "/i", "2 samples", "3 labels" } },
        { "no samples",
            pair(idxBytes(8, std::array<std::uint32_t, 3> { 0, 2, 2 }, ""),
                idxBytes(8, std::array<std::uint32_t, 1> { 0 }, "")),
            { "/i", "no samples" } },
        { "gzip cut off", pair(zipped.substr(0, zipped.size() / 2), goodLabels), { "/i", "gzip", "early" } },
        { "gzip header only", pair(zipped.substr(0, 2), goodLabels), { "/i", "gzip" } },
        { "gzip damaged", pair(damaged, goodLabels), { "/i", "gzip", "damaged" } },
        { "gzip checksum wrong", pair(wrongSum, goodLabels), { "/i", "damaged" } },
        { "garbage after gzip", pair(zipped + "garbage", goodLabels), { "/i", "damaged" } },
        { "gzip of something else", pair(gzipBytes("hello, world"), goodLabels), { "/i", "no IDX file" } },
        { "gzip bomb behind small sizes", pair(gzipBytes(goodImages + std::string(100'000'000, '\0')), goodLabels),
            { "/i", "goes on" } },
        { "gzip that claims 2^40 bytes",
            pair(gzipBytes(idxBytes(8, std::array<std::uint32_t, 2> { 1 << 20, 1 << 20 }, "abc")), goodLabels),
            { "/i", "too short" } },
        { "one file of a pair only",
            [](const fs::path& dir) {
                test::writeFile(dir / "alone", goodImages);
                return (dir / "alone").string();
            },
            { "alone", "IMAGES,LABELS" }, ErrorKind::BadInput },
        { "label without class",
            [](const fs::path& dir) {
                test::writeFile(dir / "dataset.json", R"({"classes": ["a"]})");
                return pair(goodImages, goodLabels)(dir);
            },
            { "/i", "label 1" } },
    };
}

/// A folder with a class "a" that has a good picture "1.png" of 2×1 pixels, and beside it this file.
std::function<std::string(const fs::path&)> beside(std::string name, std::string bytes)
{
    return [=](const fs::path& dir) {
        fs::create_directory(dir / "a");
        test::writeFile(dir / "a/1.png", pngBytes(2, 1, 2, "abcdef"));
        test::writeFile(dir / "a" / name, bytes);
        return dir.string();
    };
}

std::string header(std::uint32_t width, std::uint32_t height, int depth = 8, int color = 2)
{
    return pngChunk("IHDR",
        bigEndian(width, 4) + bigEndian(height, 4)
            + std::string { static_cast<char>(depth), static_cast<char>(color), 0, 0, 0 });
}

std::string jpeg(std::uint32_t width = 2, std::uint32_t height = 1)
{
    std::vector<std::uint8_t> pixels(std::size_t { width } * height * 3);
    std::mt19937 random(2);
    for (auto& pixel : pixels) {
        pixel = static_cast<std::uint8_t>(random());
    }
    return test::jpegBytes(width, height, 3, pixels);
}

std::vector<BadData> badPictures()
{
    const std::string png = pngBytes(2, 1, 2, "abcdef");
    const std::string photo = jpeg();
    const std::string large = jpeg(64, 64);
    std::string badSum = png;
    badSum[29] = static_cast<char>(badSum[29] ^ 1);
    // The height in the frame header is at a fixed distance from its marker FF C0.
    const auto frame = photo.find("\xff\xc0");
    std::string tall = photo;
    tall.replace(frame + 5, 4, "\xff\xdc\xff\xdc");
    std::string flat = photo;
    flat.replace(frame + 5, 2, "\0\0"s);
    return {
        { "folder empty", [](const fs::path& dir) { return dir.string(); }, { "no data set" } },
        { "folder of empty folders",
            [](const fs::path& dir) {
                fs::create_directory(dir / "a");
                return dir.string();
            },
            { "no data set" } },
        { "folder without sub-folders",
            [](const fs::path& dir) {
                test::writeFile(dir / "1.png", pngBytes(1, 1, 0, "a"));
                return dir.string();
            },
            { "no data set" } },
        { "folder of other files",
            [](const fs::path& dir) {
                fs::create_directory(dir / "a");
                test::writeFile(dir / "a/x.txt", "x");
                return dir.string();
            },
            { "no data set" } },
        { "class that dataset.json lacks",
            [](const fs::path& dir) {
                test::writeFile(dir / "dataset.json", R"({"classes": ["b"]})");
                return beside("2.png", pngBytes(2, 1, 0, "ab"))(dir);
            },
            { "/a", "does not list" } },
        { "sizes differ", beside("2.png", pngBytes(1, 2, 2, "abcdef")), { "2.png", "1 by 2", "1.png" } },
        { "picture empty", beside("2.png", ""), { "2.png", "empty" } },
        { "picture a text", beside("2.jpg", "not a picture"), { "2.jpg", "no JPEG or PNG" } },
        { "picture a folder",
            [](const fs::path& dir) {
                fs::create_directories(dir / "a/2.png");
                return dir.string();
            },
            { "2.png", "folder" } },
        { "picture a pipe",
            [](const fs::path& dir) {
                fs::create_directory(dir / "a");
                ::mkfifo((dir / "a/2.png").c_str(), 0600);
                return dir.string();
            },
            { "2.png", "not a regular file" } },
        { "link to nothing",
            [](const fs::path& dir) {
                fs::create_directory(dir / "a");
                fs::create_symlink("none", dir / "a/2.png");
                return dir.string();
            },
            { "2.png", "does not exist" }, ErrorKind::NotFound },
        { "PNG signature only", beside("2.png", test::pngSignature()), { "2.png", "damaged" } },
        { "PNG header cut off", beside("2.png", png.substr(0, 20)), { "2.png", "damaged" } },
        { "PNG data cut off", beside("2.png", png.substr(0, png.size() - 20)), { "2.png", "damaged" } },
        { "PNG end missing", beside("2.png", png.substr(0, png.size() - 12)), { "2.png", "damaged" } },
        { "PNG checksum wrong", beside("2.png", badSum), { "2.png", "damaged" } },
        { "PNG of no width", beside("2.png", test::pngSignature() + header(0, 1)), { "2.png", "damaged" } },
        { "PNG that claims 60000 by 60000",
            beside("2.png", test::pngSignature() + header(60000, 60000) + pngChunk("IDAT", "") + pngChunk("IEND", "")),
            { "2.png", "too large" } },
        { "PNG that claims 2^31 by 1",
            beside("2.png", test::pngSignature() + header(0x7FFFFFFF, 1) + pngChunk("IDAT", "")),
            { "2.png", "damaged" } },
        { "PNG of depth 3", beside("2.png", test::pngSignature() + header(2, 1, 3) + pngChunk("IDAT", "")),
            { "2.png", "damaged" } },
        { "PNG palette missing", beside("2.png", test::pngSignature() + header(2, 1, 8, 3) + png.substr(33)),
            { "2.png", "damaged" } },
        { "PNG without data", beside("2.png", test::pngSignature() + header(2, 1) + pngChunk("IEND", "")),
            { "2.png", "damaged" } },
        { "PNG with garbage for data",
            beside("2.png", test::pngSignature() + header(2, 1) + pngChunk("IDAT", "garbage!") + pngChunk("IEND", "")),
            { "2.png", "damaged" } },
        { "PNG chunk of 2^31 bytes", beside("2.png", test::pngSignature() + header(2, 1) + "\x80\0\0\0IDAT"s),
            { "2.png", "damaged" } },
        { "JPEG magic only", beside("2.jpg", "\xff\xd8\xff"), { "2.jpg", "damaged" } },
        { "JPEG header cut off", beside("2.jpg", photo.substr(0, 100)), { "2.jpg", "damaged" } },
        { "JPEG data cut off",
            [=](const fs::path& dir) {
                fs::create_directory(dir / "a");
                test::writeFile(dir / "a/2.jpg", large.substr(0, large.size() - 300));
                return dir.string();
            },
            { "2.jpg", "damaged" } },
        { "JPEG end marker missing", beside("2.jpg", photo.substr(0, photo.size() - 2)), { "2.jpg", "damaged" } },
        { "JPEG without frame", beside("2.jpg", "\xff\xd8\xff\xd9"), { "2.jpg", "damaged" } },
        { "JPEG of no height", beside("2.jpg", flat), { "2.jpg", "damaged" } },
        { "JPEG that claims 65500 by 65500", beside("2.jpg", tall), { "2.jpg", "too large" } },
        { "JPEG named PNG that is broken", beside("2.png", photo.substr(0, 100)), { "2.png", "JPEG" } },
    };
}

class OneBadData : public testing::TestWithParam<BadData>
{
};

TEST_P(OneBadData, IsRefusedWithItsCause)
{
    expectRefused(GetParam());
}

const auto nameOf = [](const auto& param) { return testName(std::to_string(param.index) + "_" + param.param.defect); };
INSTANTIATE_TEST_SUITE_P(Tensors, OneBadData, testing::ValuesIn(badTensors()), nameOf);
INSTANTIATE_TEST_SUITE_P(Idx, OneBadData, testing::ValuesIn(badIdx()), nameOf);
INSTANTIATE_TEST_SUITE_P(Pictures, OneBadData, testing::ValuesIn(badPictures()), nameOf);

/// Opens and reads, counting how often that worked.
int openAll(const std::string& location)
{
    try {
        const auto data = openDataset(location);
        std::vector<float> values(elementCount(data->sampleShape()) * data->count());
        data->read(0, values);
        return 1;
    } catch (const Error& error) {
        EXPECT_FALSE(error.fullEnglish().empty());
        return 0;
    }
}

/// The bytes of `good` with one to three random changes.
std::string changed(const std::string& good, std::mt19937& random)
{
    std::string bytes = good;
    for (std::uint32_t change = 0; change <= random() % 3 && !bytes.empty(); ++change) {
        const std::size_t at = random() % bytes.size();
        switch (random() % 4) {
        case 0:
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
            break;
        case 1:
            bytes[at] = static_cast<char>(random());
            break;
        case 2:
            bytes.erase(at, 1 + random() % 4);
            break;
        default:
            bytes.resize(at + 1);
            break;
        }
    }
    return bytes;
}

TEST(BadData, RandomChangesOfGoodFilesNeverDoWorseThanAnError)
{
    const test::TempDir dir;
    fs::create_directories(dir / "pictures/a");
    std::mt19937 random(4);
    int opened = 0;
    const std::vector<std::string> pictures { jpeg(9, 7), pngBytes(9, 7, 2, std::string(9 * 7 * 3, 'x')),
        pngBytes(3, 3, 4, std::string(18, 'y')) };
    for (int round = 0; round < 1500; ++round) {
        const auto picture = dir / "pictures/a/1.png";
        fs::remove(picture);
        test::writeFile(picture, changed(pictures[static_cast<std::size_t>(round) % pictures.size()], random));
        opened += openAll((dir / "pictures").string());
        fs::remove(dir / "i");
        fs::remove(dir / "l");
        const bool isZipped = round % 2 == 0;
        test::writeFile(dir / "i", changed(isZipped ? gzipBytes(goodImages) : goodImages, random));
        test::writeFile(dir / "l", goodLabels);
        opened += openAll((dir / "i").string() + "," + (dir / "l").string());
    }
    EXPECT_GT(opened, 0) << "some changes only touch values";
}

} // namespace
} // namespace bw
