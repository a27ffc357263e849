// Everything that writes files, killed at random moments and on full disks: the old file or the complete new one is
// there afterwards, and nothing else. BITWRIGHT_KILLS and BITWRIGHT_FULL_DISKS: how often, for each kind of output
// (small here; the README has the figures of a long run). BITWRIGHT_WRITERS: only those whose name has this text.

#include "tests/cli/cli_process.h"
#include "tests/cli/model_files.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wire_builder.h"

#include "core/export/exporter.h"
#include "core/export/recipe_target.h"
#include "core/session/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <thread>

#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bw::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Contents = std::map<std::string, std::string>; ///< of a folder, by name

constexpr const char* reportName = "report.h5";

/// How to make one kind of output: the arguments of a run that writes into `folder`.
struct Writer
{
    std::string name;
    std::function<std::vector<std::string>(const fs::path& folder)> arguments;
};

int timesFrom(const char* variable, int usual)
{
    const char* text = std::getenv(variable);
    return text == nullptr ? usual : std::atoi(text);
}

Contents contentsOf(const fs::path& folder)
{
    Contents found;
    for (const auto& entry : fs::directory_iterator(folder)) {
        found[entry.path().filename().string()] = readFile(entry.path());
    }
    return found;
}

/// The hidden sibling that `name` is written to before it gets its name.
bool isTemporaryOf(const std::string& found, const std::string& name)
{
    const std::string prefix = "." + name + ".";
    return found.size() == prefix.size() + 6 + 5 && found.starts_with(prefix) && found.ends_with(".part");
}

class WriteSafety : public testing::Test
{
protected:
    TempDir m_inputs;
    std::string m_model = (m_inputs / "m.safetensors").string();
    std::string m_gguf = (m_inputs / "m.gguf").string();
    std::string m_onnx = (m_inputs / "m.onnx").string();
    std::string m_quantized = (m_inputs / "q.safetensors").string();

    void SetUp() override
    {
        const std::int64_t rows = 300;
        const std::int64_t columns = 512;
        const auto count = static_cast<std::size_t>(rows * columns);
        writeSafetensors(m_model,
            { { "a.weight", { rows, columns }, bellValues(count, 1) },
                { "b.weight", { rows, columns }, bellValues(count, 2) } });
        writeFile(m_gguf, everyTypeGguf());
        const std::string zeros(4 * 64 * 64, '\0');
        writeFile(
            m_onnx, onnxModel({ onnxTensor("w", { 64, 64 }, 1, zeros) }, { onnxNode("MatMul", { "x", "w" }, "y") }));
        ASSERT_EQ(runCli({ "quantize", m_model, "-o", m_quantized, "--format", "int4/c" }).exitCode, 0);
    }

    static Writer writer(std::string name, std::vector<std::string> arguments, std::string file)
    {
        return { std::move(name), [arguments = std::move(arguments), file = std::move(file)](const fs::path& folder) {
                    auto all = arguments;
                    all.push_back((folder / file).string());
                    return all;
                } };
    }

    /// The exporter's first combination of model and format that it can write; nothing if it needs LibTorch.
    std::optional<Writer> writerOf(const Exporter& exporter) const
    {
        for (const auto& [model, format] : std::vector<std::pair<std::string, std::string>> { { m_model, "int4/c" },
                 { m_gguf, "q4_0" }, { m_onnx, "int8/c" }, { m_model, "f16" },
                 { (sourceDir() / "resources/samples/shapes.pt").string(), "int4/c" } }) {
            const TempDir out;
            const auto candidate = writer("quantize --to " + exporter.id,
                { "quantize", model, "--to", exporter.id, "--format", format, "-o" }, "out" + exporter.suffix);
            if (runCli(candidate.arguments(out.path())).exitCode == 0) {
                return candidate;
            }
        }
        return std::nullopt;
    }

    static bool hasEngine() { return fs::exists(binaryDir() / "bin/libbitwright_torch.so"); }

    std::vector<Writer> writers() const
    {
        std::vector<Writer> all;
        for (const auto* exporter : exporters().entries()) {
            if (auto made = writerOf(*exporter)) {
                all.push_back(std::move(*made));
            } else {
                // Those write programs, for which a build without LibTorch has no engine.
                EXPECT_TRUE(exporter->id.starts_with("torchscript") && !hasEngine())
                    << exporter->id << ": no model and format for it";
            }
        }
        for (const auto* target : recipeTargets().entries()) {
            all.push_back(writer("recipe --to " + target->id,
                { "recipe", m_model, "--to", target->id, "--format", "int4/b32", "-o" }, "out.txt"));
        }
        all.push_back({ "quantize --report", [this](const fs::path& folder) -> std::vector<std::string> {
                           return { "quantize", m_model, "--format", "int4/c", "-o",
                               (folder / "out.safetensors").string(), "--report", (folder / reportName).string() };
                       } });
        all.push_back(writer("quantize --dequantized",
            { "quantize", m_model, "--format", "int4/c", "--dequantized", "-o" }, "f.safetensors"));
        all.push_back(writer("dequantize", { "dequantize", m_quantized, "-o" }, "float.safetensors"));
        all.push_back(writer("allocate", { "allocate", m_model, "--budget", "4bpw", "-o" }, "recipe.json"));
        all.push_back(writer(
            "sensitivity", { "sensitivity", m_model, "--kind", "weight-error", "-f", "int4/c,int8/c", "-o" }, "s.h5"));
        all.push_back(writer("histogram", { "histogram", m_model, "--layer", "a.weight", "-o" }, "h.csv"));
        if (const char* only = std::getenv("BITWRIGHT_WRITERS")) {
            std::erase_if(all, [&](const Writer& one) { return one.name.find(only) == std::string::npos; });
        }
        return all;
    }
};

/// What a run leaves in an empty folder, after two runs that must leave the same, and how long one takes.
struct Expected
{
    Contents fresh;
    Contents old;
    std::chrono::microseconds time {};
};

/// True for the complete new file. Reports say when they were made, so that only their own check sum tells.
bool isFreshFile(const fs::path& folder, const std::string& name, const std::string& now, const Expected& expected)
{
    return now == expected.fresh.at(name)
        || (name == reportName && runCli({ "verify", (folder / name).string() }).exitCode == 0);
}

bool isAllFresh(const fs::path& folder, const Expected& expected)
{
    const auto found = contentsOf(folder);
    return found.size() == expected.fresh.size()
        && std::all_of(expected.fresh.begin(), expected.fresh.end(), [&](const auto& file) {
               const auto now = found.find(file.first);
               return now != found.end() && isFreshFile(folder, file.first, now->second, expected);
           });
}

Expected expectedOf(const Writer& writer)
{
    Expected out;
    const TempDir folder;
    for (int i = 0; i < 2; ++i) {
        const auto start = Clock::now();
        const auto result = runCli(writer.arguments(folder.path()));
        out.time = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
        EXPECT_EQ(result.exitCode, 0) << writer.name << ": " << result.err;
        EXPECT_TRUE(i == 0 || isAllFresh(folder.path(), out)) << writer.name << ": another run, other bytes";
        out.fresh = contentsOf(folder.path());
    }
    for (const auto& [name, bytes] : out.fresh) {
        out.old[name] = "the old " + name;
    }
    return out;
}

struct Tally
{
    std::size_t runs = 0;
    std::size_t old = 0; ///< all files as before
    std::size_t fresh = 0; ///< all files new
    std::size_t temporary = 0; ///< runs that left one
};

/// Every file is the old or the new one; anything else is a temporary of one of them.
void expectOldOrNew(const fs::path& folder, const Expected& expected, bool mayLeaveTemporary, Tally& tally)
{
    ++tally.runs;
    const auto found = contentsOf(folder);
    bool isOld = true;
    bool isFresh = true;
    bool isLeft = false;
    for (const auto& [name, bytes] : expected.old) {
        ASSERT_TRUE(found.contains(name)) << name << " is gone";
        const auto& now = found.at(name);
        EXPECT_TRUE(now == bytes || isFreshFile(folder, name, now, expected))
            << name << " is neither the old nor the new file";
        isOld = isOld && now == bytes;
        isFresh = isFresh && now != bytes;
    }
    for (const auto& [name, bytes] : found) {
        if (!expected.old.contains(name)) {
            isLeft = true;
            EXPECT_TRUE(mayLeaveTemporary
                && std::any_of(expected.old.begin(), expected.old.end(),
                    [&left = name](const auto& entry) { return isTemporaryOf(left, entry.first); }))
                << "left behind: " << name;
        }
    }
    tally.old += isOld ? 1 : 0;
    tally.fresh += isFresh ? 1 : 0;
    tally.temporary += isLeft ? 1 : 0;
}

void putOld(const fs::path& folder, const Contents& old)
{
    for (const auto& [name, bytes] : old) {
        writeFile(folder / name, bytes);
    }
}

bool hasTemporary(const fs::path& folder)
{
    std::error_code gone;
    for (const auto& entry : fs::directory_iterator(folder, gone)) {
        if (entry.path().extension() == ".part") {
            return true;
        }
    }
    return false;
}

/// Half of the kills come anywhere in a run, half soon after a temporary file has appeared.
void killOnce(CliProcess& process, const fs::path& folder, std::chrono::microseconds time, std::mt19937& random)
{
    const auto wait = [&](std::chrono::microseconds most) {
        std::this_thread::sleep_for(std::chrono::microseconds(random() % static_cast<unsigned>(most.count())));
    };
    if (random() % 2 == 0) {
        wait(time);
    } else {
        while (process.isRunning() && !hasTemporary(folder)) {
            std::this_thread::sleep_for(100us);
        }
        wait(std::max<std::chrono::microseconds>(time / 4, 1ms));
    }
    process.signal(SIGKILL);
    process.finish();
}

TEST_F(WriteSafety, KilledAtAnyMomentTheOldOrTheNewFileIsThere)
{
    const int times = timesFrom("BITWRIGHT_KILLS", 3);
    std::mt19937 random(1);
    Tally all;
    for (const auto& writer : writers()) {
        SCOPED_TRACE(writer.name);
        const auto expected = expectedOf(writer);
        const TempDir folder;
        Tally tally;
        for (int i = 0; i < times; ++i) {
            putOld(folder.path(), expected.old);
            CliProcess process(writer.arguments(folder.path()));
            killOnce(process, folder.path(), expected.time, random);
            expectOldOrNew(folder.path(), expected, true, tally);
        }
        EXPECT_EQ(runCli(writer.arguments(folder.path())).exitCode, 0);
        EXPECT_TRUE(isAllFresh(folder.path(), expected)) << "the next run leaves no temporary file behind";
        std::printf("%-34s %4zu kills: %4zu old, %4zu new, %4zu between two files; %4zu left a temporary file\n",
            writer.name.c_str(), tally.runs, tally.old, tally.fresh, tally.runs - tally.old - tally.fresh,
            tally.temporary);
        all.runs += tally.runs;
        all.temporary += tally.temporary;
    }
    std::printf("%zu kills in all\n", all.runs);
    EXPECT_GT(all.temporary, 0U) << "no kill came while something was written";
}

TEST_F(WriteSafety, KilledWhileSavingASession)
{
    Session session;
    session.notes = std::string(300'000, 'n');
    const TempDir folder;
    const auto path = folder / "s.bitw";
    const int times = timesFrom("BITWRIGHT_KILLS", 10);
    std::mt19937 random(2);
    Expected expected;
    saveSession(session, {}, path);
    expected.fresh = contentsOf(folder.path());
    expected.old = { { "s.bitw", "old" } };
    Tally tally;
    for (int i = 0; i < times; ++i) {
        putOld(folder.path(), expected.old);
        const pid_t child = ::fork();
        if (child == 0) {
            saveSession(session, {}, path);
            ::_exit(0);
        }
        while (!hasTemporary(folder.path()) && ::kill(child, 0) == 0 && contentsOf(folder.path()) == expected.old) { }
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 4000));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        expectOldOrNew(folder.path(), expected, true, tally);
    }
    saveSession(session, {}, path);
    EXPECT_TRUE(isAllFresh(folder.path(), expected));
    std::printf("session: %zu kills: %zu old, %zu new; %zu left a temporary file\n", tally.runs, tally.old, tally.fresh,
        tally.temporary);
}

/// A file system in memory of so many bytes.
class TinyDisk
{
public:
    explicit TinyDisk(std::size_t bytes)
    {
        m_isMounted
            = ::mount("tmpfs", m_folder.path().c_str(), "tmpfs", 0, ("size=" + std::to_string(bytes)).c_str()) == 0;
    }
    ~TinyDisk()
    {
        if (m_isMounted) {
            ::umount2(m_folder.path().c_str(), MNT_DETACH);
        }
    }
    TinyDisk(const TinyDisk&) = delete;
    TinyDisk& operator=(const TinyDisk&) = delete;
    bool isMounted() const { return m_isMounted; }
    const fs::path& path() const { return m_folder.path(); }

private:
    TempDir m_folder;
    bool m_isMounted = false;
};

TEST_F(WriteSafety, OnAFullDiskTheOldOrTheNewFileIsThere)
{
    if (!TinyDisk(1 << 20).isMounted()) {
        GTEST_SKIP() << "skipped: mounting a file system in memory needs root";
    }
    const int times = timesFrom("BITWRIGHT_FULL_DISKS", 2);
    std::mt19937 random(3);
    std::size_t runs = 0;
    for (const auto& writer : writers()) {
        SCOPED_TRACE(writer.name);
        const auto expected = expectedOf(writer);
        std::size_t bytes = 0;
        for (const auto& [name, content] : expected.fresh) {
            bytes += content.size();
        }
        const std::size_t oldBytes = expected.old.size() * 4096;
        Tally tally;
        std::size_t failed = 0;
        for (int i = 0; i < times; ++i) {
            // From no room at all to a little more than is needed.
            const TinyDisk disk(4096 + oldBytes + random() % (bytes + bytes / 4 + 4096));
            ASSERT_TRUE(disk.isMounted());
            putOld(disk.path(), expected.old);
            const auto result = runCli(writer.arguments(disk.path()));
            EXPECT_TRUE(result.exitCode == 0 || result.exitCode == 5) << result.exitCode << " " << result.err;
            EXPECT_EQ(result.exitCode == 5, result.err.find("space") != std::string::npos) << result.err;
            expectOldOrNew(disk.path(), expected, false, tally);
            if (result.exitCode == 0) {
                EXPECT_TRUE(isAllFresh(disk.path(), expected));
            }
            failed += result.exitCode == 0 ? 0 : 1;
        }
        runs += tally.runs;
        std::printf("%-34s %4zu disks: %4zu were too small; %4zu old, %4zu new\n", writer.name.c_str(), tally.runs,
            failed, tally.old, tally.fresh);
    }
    std::printf("%zu runs on full disks\n", runs);
}

} // namespace
} // namespace bw::test
