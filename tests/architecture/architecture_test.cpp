// Holds the tree to its own rules: who may include what, how long a file may be, and that only its own file knows a
// family's or method's id.

#include "core/entropy/entropy_coder.h"
#include "core/formats/format_family.h"
#include "core/methods/method.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace bw {
namespace {

namespace fs = std::filesystem;

struct SourceFile
{
    std::string path; ///< from the project's root, with '/'
    std::string text;
    std::vector<std::string> lines() const
    {
        std::vector<std::string> result;
        std::istringstream stream(text);
        for (std::string line; std::getline(stream, line);) {
            result.push_back(line);
        }
        return result;
    }
};

const std::vector<SourceFile>& sources()
{
    static const std::vector<SourceFile> files = [] {
        std::vector<SourceFile> found;
        for (const char* top : { "app", "core", "widgets", "resources", "tests" }) {
            for (const auto& entry : fs::recursive_directory_iterator(test::sourceDir() / top)) {
                const auto suffix = entry.path().extension();
                if (suffix == ".cpp" || suffix == ".h" || suffix == ".inc") {
                    found.push_back({ fs::relative(entry.path(), test::sourceDir()).generic_string(),
                        test::readFile(entry.path()) });
                }
            }
        }
        return found;
    }();
    return files;
}

bool isUnder(const std::string& path, std::string_view folder)
{
    return path.starts_with(folder);
}

bool isQt(const std::string& include)
{
    return std::regex_match(include, std::regex("Q[A-Za-z/]+|qcustomplot\\.h|Qt[A-Z].*"));
}
bool isTorch(const std::string& include)
{
    return include.starts_with("torch/") || include.starts_with("ATen/") || include.starts_with("c10/")
        || include.starts_with("caffe2/");
}

/// What is wrong with one include of one file; empty if nothing.
std::string includeProblem(const std::string& file, const std::string& include)
{
    if (isUnder(file, "core/torch/") || isUnder(file, "tests/torch/")) {
        return isQt(include) || include == "hdf5.h" ? "LibTorch code includes neither Qt nor HDF5" : "";
    }
    if (isUnder(file, "resources/samples/maker/")) {
        return isQt(include) ? "the sample maker uses no Qt" : "";
    }
    if (isTorch(include)) {
        return "only core/torch sees LibTorch";
    }
    if (isUnder(file, "core/")) {
        if (isQt(include) || include == "iostream" || include.starts_with("widgets/") || include.starts_with("app/")) {
            return "core knows no Qt, no console, no window";
        }
        const bool mayUseHdf5 = isUnder(file, "core/report/") || isUnder(file, "core/session/")
            || isUnder(file, "core/model/loaders/") || isUnder(file, "core/calibrate/");
        if (include == "hdf5.h" && !mayUseHdf5) {
            return "HDF5 stays in report, session and loaders";
        }
        if (file.ends_with(".h") && include.starts_with("nlohmann/") && file != "core/base/json.h") {
            return "JSON comes through core/base/json.h";
        }
    }
    if (isUnder(file, "widgets/")) {
        if (include.starts_with("app/")) {
            return "widgets do not know the application";
        }
        if (include == "qcustomplot.h" && !isUnder(file, "widgets/plots/")) {
            return "qcustomplot.h only in widgets/plots";
        }
        if (include == "qcustomplot.h" && file.ends_with(".h")) {
            return "qcustomplot.h only in .cpp files";
        }
        if (include.starts_with("core/")) {
            const auto header = test::readFile(test::sourceDir() / include);
            if (header.find("// value header") == std::string::npos) {
                return "widgets include only value headers of core";
            }
        }
    }
    if (isUnder(file, "app/cli/")
        && (isQt(include) || include.starts_with("widgets/") || include.starts_with("app/document"))) {
        return "bitwright-cli knows no Qt";
    }
    return "";
}

TEST(Architecture, IncludesFollowTheLayers)
{
    const std::regex pattern("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]");
    for (const auto& file : sources()) {
        for (const auto& line : file.lines()) {
            std::smatch match;
            if (std::regex_search(line, match, pattern)) {
                const auto problem = includeProblem(file.path, match[1]);
                EXPECT_TRUE(problem.empty()) << file.path << " includes " << match[1] << ": " << problem;
            }
        }
    }
}

TEST(Architecture, ATamperedTreeWouldBeNoticed)
{
    EXPECT_NE(includeProblem("core/model/model.cpp", "QString"), "");
    EXPECT_NE(includeProblem("core/engine/x.cpp", "torch/script.h"), "");
    EXPECT_NE(includeProblem("widgets/x.cpp", "core/model/loader.h"), "");
    EXPECT_NE(includeProblem("app/cli/main.cpp", "QCoreApplication"), "");
    EXPECT_EQ(includeProblem("widgets/x.cpp", "core/formats/grid.h"), "");
}

TEST(Architecture, FilesStayShort)
{
    std::vector<std::size_t> lengths;
    for (const auto& file : sources()) {
        const auto length = file.lines().size();
        lengths.push_back(length);
        EXPECT_LE(length, 600U) << file.path;
    }
    std::sort(lengths.begin(), lengths.end());
    EXPECT_LE(lengths[lengths.size() / 2], 200U) << "median file length";
    EXPECT_LE(lengths[lengths.size() * 9 / 10], 420U) << "90 % of the files are shorter than this";
}

TEST(Architecture, HeadersAreGuarded)
{
    for (const auto& file : sources()) {
        if (file.path.ends_with(".h")) {
            EXPECT_TRUE(file.text.starts_with("#pragma once")) << file.path;
        }
    }
}

/// Ids that are also everyday words or scaling spellings, and so occur elsewhere as strings for other reasons.
const std::set<std::string> everydayWords { "int", "none", "levels", "float", "gguf", "uint" };

TEST(Architecture, OnlyItsOwnFileKnowsAnId)
{
    std::vector<std::string> ids;
    for (const auto* family : formatFamilies().entries()) {
        ids.push_back(family->id);
    }
    for (const auto* method : methods().entries()) {
        ids.push_back(method->id);
    }
    for (const auto* coder : entropyCoders().entries()) {
        ids.push_back(coder->id);
    }
    ASSERT_GE(ids.size(), 8U);
    for (const auto& file : sources()) {
        // Defaults of a recipe are data, spelt once in recipe.h.
        if (isUnder(file.path, "core/formats/families/") || isUnder(file.path, "core/methods/")
            || isUnder(file.path, "core/entropy/coders/") || isUnder(file.path, "core/formats/extras/")
            || isUnder(file.path, "tests/") || file.path == "core/recipe/recipe.h") {
            continue;
        }
        for (const auto& id : ids) {
            if (!everydayWords.contains(id)) {
                EXPECT_EQ(file.text.find("\"" + id + "\""), std::string::npos)
                    << file.path << " knows \"" << id << "\"";
            }
        }
    }
}

TEST(Architecture, CoreNeverPrintsOrEndsTheProgram)
{
    const std::regex forbidden("\\b(printf|fprintf|puts|abort|exit|_exit|quick_exit)\\s*\\(|std::c(out|err|log)\\b|"
                               "\\bstd::sto[dfil]|\\bstrtod\\b|\\batof\\b");
    for (const auto& file : sources()) {
        if (isUnder(file.path, "core/")) {
            for (const auto& line : file.lines()) {
                const auto code = line.substr(0, line.find("//"));
                // A child process has to end itself.
                const bool isChildsEnd = file.path == "core/base/isolated_process.cpp" && code.starts_with("    ::_exit(");
                EXPECT_TRUE(isChildsEnd || !std::regex_search(code, forbidden)) << file.path << ": " << line;
            }
        }
    }
}

TEST(Architecture, TheProgramWithoutAWindowLinksNoQt)
{
    const auto program = test::binaryDir() / "bin" / "bitwright-cli";
    ASSERT_TRUE(fs::exists(program)) << program;
    const auto bytes = test::readFile(program);
    // Names of needed libraries stand in .dynstr as plain text.
    EXPECT_EQ(bytes.find("libQt"), std::string::npos);
    EXPECT_EQ(bytes.find("libtorch"), std::string::npos);
}

} // namespace
} // namespace bw
