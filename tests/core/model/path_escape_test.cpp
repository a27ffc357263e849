// Index files that name shards outside of their folder, or what is no file at all.

#include "core/base/error.h"
#include "core/model/loader.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/pickle_builder.h"
#include "tests/support/temp_dir.h"

#include <cstdio>
#include <filesystem>
#include <functional>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bw {
namespace {

namespace fs = std::filesystem;

struct Kind
{
    const char* indexName;
    std::string shard; ///< of one tensor "w"
};

std::vector<Kind> kinds()
{
    return { { "model.safetensors.index.json",
                 test::safetensorsBytes(
                     "{" + test::tensorJson("w", "F32", "2,2", 0, 16) + "}", std::string(16, '\1')) },
        { "pytorch_model.bin.index.json", test::pickle::torchZipOf({}) } };
}

/// A model's folder, and beside it one that holds a good shard "secret" which must not be read.
struct Places
{
    fs::path home;
    fs::path outside;
};

struct Vector
{
    const char* what;
    std::string name; ///< as in JSON
    std::function<void(const Places&)> prepare = {};
    ErrorKind kind = ErrorKind::Refused;
};

std::vector<Vector> vectors(const Places& places)
{
    const auto secret = (places.outside / "secret").string();
    const auto linkTo = [](const fs::path& target, const char* name) {
        return [target, name](const Places& p) { fs::create_symlink(target, p.home / name); };
    };
    return {
        { "absolute", secret },
        { "absolute with two slashes", "/" + secret },
        { "up", "../outside/secret" },
        { "up from below", "sub/../../outside/secret", [](const Places& p) { fs::create_directory(p.home / "sub"); } },
        { "up with a dot", "./../outside/secret" },
        { "up with two slashes", "..//outside//secret" },
        { "into a folder", "sub/shard" },
        { "through a linked folder", "link/secret", linkTo(places.outside, "link") },
        { "link to a file outside", "shard", linkTo(places.outside / "secret", "shard") },
        { "link over a link", "shard",
            [](const Places& p) {
                fs::create_symlink(p.outside / "secret", p.outside / "hop");
                fs::create_symlink("../outside/hop", p.home / "shard");
            } },
        { "backslashes", "..\\\\outside\\\\secret" },
        { "mixed slashes", "..\\\\/outside/secret" },
        { "drive letter", "C:\\\\secret" },
        { "drive letter with a slash", "C:/secret" },
        { "network share", "\\\\\\\\host\\\\share\\\\secret" },
        { "address", "file://" + secret },
        { "web address", "http://localhost/secret" },
        { "zero byte", "shard\\u0000../outside/secret" },
        { "empty", "" },
        { "dot", "." },
        { "dots", ".." },
        { "a process's memory", "/proc/self/mem" },
        { "standard input", "/dev/stdin" },
        { "device by a link", "shard", linkTo("/dev/zero", "shard") },
        { "pipe", "shard", [](const Places& p) { ::mkfifo((p.home / "shard").c_str(), 0600); }, ErrorKind::BadFile },
        { "folder", "shard", [](const Places& p) { fs::create_directory(p.home / "shard"); }, ErrorKind::BadFile },
        { "link in a circle", "shard", linkTo("shard", "shard"), ErrorKind::BadFile },
        { "overlong", std::string(5000, 'n'), {}, ErrorKind::BadFile },
        { "slash look-alike", "..\xE2\x88\x95outside\xE2\x88\x95secret", {}, ErrorKind::NotFound },
        { "full-width dots", "\xEF\xBC\x8E\xEF\xBC\x8E", {}, ErrorKind::NotFound },
        { "percent signs", "..%2Foutside%2Fsecret", {}, ErrorKind::NotFound },
        { "home sign", "~", {}, ErrorKind::NotFound },
        { "missing", "shard", {}, ErrorKind::NotFound },
    };
}

TEST(PathEscapes, ShardsAreReadFromTheFolderOnly)
{
    std::size_t count = 0;
    for (const auto& kind : kinds()) {
        for (std::size_t i = 0;; ++i) {
            const test::TempDir dir;
            const Places places { dir / "home", dir / "outside" };
            fs::create_directory(places.home);
            fs::create_directory(places.outside);
            test::writeFile(places.outside / "secret", kind.shard);
            const auto all = vectors(places);
            if (i == all.size()) {
                break;
            }
            if (all[i].prepare) {
                all[i].prepare(places);
            }
            test::writeFile(places.home / kind.indexName, R"({"weight_map": {"w": ")" + all[i].name + "\"}}");
            try {
                openModel(places.home / kind.indexName);
                ADD_FAILURE() << all[i].what << ": opened";
            } catch (const Error& error) {
                EXPECT_EQ(errorKindName(error.kind()), std::string(errorKindName(all[i].kind)))
                    << all[i].what << ": " << error.fullEnglish();
                EXPECT_NE(error.fullEnglish().find(kind.indexName), std::string::npos);
            }
            ++count;
        }
    }
    std::printf("%zu path escapes refused\n", count);
    EXPECT_GE(count, 48U);
}

TEST(PathEscapes, TheSameShardInTheFolderOpens)
{
    for (const auto& kind : kinds()) {
        const test::TempDir dir;
        test::writeFile(dir / "shard", kind.shard);
        test::writeFile(dir / kind.indexName, R"({"weight_map": {"w": "shard"}})");
        EXPECT_EQ(openModel(dir / kind.indexName)->layers().size(), 1U);
    }
}

TEST(PytorchShards, OpenTogether)
{
    const test::TempDir dir;
    const auto shard = [](const char* a, const char* b) {
        using namespace test::pickle;
        return torchZip(proto() + dict({ text(a), tensor({}), text(b), tensor({}) }) + stop);
    };
    test::writeFile(dir / "pytorch_model-00001-of-00002.bin", shard("a", "b"));
    test::writeFile(dir / "pytorch_model-00002-of-00002.bin", shard("c", "d"));
    test::writeFile(dir / "pytorch_model.bin.index.json",
        R"({"metadata": {"total_size": 64}, "weight_map": {"a": "pytorch_model-00001-of-00002.bin", "b": "pytorch_model-00001-of-00002.bin", "c": "pytorch_model-00002-of-00002.bin"}})");
    const auto model = openModel(dir / "pytorch_model.bin.index.json");
    EXPECT_EQ(model->format(), "pytorch");
    ASSERT_EQ(model->layers().size(), 2U);
    EXPECT_EQ(model->layers()[0].tiedNames, std::vector<std::string> { "b" }) << "one storage";
    EXPECT_EQ(model->layers()[1].name, "c");
    EXPECT_TRUE(model->layers()[1].tiedNames.empty()) << "the index does not list d";
    ASSERT_EQ(model->warnings().size(), 1U);
    EXPECT_NE(model->warnings()[0].english().find("Tensor d"), std::string::npos);
    EXPECT_EQ(openModel(dir / "pytorch_model-00001-of-00002.bin")->warnings().size(), 1U);

    fs::remove(dir / "pytorch_model-00002-of-00002.bin");
    try {
        openModel(dir / "pytorch_model.bin.index.json");
        ADD_FAILURE() << "opened";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::NotFound);
        EXPECT_NE(error.fullEnglish().find("pytorch_model-00002-of-00002.bin"), std::string::npos);
    }
}

} // namespace
} // namespace bw
