// Files that would run programs, write files or open connections in tools that load them carelessly. Here each is
// opened in a process that the kernel ends at the first attempt.

#include "core/base/error.h"
#include "core/model/loader.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/pickle_builder.h"
#include "tests/support/python.h"
#include "tests/support/sandbox.h"
#include "tests/support/temp_dir.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace bw {
namespace {

using namespace std::string_literals;
using namespace test::pickle;

struct Hostile
{
    std::string what;
    std::string name;
    std::string bytes;
    std::string words; ///< of the refusal; "opened" if it opens and only its numbers are read
};

/// Functions that have been used in harmful pickles, also to slip past scanners.
constexpr const char* functions[][2] { { "os", "system" }, { "posix", "system" }, { "nt", "system" },
    { "subprocess", "Popen" }, { "subprocess", "check_output" }, { "builtins", "eval" }, { "builtins", "exec" },
    { "builtins", "getattr" }, { "builtins", "__import__" }, { "builtins", "open" }, { "builtins", "compile" },
    { "__builtin__", "eval" }, { "importlib", "import_module" }, { "runpy", "_run_code" }, { "pty", "spawn" },
    { "webbrowser", "open" }, { "pickle", "loads" }, { "marshal", "loads" }, { "types", "FunctionType" },
    { "operator", "attrgetter" }, { "functools", "partial" }, { "socket", "create_connection" },
    { "urllib.request", "urlopen" }, { "http.client", "HTTPSConnection" }, { "ctypes", "CDLL" }, { "shutil", "rmtree" },
    { "pathlib", "PosixPath" }, { "io", "FileIO" }, { "code", "InteractiveInterpreter" }, { "bdb", "Bdb" },
    { "cProfile", "run" }, { "timeit", "timeit" }, { "pip", "main" }, { "asyncio", "run" },
    { "multiprocessing.util", "spawnv_passfds" }, { "uuid", "_get_command_stdout" }, { "torch", "load" },
    { "torch.hub", "load" }, { "torch.jit", "load" }, { "torch.utils.cpp_extension", "load" }, { "torch", "from_file" },
    { "torch.storage", "_load_from_bytes" }, { "torch", "FloatStorage.from_file" }, { "torch._utils", "sys.modules" },
    { "torch._dynamo.guards", "GuardBuilder.get" }, { "numpy.testing._private.utils", "runstring" },
    { "numpy", "load" }, { "numpy.core.multiarray", "fromfile" }, { "collections", "OrderedDict.__reduce__" },
    { "__torch__", "Net" }, { "\xEF\xBD\x8F\xEF\xBD\x93", "system" } };

std::string zipOf(const std::string& opcodes)
{
    return torchZip(proto() + opcodes + stop);
}

std::vector<Hostile> hostilePickles(const std::string& command)
{
    std::vector<Hostile> out;
    for (const auto& function : functions) {
        const std::string name = std::string(function[0]) + "." + function[1];
        const auto opcodes = call(function[0], function[1], { text(command) });
        out.push_back({ name, "m.pt", zipOf(dict({ text("w"), tensor({}), text("x"), opcodes })), "refers to " });
        Legacy legacy;
        legacy.object = proto() + opcodes + stop;
        out.push_back({ name + ", legacy", "m.th", legacy.bytes(), "refers to " });
    }
    const auto system = call("os", "system", { text(command) });
    const auto add = [&](const char* what, const std::string& bytes, const char* words = "os.system") {
        out.push_back({ what, "m.pt", bytes, words });
    };
    const auto shortText = [](const std::string& t) { return "\x8c" + test::littleEndian(t.size(), 1) + t; };
    add("named on the stack", zipOf(shortText("os") + shortText("system") + "\x93" + tuple({ text(command) }) + "R"));
    add("named from memory",
        zipOf(shortText("system") + "\x94" + shortText("os") + "\x94" + "h\1h\0"s + "\x93" + tuple({}) + "R"));
    add("as a key", zipOf(dict({ system, tensor({}) })));
    add("as an argument of a tensor",
        zipOf(dict({ text("w"), call("torch._utils", "_rebuild_tensor_v2", { system }) })));
    add("as a storage", zipOf(dict({ text("w"), call("torch._utils", "_rebuild_tensor_v2", { system + "Q" }) })));
    add("as a state", zipOf(call("collections", "OrderedDict", {}) + system + "b"));
    add("as a class", zipOf(global("os", "system") + ")\x81"));
    add("with keywords", zipOf(global("os", "system") + ")}\x92"));
    add("after good weights", zipOf(dict({ text("w"), tensor({}) }) + system + "0"));
    add("behind the end", torchZip(proto() + dict({ text("w"), tensor({}) }) + stop + proto() + system + stop),
        "at the end");
    add("opcode INST", zipOf("(" + text(command) + "ios\nsystem\n"), "opcode 105");
    add("opcode OBJ", zipOf("(" + global("os", "system") + text(command) + "o"));
    add("opcode EXT1", zipOf("\x82\1"), "opcode 130");
    add("persistent text", zipOf("Pos.system\n"), "opcode 80");
    add("buffers", zipOf("\x97"), "opcode 151");
    add("protocol 0", torchZip("cos\nsystem\n(S'" + command + "'\ntR."));
    add("in the constants of a program",
        torchZip(
            proto() + dict({ text("w"), tensor({}) }) + stop, { { "archive/constants.pkl", proto() + system + stop } }),
        "");
    for (int part = 0; part < 3; ++part) {
        Legacy legacy;
        (part == 0 ? legacy.protocol : part == 1 ? legacy.system : legacy.keys) = proto() + system + stop;
        out.push_back({ "legacy pickle " + std::to_string(part), "m.th", legacy.bytes(), "os.system" });
    }
    return out;
}

/// What Keras and NumPy would run: made by Python, without Keras.
std::vector<Hostile> hostileArrays(const test::TempDir& dir, const std::string& command)
{
    test::runPython(R"py(
import sys, os, json, zipfile, base64, marshal, numpy as np, h5py
folder, command = sys.argv[1] + "/", sys.argv[2]
class Evil:
    def __reduce__(self): return os.system, (command,)
code = base64.b64encode(marshal.dumps(compile(f"__import__('os').system({command!r})", "x", "exec"))).decode()
lambda_layer = {"class_name": "Lambda", "config": {"name": "l", "function": {"class_name": "__lambda__", "config": {"code": code}}, "function_type": "lambda"}}
config = json.dumps({"class_name": "Sequential", "config": {"name": "s", "layers": [lambda_layer]}})
gadget = json.dumps({"module": "os", "class_name": "function", "config": "system", "registered_name": "system"})
def weights(path):
    with h5py.File(path, "w") as f:
        f["layers/dense/vars/0"] = np.ones((3, 2), np.float32)
        f.attrs["model_config"] = config
        f.attrs["training_config"] = gadget
weights(folder + "lambda.h5")
for name, text in (("lambda.keras", config), ("gadget.keras", gadget)):
    with zipfile.ZipFile(folder + name, "w") as z:
        z.write(folder + "lambda.h5", "model.weights.h5")
        z.writestr("config.json", text)
        z.writestr("metadata.json", "{}")
np.save(folder + "object.npy", np.array([Evil()], dtype=object))
np.savez(folder + "object.npz", w=np.array([Evil()], dtype=object))
np.savez(folder + "mixed.npz", a=np.ones((2, 2)), w=np.array([Evil()], dtype=object))
for name, target in (("external.h5", "/etc/hostname"), ("shell.h5", "|" + command)):
    with h5py.File(folder + name, "w") as f:
        f["w"] = h5py.ExternalLink(target, "/x")
with h5py.File(folder + "storage.h5", "w") as f:
    f.create_dataset("w", (4,), "f4", external=[(folder + "made-by-storage", 0, 16)])
)py",
        { dir.path().string(), command });
    return { { "Keras Lambda in an HDF5 file", "lambda.h5", "", "opened" },
        { "Keras Lambda in a .keras file", "lambda.keras", "", "opened" },
        { "Keras configuration that names os.system", "gadget.keras", "", "opened" },
        { "NumPy objects", "object.npy", "", "Python objects" },
        { "NumPy objects in an archive", "object.npz", "", "Python objects" },
        { "NumPy objects beside numbers", "mixed.npz", "", "Python objects" },
        { "HDF5 external link", "external.h5", "", "link into another file" },
        { "HDF5 external link to a command", "shell.h5", "", "link into another file" },
        { "HDF5 external storage", "storage.h5", "", "in other files" } };
}

std::string openAndTell(const std::filesystem::path& path)
{
    try {
        const auto model = openModel(path);
        for (const auto& layer : model->layers()) {
            toFloats(layer.view);
        }
        return "opened";
    } catch (const Error& error) {
        return error.fullEnglish();
    }
}

TEST(HostileFiles, TheSandboxEndsWhatTheyWouldDo)
{
    const test::TempDir dir;
    const auto path = (dir / "written").string();
    EXPECT_FALSE(test::runSandboxed([] { return "harmless"s; }).isKilled);
    EXPECT_EQ(test::runSandboxed([] { return "harmless"s; }).text, "harmless");
    EXPECT_TRUE(test::runSandboxed([&] { return std::to_string(std::ofstream(path).is_open()); }).isKilled);
    EXPECT_TRUE(test::runSandboxed([] { return std::to_string(::execl("/bin/true", "true", nullptr)); }).isKilled);
    EXPECT_TRUE(test::runSandboxed([&] { return std::to_string(::unlink(path.c_str())); }).isKilled);
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(HostileFiles, DoNothingWhenOpened)
{
    const test::TempDir dir;
    // Without LibTorch, whose start alone does what the sandbox forbids; its own tests open hostile programs.
    ::setenv("BITWRIGHT_PLUGIN_DIR", dir.path().c_str(), 1);
    const auto marker = dir / "acted";
    auto files = hostilePickles("touch " + marker.string());
    for (const auto& file : hostileArrays(dir, "touch " + marker.string())) {
        files.push_back(file);
    }
    std::filesystem::remove(dir / "made-by-storage");
    for (const auto& file : files) {
        if (!file.bytes.empty()) {
            test::writeFile(dir / file.name, file.bytes);
        }
        const auto result = test::runSandboxed([&] { return openAndTell(dir / file.name); });
        EXPECT_FALSE(result.isKilled) << file.what;
        EXPECT_NE(result.text.find(file.words), std::string::npos) << file.what << ": " << result.text;
        EXPECT_FALSE(std::filesystem::exists(marker)) << file.what;
    }
    ::unsetenv("BITWRIGHT_PLUGIN_DIR");
    EXPECT_FALSE(std::filesystem::exists(dir / "made-by-storage"));
    std::printf("%zu hostile files opened in a sandbox: none ran, connected or wrote anything\n", files.size());
    EXPECT_GE(files.size(), 40U);
}

} // namespace
} // namespace bw
