// Files of every format that names other files, naming what they should not: nothing outside of the folder is opened.

#include "core/base/error.h"
#include "core/model/loader.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/open_watch.h"
#include "tests/support/pickle_builder.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wire_builder.h"

#include <cstdio>
#include <filesystem>
#include <functional>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bw {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

/// A model's folder, and beside it one with a file "secret" that would be good data for any of the formats.
struct Places
{
    fs::path home;
    fs::path outside;
};

struct Reference
{
    const char* what;
    std::string name; ///< that the file gives, byte for byte
    std::function<void(const Places&)> prepare = {};
};

std::vector<Reference> references(const Places& places)
{
    const auto secret = (places.outside / "secret").string();
    const auto linkTo = [](const fs::path& target, const char* name) {
        return [target, name](const Places& p) { fs::create_symlink(target, p.home / name); };
    };
    return {
        { "absolute", secret },
        { "absolute with two slashes", "/" + secret },
        { "absolute by the process's folder", "/proc/self/cwd/../.." + secret },
        { "up", "../outside/secret" },
        { "up with a dot", "./../outside/secret" },
        { "up with two slashes", "..//outside//secret" },
        { "up from below", "sub/../../outside/secret", [](const Places& p) { fs::create_directory(p.home / "sub"); } },
        { "up at the end", "sub/..", [](const Places& p) { fs::create_directory(p.home / "sub"); } },
        { "through a linked folder", "link/secret", linkTo(places.outside, "link") },
        { "link to a file outside", "part", linkTo(places.outside / "secret", "part") },
        { "relative link to a file outside", "part", linkTo("../outside/secret", "part") },
        { "link over a link", "part",
            [](const Places& p) {
                fs::create_symlink(p.outside / "secret", p.outside / "hop");
                fs::create_symlink("../outside/hop", p.home / "part");
            } },
        { "link to a descriptor", "part", linkTo("/proc/self/fd/0", "part") },
        { "a descriptor", "/proc/self/fd/0" },
        { "a process's memory", "/proc/self/mem" },
        { "a device", "/dev/zero" },
        { "a device by a link", "part", linkTo("/dev/zero", "part") },
        { "a pipe", "part", [](const Places& p) { ::mkfifo((p.home / "part").c_str(), 0600); } },
        { "a folder", "part", [](const Places& p) { fs::create_directory(p.home / "part"); } },
        { "a link in a circle", "part", linkTo("part", "part") },
        { "backslashes", "..\\outside\\secret" },
        { "mixed slashes", "..\\/outside/secret" },
        { "a drive", "C:\\secret" },
        { "a network share", "\\\\host\\share\\secret" },
        { "an address", "file://" + secret },
        { "percent signs", "..%2Foutside%2Fsecret" },
        { "zero byte", "part\0../outside/secret"s },
        { "line break", "part\n../outside/secret" },
        { "dots behind", "../outside/secret..." },
        { "capitals", "../OUTSIDE/SECRET" },
        { "slash look-alike", "..\xE2\x88\x95outside\xE2\x88\x95secret" },
        { "home sign", "~/secret" },
        { "variable", "$HOME/secret" },
        { "a command", "|cat " + secret },
        { "empty", "" },
    };
}

std::string jsonOf(const std::string& text)
{
    std::string out = "\"";
    for (const char c : text) {
        const bool isPlain = static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
        char escaped[7] = {};
        std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        out += isPlain ? std::string(1, c) : std::string(escaped);
    }
    return out + "\"";
}

/// A format: writes a file into the folder that refers to `name`, and gives its path.
struct Format
{
    const char* title;
    std::string secret; ///< what a good part would be
    std::function<fs::path(const fs::path& home, const std::string& name)> write;
};

Format sharded(const char* title, const char* index, std::string part)
{
    return { title, std::move(part), [index](const fs::path& home, const std::string& name) {
                test::writeFile(home / index, R"({"weight_map": {"w": )" + jsonOf(name) + "}}");
                return home / index;
            } };
}

std::vector<Format> formats()
{
    return { sharded("safetensors shards", "model.safetensors.index.json",
                 test::safetensorsBytes(
                     "{" + test::tensorJson("w", "F32", "2,2", 0, 16) + "}", std::string(16, '\1'))),
        sharded("PyTorch shards", "pytorch_model.bin.index.json", test::pickle::torchZipOf({})),
        { "ONNX external data", std::string(16, '\1'), [](const fs::path& home, const std::string& name) {
             test::writeFile(home / "m.onnx", test::onnxModel({ test::onnxExternalTensor("w", { 4 }, 1, name) }));
             return home / "m.onnx";
         } } };
}

/// Runs `open` for each reference, each in new folders.
std::size_t expectNothingOpenedOutside(const Format& format)
{
    std::size_t count = 0;
    for (std::size_t i = 0;; ++i) {
        const test::TempDir dir;
        const Places places { dir / "home", dir / "outside" };
        fs::create_directory(places.home);
        fs::create_directory(places.outside);
        test::writeFile(places.outside / "secret", format.secret);
        const auto all = references(places);
        if (i == all.size()) {
            return count;
        }
        if (all[i].prepare) {
            all[i].prepare(places);
        }
        SCOPED_TRACE(format.title + ": "s + all[i].what);
        const auto file = format.write(places.home, all[i].name);
        test::OpenWatch watch({ places.outside });
        try {
            openModel(file);
            ADD_FAILURE() << "opened";
        } catch (const Error& error) {
            EXPECT_TRUE(error.kind() == ErrorKind::Refused || error.kind() == ErrorKind::BadFile
                || error.kind() == ErrorKind::NotFound)
                << error.fullEnglish();
            EXPECT_NE(error.fullEnglish().find(file.filename().string()), std::string::npos);
        }
        EXPECT_TRUE(watch.opened().empty());
        ++count;
    }
}

TEST(ReferenceEscapes, OfIndicesAndExternalDataOpenNothingOutside)
{
    for (const auto& format : formats()) {
        const auto count = expectNothingOpenedOutside(format);
        EXPECT_GE(count, 24U);
        std::printf("%zu escapes refused, nothing outside opened: %s\n", count, format.title);
    }
}

TEST(ReferenceEscapes, TheWatchSeesWhatIsOpened)
{
    const test::TempDir dir;
    test::writeFile(dir / "secret", "x");
    test::OpenWatch watch({ dir.path() });
    test::readFile(dir / "secret");
    EXPECT_FALSE(watch.opened().empty());
    EXPECT_TRUE(watch.opened().empty());
}

std::string ggufPart(std::uint64_t number)
{
    test::GgufBuilder file;
    file.entries = { test::ggufEntry("split.no", 2, test::littleEndian(number, 2)),
        test::ggufEntry("split.count", 2, test::littleEndian(2, 2)) };
    file.add("t" + std::to_string(number), { 4 }, 0, std::string(16, '\0'));
    return file.bytes();
}

/// Parts of GGUF files are named by the first part's own name, so that only what is there under that name can be wrong.
TEST(ReferenceEscapes, OfGgufPartsOpenNothingOutside)
{
    const std::string second = "m-00002-of-00002.gguf";
    using Prepare = std::function<void(const Places&, const fs::path&)>;
    const auto link = [](const std::string& target) -> Prepare {
        return [target](const Places&, const fs::path& at) { fs::create_symlink(target, at); };
    };
    const std::vector<std::pair<const char*, Prepare>> ways {
        { "nothing", [](const Places&, const fs::path&) {} },
        { "absolute link", [](const Places& p, const fs::path& at) { fs::create_symlink(p.outside / "secret", at); } },
        { "relative link", link("../outside/secret") },
        { "link with dots", link("./../outside/./secret") },
        { "link with two slashes", link("..//outside//secret") },
        { "link from below",
            [](const Places& p, const fs::path& at) {
                fs::create_directory(p.home / "sub");
                fs::create_symlink("sub/../../outside/secret", at);
            } },
        { "link over a link outside",
            [](const Places& p, const fs::path& at) {
                fs::create_symlink("secret", p.outside / "hop");
                fs::create_symlink("../outside/hop", at);
            } },
        { "link over a link inside",
            [](const Places& p, const fs::path& at) {
                fs::create_symlink("../outside/secret", p.home / "hop");
                fs::create_symlink("hop", at);
            } },
        { "link through a linked folder",
            [](const Places& p, const fs::path& at) {
                fs::create_symlink(p.outside, p.home / "folder");
                fs::create_symlink("folder/secret", at);
            } },
        { "link to the home folder by another way",
            [](const Places& p, const fs::path& at) {
                fs::create_symlink(p.outside / ".." / "outside" / "secret", at);
            } },
        { "link by the process's root",
            [](const Places& p, const fs::path& at) {
                fs::create_symlink("/proc/self/root" / (p.outside / "secret").relative_path(), at);
            } },
        { "link into a folder below",
            [](const Places& p, const fs::path& at) {
                fs::create_directory(p.home / "sub");
                test::writeFile(p.home / "sub" / "part", ggufPart(1));
                fs::create_symlink("sub/part", at);
            } },
        { "link to nothing", link("none") },
        { "link to nothing outside", link("../outside/none") },
        { "link in a circle", link(second) },
        { "link to a device", link("/dev/zero") },
        { "link to memory", link("/proc/self/mem") },
        { "link to a descriptor", link("/proc/self/fd/0") },
        { "link to the terminal", link("/dev/tty") },
        { "link to a password file", link("/etc/passwd") },
        { "pipe", [](const Places&, const fs::path& at) { ::mkfifo(at.c_str(), 0600); } },
        { "folder", [](const Places&, const fs::path& at) { fs::create_directory(at); } },
        { "link to a folder", link("../outside") },
        { "itself once more", link("m-00001-of-00002.gguf") },
    };
    EXPECT_GE(ways.size(), 24U);
    for (const auto& [what, prepare] : ways) {
        SCOPED_TRACE(what);
        const test::TempDir dir;
        const Places places { dir / "home", dir / "outside" };
        fs::create_directory(places.home);
        fs::create_directory(places.outside);
        test::writeFile(places.outside / "secret", ggufPart(1));
        test::writeFile(places.home / "m-00001-of-00002.gguf", ggufPart(0));
        prepare(places, places.home / second);
        test::OpenWatch watch({ places.outside });
        try {
            openModel(places.home / "m-00001-of-00002.gguf");
            ADD_FAILURE() << "opened";
        } catch (const Error& error) {
            EXPECT_NE(error.kind(), ErrorKind::Internal) << error.fullEnglish();
        }
        EXPECT_TRUE(watch.opened().empty());
    }
    std::printf("%zu escapes refused, nothing outside opened: GGUF parts\n", ways.size());
}

TEST(ReferenceEscapes, GgufPartsThatAModelCacheLinksToItsStoreOpen)
{
    const test::TempDir dir;
    fs::create_directory(dir / "blobs");
    fs::create_directory(dir / "snapshot");
    for (std::uint64_t i = 0; i < 2; ++i) {
        test::writeFile(dir / "blobs" / std::to_string(i), ggufPart(i));
        fs::create_symlink(fs::path("../blobs") / std::to_string(i),
            dir / "snapshot" / ("m-0000" + std::to_string(i + 1) + "-of-00002.gguf"));
    }
    EXPECT_EQ(openModel(dir / "snapshot" / "m-00001-of-00002.gguf")->layers().size(), 2U);
}

/// HDF5 files may name others in three ways; each is refused, wherever it leads.
TEST(ReferenceEscapes, OfHdf5OpenNothingOutside)
{
    const test::TempDir dir;
    const Places places { dir / "home", dir / "outside" };
    fs::create_directory(places.home);
    fs::create_directory(places.outside);
    test::writeFile(places.outside / "secret", std::string(64, 'x'));
    std::vector<std::string> arguments { places.home.string() };
    for (const auto& reference : references(places)) {
        const bool isText = !reference.name.empty() && reference.name.find('\0') == std::string::npos;
        if (isText) {
            arguments.push_back(reference.name);
        }
    }
    test::runPython(R"py(
import sys, h5py, numpy as np
for i, name in enumerate(sys.argv[2:]):
    with h5py.File(f"{sys.argv[1]}/link{i}.h5", "w") as f:
        f["w"] = h5py.ExternalLink(name, "/x")
    # Names of storage are written after the dataset was made, so that making it opens nothing.
    with h5py.File(f"{sys.argv[1]}/storage{i}.h5", "w") as f:
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_external(name.encode(), 0, 16)
        h5py.h5d.create(f.id, b"w", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((4,)), plist)
    with h5py.File(f"{sys.argv[1]}/virtual{i}.h5", "w", libver="latest") as f:
        layout = h5py.VirtualLayout((4,), "f4")
        layout[:] = h5py.VirtualSource(name.replace("%", "%%"), "x", shape=(4,))
        f.create_virtual_dataset("w", layout)
)py",
        arguments);
    std::size_t count = 0;
    for (const char* kind : { "link", "storage", "virtual" }) {
        for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
            const auto file = places.home / (kind + std::to_string(i) + ".h5");
            SCOPED_TRACE(file.filename().string() + " " + arguments[i + 1]);
            test::OpenWatch watch({ places.outside });
            try {
                openModel(file);
                ADD_FAILURE() << "opened";
            } catch (const Error& error) {
                EXPECT_EQ(errorKindName(error.kind()), "refused"s) << error.fullEnglish();
            }
            EXPECT_TRUE(watch.opened().empty());
            ++count;
        }
    }
    EXPECT_GE(count, 3U * 24U);
    std::printf("%zu escapes refused, nothing outside opened: HDF5 links, storage, virtual datasets\n", count);
}

} // namespace
} // namespace bw
