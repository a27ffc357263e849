// Streams that are closed or go nowhere, progress as JSON, the environment, and what the program links.

#include "tests/cli/cli_process.h"
#include "tests/cli/model_files.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

#include "core/base/json.h"

#include <gtest/gtest.h>

#include <sstream>

#include <fcntl.h>
#include <unistd.h>

namespace bw::test {
namespace {

TEST(Streams, AReaderThatLeavesIsNoError)
{
    const TempDir folder;
    std::vector<FileTensor> tensors;
    for (int i = 0; i < 3000; ++i) {
        tensors.push_back({ "layer" + std::to_string(i) + ".weight", { 2, 2 }, { 1, 2, 3, 4 } });
    }
    writeSafetensors(folder / "many.safetensors", tensors);
    const std::string command = "'" + cliProgram().string() + "' inspect '" + (folder / "many.safetensors").string()
        + "' --json | head -c 10; exit ${PIPESTATUS[0]}";
    const CliResult result = runProgramAt("bash", { "-c", command });
    EXPECT_EQ(result.exitCode, 0);
    EXPECT_EQ(result.err, "");
}

TEST(Streams, ClosedDescriptorsNeverBecomeTheOutputFile)
{
    const TempDir folder;
    const auto model = writeSmallModel(folder.path()).string();
    const auto output = (folder / "q.safetensors").string();
    const CliSetting closed { {}, [] {
                                 ::close(0);
                                 ::close(1);
                                 ::close(2);
                             } };
    // What is to be printed cannot be; the file is there, and whole.
    EXPECT_EQ(runCli({ "quantize", model, "-o", output, "--format", "int4/c", "--json" }, closed).exitCode, 5);
    EXPECT_EQ(runCli({ "verify", output, "--source", model }).exitCode, 0);
    EXPECT_EQ(runCli({ "quantize", model, "-o", output, "--format", "int4/c", "--quiet" }, closed).exitCode, 0);
}

TEST(Streams, ProgressAsJsonIsOneObjectALineOnStderr)
{
    const TempDir folder;
    const auto model = writeBigModel(folder.path(), 200).string();
    const CliResult result = runCli({ "quantize", model, "-o", (folder / "q.safetensors").string(), "--format",
        "int4/c", "--json", "--progress", "json" });
    ASSERT_EQ(result.exitCode, 0) << result.err;
    parseJson(result.out);
    std::istringstream lines(result.err);
    std::string line;
    double before = 0;
    int count = 0;
    while (std::getline(lines, line)) {
        const Json object = parseJson(line);
        for (const char* key : { "phase", "fraction", "done", "total", "unit", "rate", "seconds_left" }) {
            EXPECT_TRUE(object.contains(key)) << line;
        }
        EXPECT_GE(object.at("fraction").get<double>(), before - 1e-9) << line;
        EXPECT_LE(object.at("fraction").get<double>(), 1.0) << line;
        before = object.at("fraction").get<double>();
        ++count;
    }
    EXPECT_GT(count, 3);
}

TEST(Streams, NoProgressWhereNobodyWatches)
{
    const TempDir folder;
    const auto model = writeBigModel(folder.path(), 200).string();
    const CliResult result = runCli({ "error", model, "--format", "int4/c" });
    EXPECT_EQ(result.exitCode, 0);
    EXPECT_EQ(result.err, "");
}

TEST(Streams, OnATerminalTheLineGoesAwayAtTheEnd)
{
    const TempDir folder;
    const auto model = writeBigModel(folder.path(), 400, 40).string();
    // script(1) gives the program a terminal.
    if (runProgramAt("sh", { "-c", "command -v script >/dev/null" }).exitCode != 0) {
        GTEST_SKIP() << "skipped: no script(1)";
    }
    const std::string command = "'" + cliProgram().string() + "' error '" + model + "' --format kmeans5/c --threads 1";
    const CliResult result = runProgramAt("script", { "-qec", command, "/dev/null" });
    EXPECT_EQ(result.exitCode, 0) << result.out;
    const auto line = result.out.find("weights/s");
    EXPECT_NE(line, std::string::npos) << result.out;
    EXPECT_NE(result.out.rfind("\r\033[K"), std::string::npos);
    EXPECT_GT(result.out.rfind("\r\033[K"), line);
    EXPECT_EQ(result.out.find("weights/s", result.out.rfind("\r\033[K")), std::string::npos);
}

TEST(Environment, NeedsNoDisplayAndNoHome)
{
    const TempDir folder;
    const auto model = writeSmallModel(folder.path()).string();
    const CliSetting bare {
        { { "DISPLAY", "" }, { "WAYLAND_DISPLAY", "" }, { "HOME", "" }, { "QT_QPA_PLATFORM", "" }, { "LANG", "" } }, {}
    };
    EXPECT_EQ(runCli({ "error", model, "--format", "int4/c", "--json" }, bare).exitCode, 0);
}

TEST(Environment, ALocaleWithDecimalCommasChangesNothing)
{
    const TempDir folder;
    const auto model = writeSmallModel(folder.path()).string();
    const auto locales = folder.path().string();
    if (runProgramAt("localedef", { "-i", "de_DE", "-f", "UTF-8", locales + "/de_DE.UTF-8" }).exitCode != 0) {
        GTEST_SKIP() << "skipped: no localedef, or no source of de_DE";
    }
    // Some system library keeps a piece of LOCPATH for ever, which is no leak of ours.
    const CliSetting german {
        { { "LC_ALL", "de_DE.UTF-8" }, { "LOCPATH", locales }, { "ASAN_OPTIONS", "detect_leaks=0" } }, {}
    };
    for (const auto& arguments : std::vector<std::vector<std::string>> { { "inspect", model, "--stats", "--json" },
             { "error", model, "--format", "int4/c" }, { "exponent", model, "--json", "--max-memory", "1.5GB" } }) {
        const CliResult result = runCli(arguments, german);
        EXPECT_EQ(result.exitCode, 0) << result.err;
        EXPECT_EQ(result.out, runCli(arguments).out);
    }
}

TEST(Linking, NoQtAndNoTorch)
{
    const CliResult dynamic = runProgramAt("readelf", { "-d", cliProgram().string() });
    ASSERT_EQ(dynamic.exitCode, 0) << dynamic.err;
    EXPECT_NE(dynamic.out.find("NEEDED"), std::string::npos);
    for (const char* library : { "libQt", "libtorch", "libc10", "qcustomplot" }) {
        EXPECT_EQ(dynamic.out.find(library), std::string::npos) << library;
    }
    // Nor through another library.
    const CliResult all = runProgramAt("ldd", { cliProgram().string() });
    EXPECT_EQ(all.exitCode, 0);
    EXPECT_EQ(all.out.find("libQt"), std::string::npos);
    EXPECT_EQ(all.out.find("libtorch"), std::string::npos);
}

} // namespace
} // namespace bw::test
