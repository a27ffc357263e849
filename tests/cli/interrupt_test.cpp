// Ctrl-C and kill at several moments: exit 130 soon, one sentence, nothing half-written.

#include "tests/cli/cli_process.h"
#include "tests/cli/model_files.h"
#include "tests/support/temp_dir.h"

#include "core/base/json.h"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

namespace bw::test {
namespace {

using Clock = std::chrono::steady_clock;
/// 200 ms of patience, and room for a busy machine.
constexpr auto soon = std::chrono::milliseconds(500);

class Interrupting : public testing::Test
{
protected:
    TempDir m_folder;
    std::string m_model = writeBigModel(m_folder.path(), 4000).string(); // 1 GB that is not on the disk
    std::string m_output = (m_folder / "out.safetensors").string();

    void expectOnlyTheModel() const
    {
        for (const auto& entry : std::filesystem::directory_iterator(m_folder.path())) {
            EXPECT_EQ(entry.path().string(), m_model);
        }
    }

    bool waitForTemporary() const
    {
        for (int i = 0; i < 6000; ++i) {
            for (const auto& entry : std::filesystem::directory_iterator(m_folder.path())) {
                std::error_code gone;
                if (entry.path().extension() == ".part" && std::filesystem::file_size(entry.path(), gone) > 0
                    && !gone) {
                    return true;
                }
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    }

    static CliResult interrupt(CliProcess& process, int signal)
    {
        EXPECT_TRUE(process.isRunning());
        const auto start = Clock::now();
        process.signal(signal);
        CliResult result = process.finish();
        EXPECT_LE(Clock::now() - start, soon);
        EXPECT_EQ(result.exitCode, 130) << result.err;
        EXPECT_NE(result.err.find("cancelled"), std::string::npos) << result.err;
        return result;
    }
};

TEST_F(Interrupting, WhileQuantizing)
{
    CliProcess process({ "quantize", m_model, "-o", m_output, "--format", "int4s/b32", "--threads", "1", "--progress",
        "json", "--json" });
    ASSERT_TRUE(process.waitForDiagnostics("Quantizing"));
    const CliResult result = interrupt(process, SIGINT);
    EXPECT_EQ(parseJson(result.out).at("error").at("kind"), "canceled");
    expectOnlyTheModel();
}

TEST_F(Interrupting, ByTerminate)
{
    CliProcess process({ "error", m_model, "--format", "int4s/b32", "--threads", "1", "--progress", "json" });
    ASSERT_TRUE(process.waitForDiagnostics("{"));
    EXPECT_EQ(interrupt(process, SIGTERM).out, "");
    expectOnlyTheModel();
}

TEST_F(Interrupting, WhileWriting)
{
    CliProcess process({ "quantize", m_model, "-o", m_output, "--format", "int8/b32", "--dequantized" });
    ASSERT_TRUE(waitForTemporary());
    interrupt(process, SIGINT);
    expectOnlyTheModel();
}

TEST_F(Interrupting, AnExistingOutputStaysAsItWas)
{
    writeFile(m_output, "precious");
    CliProcess process({ "quantize", m_model, "-o", m_output, "--format", "int8/b32", "--dequantized" });
    ASSERT_TRUE(waitForTemporary());
    interrupt(process, SIGINT);
    EXPECT_EQ(readFile(m_output), "precious");
    std::filesystem::remove(m_output);
    expectOnlyTheModel();
}

TEST_F(Interrupting, WhileReading)
{
    CliProcess process({ "inspect", m_model, "--stats", "--threads", "1", "--progress", "json", "--json" });
    ASSERT_TRUE(process.waitForDiagnostics("{"));
    const CliResult result = interrupt(process, SIGINT);
    EXPECT_EQ(parseJson(result.out).at("error").at("kind"), "canceled");
}

TEST_F(Interrupting, AlsoWhenTheShellLetItIgnoreTheSignal)
{
    // What a script's "&" does to SIGINT.
    const CliSetting ignoring { {}, [] { std::signal(SIGINT, SIG_IGN); } };
    CliProcess process({ "error", m_model, "--format", "int4s/b32", "--threads", "1", "--progress", "json" }, ignoring);
    ASSERT_TRUE(process.waitForDiagnostics("{"));
    interrupt(process, SIGINT);
}

TEST_F(Interrupting, AtRandomMoments)
{
    for (int delay : { 0, 3, 10, 30, 60, 120, 250, 700 }) {
        CliProcess process({ "quantize", m_model, "-o", m_output, "--format", "int4s/b32" });
        std::this_thread::sleep_for(std::chrono::milliseconds(delay));
        const auto start = Clock::now();
        process.signal(SIGINT);
        const CliResult result = process.finish();
        EXPECT_LE(Clock::now() - start, soon) << delay;
        // 128 + SIGINT is 130, too: in its first milliseconds, before main(), the program may die of the signal itself.
        EXPECT_EQ(result.exitCode, 130) << delay;
        expectOnlyTheModel();
    }
}

} // namespace
} // namespace bw::test
