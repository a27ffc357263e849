// No command writes over what it reads, whatever way leads there.

#include "tests/cli/cli_process.h"
#include "tests/cli/model_files.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wire_builder.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <set>
#include <sstream>

#include <sys/mount.h>
#include <unistd.h>

namespace bw::test {
namespace {

namespace fs = std::filesystem;

/// A run that reads `input` and is told to write its output there, too.
struct Case
{
    std::string command;
    std::string input; ///< file name in the folder
    std::vector<std::string> arguments; ///< without the option and its value
    std::string option = "-o";
};

/// Another way to the same file.
struct Way
{
    const char* what;
    std::function<fs::path(const fs::path& folder, const std::string& name, const std::string& suffix)> path;
};

std::vector<Way> ways()
{
    return {
        { "the same path", [](const fs::path& folder, const std::string& name, const std::string&) { return folder / name; } },
        { "with dots", [](const fs::path& folder, const std::string& name, const std::string&) { return folder / "." / name; } },
        { "with two slashes",
            [](const fs::path& folder, const std::string& name, const std::string&) {
                return fs::path(folder.string() + "//" + name);
            } },
        { "up and down again",
            [](const fs::path& folder, const std::string& name, const std::string&) {
                return folder / "sub" / ".." / name;
            } },
        { "relative",
            [](const fs::path& folder, const std::string& name, const std::string&) {
                return fs::relative(folder / name, fs::current_path());
            } },
        { "by a link",
            [](const fs::path& folder, const std::string& name, const std::string& suffix) {
                fs::create_symlink(name, folder / ("link" + suffix));
                return folder / ("link" + suffix);
            } },
        { "by a link to a link",
            [](const fs::path& folder, const std::string& name, const std::string& suffix) {
                fs::create_symlink(folder / name, folder / "sub" / "hop");
                fs::create_symlink("sub/hop", folder / ("link" + suffix));
                return folder / ("link" + suffix);
            } },
        { "by a hard link",
            [](const fs::path& folder, const std::string& name, const std::string& suffix) {
                fs::create_hard_link(folder / name, folder / ("hard" + suffix));
                return folder / ("hard" + suffix);
            } },
        { "through a linked folder",
            [](const fs::path& folder, const std::string& name, const std::string&) {
                fs::create_directory_symlink(folder, folder / "sub" / "back");
                return folder / "sub" / "back" / name;
            } },
        { "through the process's own files",
            [](const fs::path& folder, const std::string& name, const std::string&) {
                return fs::path("/proc/self/root") / (folder / name).relative_path();
            } },
    };
}

/// A folder with one file of each kind that commands read.
class InputFolder
{
public:
    InputFolder()
    {
        fs::create_directory(m_folder / "sub");
        writeSmallModel(m_folder.path());
        writeShardedModel(m_folder.path());
        const std::string zeros(4 * 64, '\0');
        writeFile(m_folder / "external.onnx", onnxModel({ onnxExternalTensor("w", { 8, 8 }, 1, "external.data") }));
        writeFile(m_folder / "external.data", zeros);
        writeFile(m_folder / "recipe.json", R"({"bitwright_recipe": 1, "default": {"format": "int4/c"}, "rules": []})");
        run({ "quantize", file("small.safetensors"), "-o", file("quantized.safetensors"), "--format", "int4/c" });
        run({ "sensitivity", file("small.safetensors"), "--kind", "weight-error", "-f", "int4/c,int8/c", "-o",
            file("damage.h5") });
    }

    std::string file(const std::string& name) const { return (m_folder / name).string(); }
    const fs::path& path() const { return m_folder.path(); }

private:
    static void run(const std::vector<std::string>& arguments)
    {
        const auto result = runCli(arguments);
        EXPECT_EQ(result.exitCode, 0) << result.err;
    }

    TempDir m_folder;
};

std::vector<Case> cases(const InputFolder& in)
{
    const auto small = in.file("small.safetensors");
    const std::vector<std::string> shards = [&] {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(in.path())) {
            const auto name = entry.path().filename().string();
            if (name.find("-of-") != std::string::npos || name.ends_with(".index.json")) {
                names.push_back(name);
            }
        }
        return names;
    }();
    std::string index;
    for (const auto& name : shards) {
        index = name.ends_with(".index.json") ? in.file(name) : index;
    }
    std::vector<Case> all {
        { "quantize", "small.safetensors", { small, "--format", "int4/c", "--to", "safetensors" } },
        { "quantize", "small.safetensors", { small, "--format", "int4/c", "--to", "safetensors", "-o", in.file("new") },
            "--report" },
        { "quantize", "recipe.json", { small, "--recipe", in.file("recipe.json"), "--to", "safetensors" } },
        { "quantize", "recipe.json",
            { small, "--recipe", in.file("recipe.json"), "--to", "safetensors", "-o", in.file("new") }, "--report" },
        { "quantize", "external.onnx", { in.file("external.onnx"), "--format", "int4/c", "--to", "safetensors" } },
        { "quantize", "external.data", { in.file("external.onnx"), "--format", "int4/c", "--to", "safetensors" } },
        { "dequantize", "quantized.safetensors", { in.file("quantized.safetensors"), "--to", "safetensors" } },
        { "recipe", "small.safetensors", { small, "--format", "int4/b32", "--to", "nncf" } },
        { "recipe", "recipe.json", { small, "--recipe", in.file("recipe.json"), "--to", "nncf" } },
        { "allocate", "small.safetensors", { small, "--budget", "4bpw" } },
        { "allocate", "damage.h5", { small, "--budget", "4bpw", "--sensitivity", in.file("damage.h5") } },
        { "allocate", "recipe.json", { small, "--budget", "4bpw", "--recipe", in.file("recipe.json") } },
        { "sensitivity", "small.safetensors", { small, "--kind", "weight-error", "-f", "int4/c,int8/c" } },
        { "sensitivity", "recipe.json",
            { small, "--kind", "importance", "-f", "int4/c", "--importance", in.file("recipe.json") } },
        { "evaluate", "small.safetensors", { small, "--data", in.file("recipe.json"), "--format", "int4/c" }, "--report" },
        { "evaluate", "recipe.json", { small, "--data", in.file("recipe.json"), "--format", "int4/c" }, "--report" },
        { "evaluate", "recipe.json",
            { small, "--data", in.file("recipe.json") + "," + in.file("damage.h5"), "--format", "int4/c" }, "--report" },
    };
    all.push_back({ "histogram", fs::path(index).filename().string(), { index, "--layer", "head.weight" } });
    for (const auto& shard : shards) {
        all.push_back({ "quantize", shard, { index, "--format", "int4/c", "--to", "safetensors" } });
    }
    return all;
}

std::string suffixOf(const std::string& name)
{
    return fs::path(name).extension().string();
}

void expectRefused(const Case& one, const fs::path& output, const std::string& content, const fs::path& input)
{
    std::vector<std::string> arguments { one.command };
    arguments.insert(arguments.end(), one.arguments.begin(), one.arguments.end());
    arguments.push_back(one.option);
    arguments.push_back(output.string());
    const auto result = runCli(arguments);
    // ONNX models with hard links to their data are not even opened.
    const bool isNotOpened = result.exitCode == 3 && result.err.find("hard links") != std::string::npos;
    EXPECT_TRUE(result.exitCode == 2 || isNotOpened)
        << one.command << " " << one.option << " " << output << ": " << result.exitCode << " " << result.err;
    EXPECT_TRUE(isNotOpened || result.err.find("same file as the input") != std::string::npos) << result.err;
    EXPECT_TRUE(readFile(input) == content) << one.command << " changed " << input;
}

TEST(Overwriting, NoCommandWritesOverWhatItReads)
{
    std::size_t count = 0;
    const InputFolder folder;
    for (const auto& one : cases(folder)) {
        const auto content = readFile(folder.path() / one.input);
        for (const auto& way : ways()) {
            SCOPED_TRACE(one.command + " " + one.option + " " + one.input + ", " + way.what);
            fs::remove_all(folder.path() / "sub");
            fs::create_directory(folder.path() / "sub");
            for (const char* name : { "link", "hard" }) {
                fs::remove(folder.path() / (name + suffixOf(one.input)));
            }
            expectRefused(one, way.path(folder.path(), one.input, suffixOf(one.input)), content, folder.path() / one.input);
            ++count;
        }
    }
    std::printf("%zu outputs that are inputs refused\n", count);
}

TEST(Overwriting, AlsoThroughAMountedFolder)
{
    const InputFolder folder;
    const TempDir elsewhere;
    if (::mount(folder.path().c_str(), elsewhere.path().c_str(), nullptr, MS_BIND, nullptr) != 0) {
        GTEST_SKIP() << "skipped: mounting a folder needs root";
    }
    for (const auto& one : cases(folder)) {
        const auto input = folder.path() / one.input;
        expectRefused(one, elsewhere.path() / one.input, readFile(input), input);
    }
    ::umount2(elsewhere.path().c_str(), MNT_DETACH);
}

/// Commands as the program's help lists them.
std::vector<std::string> commandNames()
{
    std::vector<std::string> names;
    std::istringstream help(runCli({ "--help" }).out);
    bool isList = false;
    for (std::string line; std::getline(help, line);) {
        isList = line == "Subcommands:" || (isList && line.starts_with("  "));
        if (isList && line.starts_with("  ")) {
            names.push_back(line.substr(2, line.find(' ', 2) - 2));
        }
    }
    return names;
}

TEST(Overwriting, EveryOptionThatNamesAnOutputIsTried)
{
    const InputFolder folder;
    std::set<std::string> tried { "sweep -o" }; // names a folder
    for (const auto& one : cases(folder)) {
        tried.insert(one.command + " " + one.option);
    }
    const auto names = commandNames();
    EXPECT_GT(names.size(), 10U);
    for (const auto& name : names) {
        const auto help = runCli({ name, "--help" }).out;
        for (const auto& [spelling, option] :
            { std::pair("-o,--output", "-o"), std::pair("--report", "--report") }) {
            if (help.find("\n  " + std::string(spelling) + " ") != std::string::npos) {
                EXPECT_TRUE(tried.contains(name + " " + option)) << name << " " << option;
            }
        }
    }
}

} // namespace
} // namespace bw::test
