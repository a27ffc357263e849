#include "core/base/error.h"
#include "core/calibrate/dataset.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/temp_dir.h"

#include <array>
#include <filesystem>
#include <numeric>

#include <gtest/gtest.h>

namespace bw {
namespace {

namespace fs = std::filesystem;
using test::tensorJson;

std::vector<float> sample(const Dataset& data, std::uint64_t index)
{
    std::vector<float> values(elementCount(data.sampleShape()));
    data.read(index, values);
    return values;
}

std::string counting(std::size_t count)
{
    std::string bytes(count, '\0');
    std::iota(bytes.begin(), bytes.end(), '\0');
    return bytes;
}

/// Two pictures of 2×2 pixels and 3 channels, bytes 0…23, labels 1 and 0.
std::string twoPictures(const char* shape = "2,3,2,2")
{
    const std::string header
        = "{" + tensorJson("images", "U8", shape, 0, 24) + "," + tensorJson("labels", "I32", "2", 24, 32) + "}";
    return test::safetensorsBytes(header, counting(24) + test::littleEndian(1, 4) + test::littleEndian(0, 4));
}

TEST(SafetensorsDataset, BytesWithoutDescriptionAreDividedBy255)
{
    const test::TempDir dir;
    test::writeFile(dir / "two.safetensors", twoPictures());
    const auto data = openDataset((dir / "two.safetensors").string());
    EXPECT_EQ(data->count(), 2U);
    EXPECT_EQ(data->sampleShape(), (Shape { 3, 2, 2 }));
    EXPECT_EQ(data->name(), "two.safetensors");
    EXPECT_EQ(std::vector(data->labels().begin(), data->labels().end()), (std::vector<std::int64_t> { 1, 0 }));
    EXPECT_EQ(data->warnings().size(), 1U);
    EXPECT_EQ(sample(*data, 1)[3], 15.0F / 255.0F);
    EXPECT_THROW(sample(*data, 2), Error);
}

TEST(SafetensorsDataset, DescriptionGivesLayoutNormalisationAndClasses)
{
    const test::TempDir dir;
    test::writeFile(dir / "two.safetensors", twoPictures("2,2,2,3"));
    test::writeFile(dir / "dataset.json",
        R"({"name": "Two", "images": {"tensor": "images", "layout": "NHWC"}, "classes": ["a", "b"],
        "preprocess": {"scale": "x/255", "mean": [0.5, 0.25, 0], "std": [0.1, 0.2, 2]}})");
    const auto data = openDataset((dir / "two.safetensors").string());
    EXPECT_EQ(data->name(), "Two");
    EXPECT_EQ(data->sampleShape(), (Shape { 3, 2, 2 }));
    EXPECT_TRUE(data->warnings().empty());
    EXPECT_EQ(data->classes(), (std::vector<std::string> { "a", "b" }));
    const auto values = sample(*data, 0);
    EXPECT_EQ(values[0], (0.0F - 0.5F) / 0.1F);
    EXPECT_EQ(values[3], (9.0F / 255.0F - 0.5F) / 0.1F);
    EXPECT_EQ(values[4], (1.0F / 255.0F - 0.25F) / 0.2F);
    EXPECT_EQ(values[11], (11.0F / 255.0F - 0.0F) / 2.0F);
}

TEST(SafetensorsDataset, FloatInputsAreTakenAsTheyAre)
{
    const test::TempDir dir;
    const std::vector<float> values { 1.5F, -2, 3, 4 };
    test::writeFile(dir / "f.safetensors",
        test::safetensorsBytes(
            "{" + tensorJson("inputs", "F32", "2,2", 0, 16) + "," + tensorJson("labels", "U8", "2", 16, 18) + "}",
            test::floatBytes(values) + counting(2)));
    const auto data = openDataset((dir / "f.safetensors").string());
    EXPECT_TRUE(data->warnings().empty());
    EXPECT_EQ(data->sampleShape(), Shape { 2 });
    EXPECT_EQ(sample(*data, 0), (std::vector<float> { 1.5F, -2 }));
    std::vector<float> both(4);
    data->read(0, both);
    EXPECT_EQ(both, values);
}

TEST(SafetensorsDataset, ContentHashDependsOnValuesLabelsAndNormalisation)
{
    const test::TempDir dir;
    test::writeFile(dir / "two.safetensors", twoPictures());
    const auto plain = openDataset((dir / "two.safetensors").string())->contentHash();
    EXPECT_EQ(openDataset((dir / "two.safetensors").string())->contentHash(), plain);
    test::writeFile(dir / "dataset.json", R"({"preprocess": {"scale": "x/128"}})");
    EXPECT_NE(openDataset((dir / "two.safetensors").string())->contentHash(), plain);
    fs::remove(dir / "dataset.json");
    std::string other = twoPictures();
    other.back() = 1;
    test::writeFile(dir / "two.safetensors", other);
    EXPECT_NE(openDataset((dir / "two.safetensors").string())->contentHash(), plain);
}

TEST(SafetensorsDataset, ScalesAreUnderstood)
{
    const std::array cases { std::pair { R"("x/2")", 6.0F }, std::pair { R"("x*0.5")", 6.0F }, std::pair { "2", 24.0F },
        std::pair { R"("none")", 12.0F }, std::pair { R"("1/4")", 3.0F }, std::pair { R"(" x / 3 ")", 4.0F } };
    for (const auto& [scale, expected] : cases) {
        const test::TempDir dir;
        test::writeFile(dir / "two.safetensors", twoPictures());
        test::writeFile(dir / "dataset.json", std::string(R"({"preprocess": {"scale": )") + scale + "}}");
        EXPECT_EQ(sample(*openDataset((dir / "two.safetensors").string()), 1)[0], expected) << scale;
    }
}

constexpr std::array<std::uint32_t, 3> threeByTwoByTwo { 3, 2, 2 };
constexpr std::array<std::uint32_t, 1> three { 3 };

TEST(IdxDataset, PairsAreFoundInEveryWay)
{
    const test::TempDir dir;
    test::writeFile(dir / "t10k-images-idx3-ubyte", test::idxBytes(8, threeByTwoByTwo, counting(12)));
    test::writeFile(dir / "t10k-labels-idx1-ubyte", test::idxBytes(8, three, counting(3)));
    test::writeFile(
        dir / "train-images-idx3-ubyte.gz", test::gzipBytes(test::idxBytes(8, threeByTwoByTwo, std::string(12, 'x'))));
    test::writeFile(
        dir / "train-labels-idx1-ubyte.gz", test::gzipBytes(test::idxBytes(8, three, std::string(3, '\1'))));
    const std::string folder = dir.path().string();
    const auto byFolder = openDataset(folder);
    EXPECT_EQ(byFolder->sampleShape(), (Shape { 1, 2, 2 }));
    EXPECT_EQ(byFolder->labels()[2], 2);
    EXPECT_EQ(sample(*byFolder, 2)[3], 11.0F / 255.0F);
    const auto byBoth = openDataset(folder + "/train-images-idx3-ubyte.gz," + folder + "/train-labels-idx1-ubyte.gz");
    EXPECT_EQ(byBoth->labels()[2], 1);
    EXPECT_EQ(sample(*byBoth, 0)[0], 'x' / 255.0F);
    EXPECT_EQ(openDataset(folder + "/train-images-idx3-ubyte.gz")->contentHash(), byBoth->contentHash());
}

TEST(IdxDataset, OtherTypesAreBigEndianAndSeveralGzipMembersAreOneFile)
{
    const test::TempDir dir;
    const std::string images = test::idxBytes(0x0B, std::array<std::uint32_t, 2> { 2, 2 },
        test::bigEndian(1, 2) + test::bigEndian(0xFFFE, 2) + test::bigEndian(300, 2) + test::bigEndian(4, 2));
    test::writeFile(dir / "my,images",
        test::gzipBytes(std::string_view(images).substr(0, 7)) + test::gzipBytes(std::string_view(images).substr(7)));
    test::writeFile(dir / "labels",
        test::idxBytes(0x0C, std::array<std::uint32_t, 1> { 2 }, test::bigEndian(7, 4) + test::bigEndian(70000, 4)));
    const auto data = openDataset((dir / "my,images").string() + "," + (dir / "labels").string());
    EXPECT_EQ(sample(*data, 0), (std::vector<float> { 1, -2 }));
    EXPECT_EQ(sample(*data, 1), (std::vector<float> { 300, 4 }));
    EXPECT_EQ(data->labels()[1], 70000);
}

TEST(FolderDataset, PngPicturesInClassOrder)
{
    const test::TempDir dir;
    for (const char* name : { "b", "a" }) {
        fs::create_directory(dir / name);
    }
    test::writeFile(dir / "a/1.png", test::pngBytes(2, 1, 2, counting(6)));
    test::writeFile(dir / "b/1.PNG", test::pngBytes(2, 1, 6, counting(8)));
    test::writeFile(dir / "b/2.png", test::pngBytes(2, 1, 0, counting(2)));
    test::writeFile(dir / "b/notes.txt", "not a picture");
    const auto data = openDataset(dir.path().string());
    EXPECT_EQ(data->classes(), (std::vector<std::string> { "a", "b" }));
    EXPECT_EQ(std::vector(data->labels().begin(), data->labels().end()), (std::vector<std::int64_t> { 0, 1, 1 }));
    EXPECT_EQ(data->sampleShape(), (Shape { 3, 1, 2 }));
    EXPECT_EQ(data->warnings().size(), 2U);
    const auto scaled = [](std::vector<float> values) {
        for (float& value : values) {
            value /= 255.0F;
        }
        return values;
    };
    EXPECT_EQ(sample(*data, 0), scaled({ 0, 3, 1, 4, 2, 5 }));
    EXPECT_EQ(sample(*data, 1), scaled({ 0, 4, 1, 5, 2, 6 })) << "alpha is dropped";
    EXPECT_EQ(sample(*data, 2), scaled({ 0, 1, 0, 1, 0, 1 })) << "gray becomes RGB beside coloured pictures";
}

TEST(FolderDataset, DescriptionAboveOrdersClassesAndColours)
{
    const test::TempDir dir;
    fs::create_directories(dir / "pictures/cat");
    fs::create_directories(dir / "pictures/ape");
    test::writeFile(dir / "dataset.json",
        R"({"classes": ["cat", "dog", "ape"], "images": {"color": "BGR"}, "preprocess": {"scale": "none"}})");
    test::writeFile(dir / "pictures/ape/1.png", test::pngBytes(1, 1, 2, "\x01\x02\x03"));
    test::writeFile(dir / "pictures/cat/1.png", test::pngBytes(1, 1, 2, "\x04\x05\x06"));
    const auto data = openDataset((dir / "pictures").string());
    EXPECT_EQ(std::vector(data->labels().begin(), data->labels().end()), (std::vector<std::int64_t> { 2, 0 }));
    EXPECT_EQ(sample(*data, 0), (std::vector<float> { 3, 2, 1 }));
    EXPECT_TRUE(data->warnings().empty());
}

TEST(FolderDataset, GrayPicturesHaveOneChannel)
{
    const test::TempDir dir;
    fs::create_directory(dir / "only");
    const std::string pixels(64, '\x80');
    test::writeFile(
        dir / "only/1.jpg", test::jpegBytes(8, 8, 1, { reinterpret_cast<const std::uint8_t*>(pixels.data()), 64 }));
    const auto data = openDataset(dir.path().string());
    EXPECT_EQ(data->sampleShape(), (Shape { 1, 8, 8 }));
    EXPECT_EQ(sample(*data, 0), std::vector<float>(64, 128 / 255.0F));
}

} // namespace
} // namespace bw
