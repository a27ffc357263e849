#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/model/loader.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/temp_dir.h"

#include <filesystem>

#include <gtest/gtest.h>

namespace bw {
namespace {

namespace fs = std::filesystem;
using test::tensorJson;

constexpr const char* indexName = "model.safetensors.index.json";

std::string shard(const std::string& tensor, float value)
{
    return test::safetensorsBytes(
        "{" + tensorJson(tensor, "F32", "1,1", 0, 4) + "}", test::floatBytes(std::span(&value, 1)));
}

/// A folder with the shards a.safetensors ("x") and b.safetensors ("y").
class Sharded : public testing::Test
{
protected:
    Sharded()
    {
        test::writeFile(dir / "a.safetensors", shard("x", 1));
        test::writeFile(dir / "b.safetensors", shard("y", 2));
        writeIndex(
            R"({"metadata": {"total_size": 8, "list": [1, {"a": null}]}, "weight_map": {"y": "b.safetensors", "x": "a.safetensors"}})");
    }
    void writeIndex(const std::string& text) { test::writeFile(dir / indexName, text); }
    void expectError(ErrorKind kind, std::initializer_list<const char*> words, const fs::path& folder = {})
    {
        try {
            openModel((folder.empty() ? dir.path() : folder) / indexName);
            FAIL() << "opened";
        } catch (const Error& error) {
            EXPECT_EQ(errorKindName(error.kind()), std::string(errorKindName(kind))) << error.fullEnglish();
            EXPECT_NE(error.fullEnglish().find(indexName), std::string::npos) << error.fullEnglish();
            for (const char* word : words) {
                EXPECT_NE(error.fullEnglish().find(word), std::string::npos) << word << " in: " << error.fullEnglish();
            }
        }
    }

    test::TempDir dir;
};

TEST_F(Sharded, IndexOpensAllShards)
{
    const auto model = openModel(dir / indexName);
    ASSERT_EQ(model->layers().size(), 2U);
    EXPECT_EQ(toFloats(model->layer(model->find("x")).view), std::vector<float> { 1 });
    EXPECT_EQ(toFloats(model->layer(model->find("y")).view), std::vector<float> { 2 });
    EXPECT_EQ(model->files().size(), 3U);
    EXPECT_EQ(model->fileBytes(),
        fs::file_size(dir / indexName) + fs::file_size(dir / "a.safetensors") + fs::file_size(dir / "b.safetensors"));
    EXPECT_TRUE(model->warnings().empty());
    std::string hashes;
    for (const auto& file : model->files()) {
        hashes += sha256OfFile(file, {});
    }
    EXPECT_EQ(sourceSha256(*model, {}), sha256(std::as_bytes(std::span(hashes))));
}

TEST_F(Sharded, TheIndexMayBeCalledAnything)
{
    fs::rename(dir / indexName, dir / "list.json");
    EXPECT_EQ(openModel(dir / "list.json")->layers().size(), 2U);
}

TEST_F(Sharded, RelativePathsWork)
{
    const auto before = fs::current_path();
    fs::current_path(dir.path());
    EXPECT_EQ(openModel(indexName)->layers().size(), 2U);
    fs::current_path(before);
}

TEST_F(Sharded, TensorsTheIndexDoesNotListAreSkippedWithAWarning)
{
    test::writeFile(dir / "b.safetensors",
        test::safetensorsBytes(
            "{" + tensorJson("y", "U8", "1", 0, 1) + "," + tensorJson("x", "U8", "1", 1, 2) + "}", "ab"));
    const auto model = openModel(dir / indexName);
    EXPECT_EQ(model->layers().size(), 2U);
    ASSERT_EQ(model->warnings().size(), 1U);
    EXPECT_NE(model->warnings()[0].english().find("Tensor x in b.safetensors"), std::string::npos);
}

TEST_F(Sharded, OnePartOpenedAloneIsPointedOut)
{
    test::writeFile(dir / "model-00001-of-00002.safetensors", shard("x", 1));
    EXPECT_EQ(openModel(dir / "model-00001-of-00002.safetensors")->warnings().size(), 1U);
    EXPECT_TRUE(openModel(dir / "a.safetensors")->warnings().empty());
}

TEST_F(Sharded, ShardMissing)
{
    fs::remove(dir / "b.safetensors");
    expectError(ErrorKind::NotFound, { "b.safetensors", "does not exist" });
}

TEST_F(Sharded, ShardLacksItsTensor)
{
    test::writeFile(dir / "b.safetensors", shard("z", 2));
    expectError(ErrorKind::BadFile, { "b.safetensors", "tensor y", "does not" });
}

TEST_F(Sharded, ShardIsDamaged)
{
    test::writeFile(dir / "b.safetensors", shard("y", 2).substr(0, 60));
    expectError(ErrorKind::BadFile, { "b.safetensors" });
    test::writeFile(dir / "b.safetensors", "");
    expectError(ErrorKind::BadFile, { "b.safetensors", "empty" });
}

TEST_F(Sharded, ShardNamesMustBePlain)
{
    for (const char* name :
        { "../a.safetensors", "/etc/passwd", "sub/a.safetensors", "..", ".", "", "a\\\\b", "a\\u0000b" }) {
        writeIndex(std::string(R"({"weight_map": {"x": ")") + name + "\"}}");
        expectError(ErrorKind::Refused, { "shard name" });
    }
}

TEST_F(Sharded, ShardsMustNotLinkOutOfTheFolder)
{
    const test::TempDir elsewhere;
    test::writeFile(elsewhere / "secret.safetensors", shard("y", 3));
    fs::remove(dir / "b.safetensors");
    fs::create_symlink(elsewhere / "secret.safetensors", dir / "b.safetensors");
    expectError(ErrorKind::Refused, { "b.safetensors", "link" });
}

TEST_F(Sharded, CachesThatLinkIndexAndShardsToOneStoreOpen)
{
    const fs::path snapshot = dir / "snapshot";
    fs::create_directory(snapshot);
    for (const char* name : { "a.safetensors", "b.safetensors", indexName }) {
        fs::create_symlink(dir / name, snapshot / name);
    }
    EXPECT_EQ(openModel(snapshot / indexName)->layers().size(), 2U);
}

TEST_F(Sharded, ShardIsAFolder)
{
    fs::remove(dir / "b.safetensors");
    fs::create_directory(dir / "b.safetensors");
    expectError(ErrorKind::BadFile, { "b.safetensors", "folder" });
}

TEST_F(Sharded, WrongIndexes)
{
    const std::vector<std::pair<std::string, const char*>> cases { { "", "malformed" }, { "no json", "malformed" },
        { "[]", "not a JSON object" }, { "5", "not a JSON object" }, { "{}", "lists no tensors" },
        { R"({"weight_map": {}})", "lists no tensors" }, { R"({"weight_map": 5})", "weight_map" },
        { R"({"weight_map": ["a.safetensors"]})", "weight_map" }, { R"({"weight_map": {"x": 5}})", "weight_map" },
        { R"({"weight_map": {"x": ["a.safetensors"]}})", "weight_map" },
        { R"({"weight_map": {"x": {}}})", "weight_map" },
        { R"({"weight_map": {"x": "a.safetensors", "x": "a.safetensors"}})", "listed twice" },
        { R"({"weight_map": {"x": "a.safetensors"}, "weight_map": {"x": "a.safetensors"}})", "twice" },
        { R"({"weight_map": {"x": "a.safetensors"})", "malformed" },
        { R"({"metadata": )" + std::string(1000, '['), "nested too deeply" } };
    for (const auto& [text, word] : cases) {
        SCOPED_TRACE(text.substr(0, 80));
        writeIndex(text);
        expectError(ErrorKind::BadFile, { word });
    }
}

TEST_F(Sharded, AnIndexThatNamesItselfIsNoLoop)
{
    writeIndex(std::string(R"({"weight_map": {"x": ")") + indexName + "\"}}");
    expectError(ErrorKind::BadFile, { "claims" });
}

} // namespace
} // namespace bw
