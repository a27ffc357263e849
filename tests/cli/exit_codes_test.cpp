// Every exit code of contract §2, and that a failed run leaves nothing behind.

#include "tests/cli/cli_process.h"
#include "tests/cli/model_files.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

#include "core/base/json.h"

#include <gtest/gtest.h>

#include <algorithm>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace bw::test {
namespace {

class ExitCodes : public testing::Test
{
protected:
    TempDir m_folder;
    std::string m_model = writeSmallModel(m_folder.path()).string();

    std::string file(const std::string& name) const { return (m_folder / name).string(); }
    std::vector<std::string> names() const
    {
        std::vector<std::string> out;
        for (const auto& entry : std::filesystem::directory_iterator(m_folder.path())) {
            out.push_back(entry.path().filename().string());
        }
        std::sort(out.begin(), out.end());
        return out;
    }
    /// Runs, checks the code and the kind in the document, and returns the sentence.
    static std::string fail(
        std::vector<std::string> arguments, int exitCode, const std::string& kind, const CliSetting& setting = {})
    {
        arguments.emplace_back("--json");
        const CliResult result = runCli(arguments, setting);
        EXPECT_EQ(result.exitCode, exitCode) << result.err;
        EXPECT_EQ(parseJson(result.out).at("error").at("kind"), kind) << result.out;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
        return result.err;
    }
};

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

TEST_F(ExitCodes, Bad2OutputEqualToAnInputThroughAnyName)
{
    const std::string before = readFile(m_model);
    std::filesystem::create_symlink(m_model, file("symlink.safetensors"));
    std::filesystem::create_hard_link(m_model, file("hardlink.safetensors"));
    const auto names0 = names();
    for (const std::string& output :
        { m_model, file("symlink.safetensors"), file("hardlink.safetensors"), file("./small.safetensors") }) {
        EXPECT_TRUE(contains(fail({ "quantize", m_model, "-o", output }, 2, "bad_input"), "same file as the input"))
            << output;
        EXPECT_TRUE(contains(fail({ "quantize", output, "-o", m_model }, 2, "bad_input"), "same file as the input"))
            << output;
    }
    fail(
        { "quantize", m_model, "-o", file("q.safetensors"), "--report", file("hardlink.safetensors") }, 2, "bad_input");
    fail({ "histogram", m_model, "--layer", "head.weight", "-o", file("x.json") + "/../small.safetensors" }, 2,
        "bad_input");
    EXPECT_EQ(readFile(m_model), before);
    EXPECT_EQ(names(), names0);
}

TEST_F(ExitCodes, Bad2OutputIsAShardOrTheRecipe)
{
    const auto index = writeShardedModel(m_folder.path()).string();
    const auto shard = file("model-00002-of-00002.safetensors");
    const std::string before = readFile(shard);
    EXPECT_TRUE(contains(fail({ "quantize", index, "-o", shard }, 2, "bad_input"), "same file as the input"));
    EXPECT_EQ(readFile(shard), before);
    writeFile(file("recipe.safetensors"), R"({"bitwright_recipe":1,"default":{"format":"int4/c"}})");
    fail({ "quantize", m_model, "--recipe", file("recipe.safetensors"), "-o", file("recipe.safetensors") }, 2,
        "bad_input");
}

TEST_F(ExitCodes, Bad2RecipeWithAnUnknownKeyOrValue)
{
    const std::pair<const char*, const char*> mistakes[] = {
        { R"({"bitwright_recipe":1,"defalut":{}})", "defalut" },
        { R"({"bitwright_recipe":1,"default":{"format":"int4/c","metod":"rtn"}})", "metod" },
        { R"({"bitwright_recipe":1,"default":{"format":"int4x/c"}})", "int4x" },
        { R"({"bitwright_recipe":1,"default":{"format":"int4/c","method":"rtm"}})", "rtm" },
        { R"({"bitwright_recipe":1,"rules":[{"match":"nowhere","format":"int4/c"}]})", "nowhere" },
        { R"({"bitwright_recipe":"one"})", "bitwright_recipe" },
    };
    for (const auto& [recipe, word] : mistakes) {
        writeFile(file("r.json"), recipe);
        EXPECT_TRUE(contains(
            fail({ "quantize", m_model, "--recipe", file("r.json"), "-o", file("q.safetensors") }, 2, "bad_input"),
            word))
            << recipe;
        EXPECT_FALSE(std::filesystem::exists(file("q.safetensors")));
    }
}

TEST_F(ExitCodes, Bad2OutputIsAFolder)
{
    std::filesystem::create_directory(file("folder.safetensors"));
    EXPECT_TRUE(contains(fail({ "quantize", m_model, "-o", file("folder.safetensors") }, 2, "bad_input"), "folder"));
}

TEST_F(ExitCodes, File3MissingOrBroken)
{
    EXPECT_TRUE(contains(fail({ "inspect", file("absent.safetensors") }, 3, "not_found"), "absent.safetensors"));
    fail({ "quantize", m_model, "--recipe", file("absent.json"), "-o", file("q.safetensors") }, 3, "not_found");
    fail({ "verify", file("absent.safetensors") }, 3, "not_found");
    fail({ "dequantize", file("absent.safetensors"), "-o", file("o.safetensors") }, 3, "not_found");
    writeFile(file("bad.safetensors"), std::string("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x0F{}", 10));
    EXPECT_TRUE(contains(fail({ "inspect", file("bad.safetensors") }, 3, "bad_file"), "bad.safetensors"));
    writeFile(file("cut.safetensors"), readFile(m_model).substr(0, 2000));
    fail({ "quantize", file("cut.safetensors"), "-o", file("q.safetensors") }, 3, "bad_file");
    writeFile(file("empty.safetensors"), "");
    fail({ "inspect", file("empty.safetensors") }, 3, "bad_file");
    fail({ "inspect", m_folder.path().string() }, 3, "bad_file");
    EXPECT_FALSE(std::filesystem::exists(file("q.safetensors")));
}

TEST_F(ExitCodes, File3NotANumberNamesTensorAndIndex)
{
    const auto model = writeModelWithNan(m_folder.path()).string();
    const auto names0 = names();
    for (const auto& arguments : std::vector<std::vector<std::string>> {
             { "quantize", model, "-o", file("q.safetensors"), "--format", "int4/c" },
             { "error", model, "--format", "int4/c" },
             { "histogram", model, "--layer", "head.weight", "--format", "int4/c" } }) {
        const std::string sentence = fail(arguments, 3, "bad_file");
        EXPECT_TRUE(contains(sentence, "head.weight")) << sentence;
        EXPECT_TRUE(contains(sentence, "13")) << sentence;
    }
    EXPECT_TRUE(contains(fail({ "exponent", model }, 3, "bad_file"), "head.weight"));
    EXPECT_EQ(names(), names0);
}

TEST_F(ExitCodes, Unsupported4)
{
    EXPECT_TRUE(contains(
        fail({ "quantize", m_model, "-o", file("q.safetensors"), "--calibration", file("data.npz") }, 4, "unsupported"),
        "--calibration"));
    writeFile(file("newer.json"), R"({"bitwright_recipe":7})");
    EXPECT_TRUE(contains(
        fail({ "quantize", m_model, "-o", file("q.safetensors"), "--recipe", file("newer.json") }, 4, "unsupported"),
        "7"));
}

TEST_F(ExitCodes, Unsupported4EvaluateWithoutAGraph)
{
    BW_NEED_SHARED_DATA();
    const auto data = (sharedData() / "cifar10/cifar10_test2000.safetensors").string();
    fail({ "evaluate", m_model, "--data", data }, 4, "unsupported");
}

TEST_F(ExitCodes, Write5NoSuchOrReadOnlyFolder)
{
    EXPECT_TRUE(contains(fail({ "quantize", m_model, "-o", "/proc/nowhere/x.safetensors" }, 5, "io"), "/proc/nowhere"));
    fail({ "quantize", m_model, "-o", file("no/such/folder/x.safetensors") }, 5, "io");
    fail({ "quantize", m_model, "-o", file("q.safetensors"), "--report", "/proc/nowhere/r.h5" }, 5, "io");
    // Nothing is begun when one of the outputs cannot be written.
    EXPECT_FALSE(std::filesystem::exists(file("q.safetensors")));
    fail({ "histogram", m_model, "--layer", "head.weight", "-o", "/proc/nowhere/h.csv" }, 5, "io");
    fail({ "dequantize", m_model, "-o", "/proc/nowhere/x.safetensors" }, 5, "io");
}

TEST_F(ExitCodes, Write5FileMayNotGrowAsOnAFullDisk)
{
    writeSafetensors(m_folder / "wide.safetensors", { { "w.weight", { 64, 6000 }, bellValues(384000, 9) } });
    const auto names0 = names();
    const CliSetting small { {}, [] {
                                const rlimit limit { 50'000, 50'000 };
                                ::setrlimit(RLIMIT_FSIZE, &limit);
                            } };
    const std::string sentence = fail(
        { "quantize", file("wide.safetensors"), "-o", file("q.safetensors"), "--format", "int8/c" }, 5, "io", small);
    EXPECT_TRUE(contains(sentence, "q.safetensors")) << sentence;
    EXPECT_EQ(names(), names0);
}

TEST_F(ExitCodes, Write5ReportMayNotGrow)
{
    const CliSetting small { {}, [] {
                                const rlimit limit { 6'000, 6'000 };
                                ::setrlimit(RLIMIT_FSIZE, &limit);
                            } };
    const CliResult result = runCli(
        { "quantize", m_model, "-o", file("q.safetensors"), "--format", "int4/c", "--report", file("r.h5") }, small);
    EXPECT_EQ(result.exitCode, 5) << result.err;
    EXPECT_FALSE(std::filesystem::exists(file("r.h5")));
    for (const auto& name : names()) {
        EXPECT_FALSE(contains(name, ".part")) << name;
    }
}

TEST_F(ExitCodes, Write5StandardOutputIsFull)
{
    const CliSetting full { {}, [] { ::dup2(::open("/dev/full", O_WRONLY), STDOUT_FILENO); } };
    const CliResult result = runCli({ "inspect", m_model }, full);
    EXPECT_EQ(result.exitCode, 5);
    EXPECT_TRUE(contains(result.err, "standard output")) << result.err;
}

TEST_F(ExitCodes, Verification6)
{
    ASSERT_EQ(runCli({ "quantize", m_model, "-o", file("q.safetensors"), "--format", "int4/c" }).exitCode, 0);
    // The last byte belongs to a tensor's data: the structure stays sound, a value changes.
    std::string bytes = readFile(file("q.safetensors"));
    bytes.back() = static_cast<char>(bytes.back() ^ 0x55);
    writeFile(file("tampered.safetensors"), bytes);
    const CliResult result = runCli({ "verify", file("tampered.safetensors"), "--source", m_model, "--json" });
    EXPECT_EQ(result.exitCode, 6) << result.out << result.err;
    const Json document = parseJson(result.out);
    EXPECT_EQ(document.at("ok"), false);
    EXPECT_TRUE(std::any_of(document.at("checks").begin(), document.at("checks").end(),
        [](const Json& check) { return check.at("ok") == false; }));
    // Another model than the source.
    writeSafetensors(m_folder / "other.safetensors", { { "conv1.weight", { 8, 3, 3, 3 }, bellValues(216, 77) } });
    EXPECT_EQ(runCli({ "verify", file("q.safetensors"), "--source", file("other.safetensors") }).exitCode, 6);
    EXPECT_EQ(runCli({ "verify", file("q.safetensors"), "--source", m_model }).exitCode, 0);
}

TEST_F(ExitCodes, Memory7SaysBothFigures)
{
    const auto big = writeBigModel(m_folder.path(), 2000).string();
    const auto names0 = names();
    for (const auto& arguments :
        std::vector<std::vector<std::string>> { { "quantize", big, "-o", file("q.safetensors"), "--format", "int4/c" },
            { "error", big, "--format", "int4/c" }, { "exponent", big },
            { "histogram", big, "--layer", "big0.weight", "--format", "int4/c" } }) {
        auto limited = arguments;
        limited.insert(limited.end(), { "--max-memory", "50MB" });
        const std::string sentence = fail(limited, 7, "out_of_memory");
        EXPECT_TRUE(contains(sentence, "MB of memory; --max-memory is 50.0 MB")) << sentence;
    }
    EXPECT_EQ(names(), names0);
    // Reading alone needs no memory for the values.
    EXPECT_EQ(runCli({ "inspect", big, "--max-memory", "100MB" }).exitCode, 0);
}

TEST_F(ExitCodes, Memory7WhenThereIsNone)
{
    const auto big = writeBigModel(m_folder.path(), 2000).string();
    const CliSetting small { {}, [] {
                                const rlimit limit { 100'000'000, 100'000'000 };
                                ::setrlimit(RLIMIT_DATA, &limit);
                            } };
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "skipped: sanitizers need address space";
#endif
    fail({ "error", big, "--format", "f32", "--threads", "1" }, 7, "out_of_memory", small);
}

TEST_F(ExitCodes, Done0ReplacesAnExistingOutput)
{
    writeFile(file("q.safetensors"), "old");
    EXPECT_EQ(runCli({ "quantize", m_model, "-o", file("q.safetensors"), "--format", "int4/c" }).exitCode, 0);
    EXPECT_GT(std::filesystem::file_size(file("q.safetensors")), 100U);
    EXPECT_EQ(names().size(), 2U);
}

} // namespace
} // namespace bw::test
