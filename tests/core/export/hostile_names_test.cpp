// Layers whose names look like paths: an export writes its own file and those beside it, and nothing else anywhere.

#include "core/base/zip_archive.h"
#include "core/export/exporter.h"
#include "core/formats/quant_format.h"
#include "core/model/loader.h"
#include "core/report/report.h"
#include "tests/support/model_builders.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bw::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> hostileNames(const fs::path& outside)
{
    const std::string target = (outside / "made").string();
    return { target, "/" + target, "../outside/made", "..", ".", "/", "./../outside/made", "a/../../outside/made",
        "..//outside//made", "..\\outside\\made", "C:\\made", "\\\\host\\share\\made", "file://" + target,
        "..%2Foutside%2Fmade", "made\n../outside/made", "~/made", "$HOME/made", "|touch " + target, "`touch " + target + "`",
        "$(touch " + target + ")", "*/ } ; #include \"/etc/passwd\"", "/dev/full", "/proc/self/mem", "/proc/self/fd/1",
        std::string(300, 'n'), "made ", "made.", "CON", "-o", "..\xE2\x88\x95outside\xE2\x88\x95made" };
}

std::set<std::string> everythingIn(const fs::path& folder)
{
    std::set<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        found.insert(fs::relative(entry.path(), folder).string());
    }
    return found;
}

bool isSafeMember(const std::string& name)
{
    const fs::path path(name);
    return !path.is_absolute() && name.find('\\') == std::string::npos
        && std::none_of(path.begin(), path.end(), [](const auto& part) { return part == ".."; });
}

QuantizedModelPtr quantizedWith(const std::string& layer, const fs::path& file)
{
    writeModelFile(file, { { layer, normalTensor({ 8, 32 }, 1) } });
    const auto model = openModel(file);
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat("int4/b32");
    return quantizeModel(model, resolve(recipe, *model), nullptr, {});
}

class HostileNames : public testing::Test
{
protected:
    TempDir m_root;
    fs::path m_before = fs::current_path();
    fs::path m_home = m_root / "home";

    void SetUp() override
    {
        fs::create_directory(m_home);
        fs::create_directory(m_root / "outside");
        fs::current_path(m_home);
    }
    void TearDown() override { fs::current_path(m_before); }
};

TEST_F(HostileNames, OfLayersAreNeverUsedAsPaths)
{
    std::size_t written = 0;
    std::size_t refused = 0;
    for (const auto* exporter : exporters().entries()) {
        for (const auto& name : hostileNames(m_root / "outside")) {
            SCOPED_TRACE(exporter->id + ": " + printable(name));
            const auto model = quantizedWith(name, m_home / "in.safetensors");
            const auto target = m_home / ("out" + exporter->suffix);
            std::set<std::string> expected { "home", "outside", "home/in.safetensors" };
            try {
                const auto receipt = exportModel(*model, target, *exporter, {}, {});
                expected.insert("home/" + target.filename().string());
                for (const auto& side : receipt.beside) {
                    expected.insert("home/" + side.filename().string());
                }
                if (exporter->suffix == ".npz") {
                    const ZipArchive archive(target);
                    for (const auto& member : archive.names()) {
                        EXPECT_TRUE(isSafeMember(member)) << printable(member);
                    }
                }
                ++written;
            } catch (const Error& error) {
                EXPECT_TRUE(error.kind() == ErrorKind::Unsupported || error.kind() == ErrorKind::BadInput)
                    << error.fullEnglish();
                ++refused;
            }
            EXPECT_EQ(everythingIn(m_root.path()), expected);
            for (const auto& made : expected) {
                if (made.starts_with("home/out")) {
                    fs::remove(m_root / made);
                }
            }
        }
    }
    std::printf("%zu exports with layers called like paths: %zu written, %zu refused, nothing else touched\n",
        written + refused, written, refused);
    EXPECT_GE(written + refused, 24 * exporters().entries().size());
}

TEST_F(HostileNames, OfLayersDoNoHarmInReports)
{
    std::size_t count = 0;
    for (const auto& name : hostileNames(m_root / "outside")) {
        const auto model = quantizedWith(name, m_home / "in.safetensors");
        writeReport({ model, {}, "2020-01-01T00:00:00Z" }, m_home / "report.h5", {});
        EXPECT_EQ(everythingIn(m_root.path()),
            (std::set<std::string> { "home", "outside", "home/in.safetensors", "home/report.h5" }))
            << printable(name);
        ++count;
    }
    std::printf("%zu reports with layers called like paths\n", count);
}

/// The output is put in place of a link, never written through it.
TEST_F(HostileNames, OutputsReplaceLinksInsteadOfFollowingThem)
{
    const auto outside = m_root / "outside";
    for (const auto* exporter : exporters().entries()) {
        SCOPED_TRACE(exporter->id);
        const auto model = quantizedWith("w.weight", m_home / "in.safetensors");
        const auto target = m_home / ("out" + exporter->suffix);
        std::vector<fs::path> outputs;
        try {
            const auto receipt = exportModel(*model, target, *exporter, {}, {});
            outputs = receipt.beside;
            outputs.push_back(target);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Unsupported) << error.fullEnglish();
            continue; // needs another kind of model
        }
        for (const char* kind : { "file", "missing", "folder" }) {
            writeFile(outside / "file", "precious");
            for (const auto& output : outputs) {
                fs::remove(output);
                fs::create_symlink(std::string(kind) == "folder" ? outside : outside / kind, output);
            }
            try {
                exportModel(*model, target, *exporter, {}, {});
            } catch (const Error& error) {
                EXPECT_STREQ(kind, "folder") << error.fullEnglish();
                EXPECT_EQ(error.kind(), ErrorKind::BadInput) << error.fullEnglish();
            }
            EXPECT_EQ(readFile(outside / "file"), "precious");
            EXPECT_EQ(everythingIn(outside), std::set<std::string> { "file" });
        }
        for (const auto& output : outputs) {
            fs::remove(output);
        }
    }
}

} // namespace
} // namespace bw::test
