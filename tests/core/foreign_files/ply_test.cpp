// Gaussian splats, against numpy.

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/model/loader.h"
#include "tests/support/bad_files.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/damaged_files.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <map>
#include <sstream>

#include <gtest/gtest.h>

namespace bw {
namespace {

using test::BadFile;

constexpr const char* readColumns = R"(
import sys, hashlib, numpy as np
data = open(sys.argv[1], "rb").read()
end = data.index(b"end_header\n") + 11
kinds = {"float": "<f4", "uint": "<u4", "uchar": "<u1"}
at = end
element = None
def finish():
    global at
    if element is None:
        return
    rows = np.frombuffer(data, np.dtype(fields), count, at)
    at += rows.nbytes
    for name, _ in fields:
        print(element, name, hashlib.sha256(rows[name].tobytes()).hexdigest(), sep="\t")
for line in data[:end].decode().split("\n"):
    words = line.split()
    if words[:1] == ["element"]:
        finish()
        element, count, fields = words[1], int(words[2]), []
    elif words[:1] == ["property"]:
        fields.append((words[2], kinds[words[1]]))
finish()
assert at == len(data)
)";

/// The column of a layer as stored bytes.
std::vector<std::byte> column(const LayerInfo& layer, std::size_t number)
{
    const auto& view = layer.view;
    const std::size_t size = info(view.dtype).size;
    const auto columns = static_cast<std::size_t>(view.shape[1]);
    std::vector<std::byte> bytes;
    for (std::size_t at = number * size; at < view.bytes.size(); at += columns * size) {
        bytes.insert(bytes.end(), view.bytes.begin() + static_cast<std::ptrdiff_t>(at),
            view.bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
    }
    return bytes;
}

void expectAsPythonReads(
    const std::filesystem::path& path, const std::map<std::string, std::pair<std::string, int>>& grouped)
{
    const auto model = openModel(path);
    EXPECT_EQ(model->format(), "ply");
    std::istringstream lines(test::runPython(readColumns, { path.string() }));
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        std::istringstream fields(line);
        std::string element;
        std::string name;
        std::string hash;
        fields >> element >> name >> hash;
        const auto group = grouped.find(name);
        const auto layerName = group != grouped.end() ? group->second.first
            : element == "vertex"                     ? name
                                                      : element + "." + name;
        const auto id = model->find(layerName);
        ASSERT_TRUE(id.isValid()) << layerName;
        const int number = group != grouped.end() ? group->second.second : 0;
        EXPECT_EQ(sha256(column(model->layer(id), static_cast<std::size_t>(number))), hash) << name;
    }
    EXPECT_GT(count, 0U);
}

TEST(Ply, AngelIsReadAsNumpyReadsIt)
{
    BW_NEED_SHARED_DATA();
    const std::map<std::string, std::pair<std::string, int>> grouped { { "x", { "position", 0 } },
        { "y", { "position", 1 } }, { "z", { "position", 2 } }, { "nx", { "normal", 0 } }, { "ny", { "normal", 1 } },
        { "nz", { "normal", 2 } }, { "f_dc_0", { "f_dc", 0 } }, { "f_dc_1", { "f_dc", 1 } },
        { "f_dc_2", { "f_dc", 2 } }, { "scale_0", { "scale", 0 } }, { "scale_1", { "scale", 1 } },
        { "scale_2", { "scale", 2 } }, { "rot_0", { "rot", 0 } }, { "rot_1", { "rot", 1 } }, { "rot_2", { "rot", 2 } },
        { "rot_3", { "rot", 3 } } };
    const auto path = test::sharedData() / "splat" / "angel.ply";
    expectAsPythonReads(path, grouped);
    const auto model = openModel(path);
    ASSERT_EQ(model->layers().size(), 6U);
    for (const auto& layer : model->layers()) {
        EXPECT_EQ(layer.view.shape.front(), 71377) << layer.name;
        EXPECT_TRUE(layer.isQuantizable()) << layer.name;
        EXPECT_EQ(layer.matrix().shape.front(), layer.view.shape.back()) << layer.name;
    }
    expectAsPythonReads(test::sharedData() / "splat" / "angel.compressed.ply", {});
}

std::string plyFile(const std::string& lines, std::size_t bytes)
{
    return "ply\nformat binary_little_endian 1.0\n" + lines + "end_header\n" + std::string(bytes, '\1');
}

std::vector<std::string> layerNames(const std::string& lines, std::size_t bytes)
{
    const test::TempDir dir;
    test::writeFile(dir / "m.ply", plyFile(lines, bytes));
    std::vector<std::string> names;
    const auto model = openModel(dir / "m.ply");
    for (const auto& layer : model->layers()) {
        names.push_back(layer.name);
    }
    return names;
}

TEST(Ply, PropertiesThatBelongTogetherAreColumns)
{
    using Names = std::vector<std::string>;
    EXPECT_EQ(layerNames("element vertex 2\nproperty float y\nproperty float x\nproperty float z\n", 24),
        Names { "position" });
    EXPECT_EQ(
        layerNames("element vertex 2\nproperty float f_rest_1\nproperty float f_rest_0\n", 16), Names { "f_rest" });
    EXPECT_EQ(layerNames("element vertex 2\nproperty float a_0\nproperty float a_2\n", 16), (Names { "a_0", "a_2" }));
    EXPECT_EQ(layerNames("element vertex 2\nproperty float a_0\nproperty uchar a_1\n", 10), (Names { "a_0", "a_1" }));
    EXPECT_EQ(layerNames("element vertex 2\nproperty double d\nelement face 1\nproperty list uchar int i\n", 29),
        Names { "d" });
}

std::vector<BadFile> badFiles()
{
    const std::string point = "element vertex 2\nproperty float x\n";
    const auto text = [](const std::string& all) { return "ply\n" + all; };
    const std::string format = "format binary_little_endian 1.0\n";
    const auto unsupported = ErrorKind::Unsupported;
    std::string many;
    for (int i = 0; i < 1001; ++i) {
        many += "property float p" + std::to_string(i) + "\n";
    }
    return {
        { "mark alone", "ply\n", { "middle of its header" } },
        { "no end of the header", text(format + point), { "middle of its header" } },
        { "cut in the last word", text(format + point + "end_head"), { "middle of its header" } },
        { "end without a line end", text(format + point + "end_header"), { "middle of its header" } },
        { "endless header", text(format + "comment " + std::string(100'000, 'x')), { "65536 bytes" } },
        { "header of comments", text([] {
             std::string lines;
             for (int i = 0; i < 10'000; ++i) {
                 lines += "comment a\n";
             }
             return lines;
         }()),
            { "65536 bytes" } },
        { "no format", text(point + "end_header\n12345678"), { "in which format" } },
        { "format twice", text(format + format + point + "end_header\n12345678"), { "format binary", "one format" } },
        { "format without a version", text("format binary_little_endian\nend_header\n"),
            { "one format and its version" } },
        { "format of four words", text("format binary_little_endian 1.0 x\nend_header\n"), { "one format" } },
        { "ascii", text("format ascii 1.0\n" + point + "end_header\n1\n2\n"), { "ascii", "binary_little_endian" },
            unsupported },
        { "big-endian", text("format binary_big_endian 1.0\n" + point + "end_header\n12345678"),
            { "binary_big_endian" }, unsupported },
        { "format unknown", text("format binary 1.0\nend_header\n"), { "do not have" } },
        { "version 2.0", text("format binary_little_endian 2.0\nend_header\n"), { "do not have" } },
        { "empty line", plyFile("\n" + point, 8), { "it is empty" } },
        { "line of spaces", plyFile("   \n" + point, 8), { "it is empty" } },
        { "line unknown", plyFile("vertices 3\n" + point, 8), { "vertices 3", "no kind" } },
        { "capital letters", plyFile("ELEMENT vertex 2\n", 8), { "no kind" } },
        { "element without a count", plyFile("element vertex\nproperty float x\n", 8), { "how many" } },
        { "element without a name", plyFile("element 2\nproperty float x\n", 8), { "how many" } },
        { "element of four words", plyFile("element vertex 2 3\nproperty float x\n", 8), { "how many" } },
        { "count of -1", plyFile("element vertex -1\nproperty float x\n", 8), { "how many" } },
        { "count of 1.5", plyFile("element vertex 1.5\nproperty float x\n", 8), { "how many" } },
        { "count of 1e3", plyFile("element vertex 1e3\nproperty float x\n", 8), { "how many" } },
        { "count a word", plyFile("element vertex many\nproperty float x\n", 8), { "how many" } },
        { "count of 2^63", plyFile("element vertex 9223372036854775808\nproperty float x\n", 8), { "how many" } },
        { "count of 2^63-1", plyFile("element vertex 9223372036854775807\nproperty float x\n", 8), { "too large" } },
        { "count of 2^62", plyFile("element vertex 4611686018427387904\nproperty float x\n", 8), { "too large" } },
        { "count of 2^61", plyFile("element vertex 2305843009213693952\nproperty float x\n", 8),
            { "\"vertex\"", "beyond the end" } },
        { "count with hexadecimal digits", plyFile("element vertex 0x2\nproperty float x\n", 8), { "how many" } },
        { "element twice", plyFile(point + "element vertex 2\nproperty float y\n", 16), { "such an element already" } },
        { "property before an element", plyFile("property float x\n", 8), { "before the first element" } },
        { "list before an element", plyFile("property list uchar int i\n", 8), { "before the first element" } },
        { "property without a name", plyFile("element vertex 2\nproperty float\n", 8), { "a type and a name" } },
        { "property alone", plyFile("element vertex 2\nproperty\n", 8), { "a type and a name" } },
        { "property of four words", plyFile("element vertex 2\nproperty float x y\n", 8), { "a type and a name" } },
        { "property twice", plyFile(point + "property float x\n", 16), { "such a property already" } },
        { "property twice in another type", plyFile(point + "property uchar x\n", 10), { "such a property already" } },
        { "type unknown", plyFile("element vertex 2\nproperty half x\n", 4), { "no type \"half\"" } },
        { "type in capital letters", plyFile("element vertex 2\nproperty FLOAT x\n", 8), { "no type \"FLOAT\"" } },
        { "type with control characters", plyFile("element vertex 2\nproperty \x1b[1m x\n", 8), { "no type \"\\x1b" } },
        { "list of four words", plyFile("element vertex 2\nproperty list uchar int\n", 8), { "a type and a name" } },
        { "list of an unknown type", plyFile("element vertex 2\nproperty list uchar half i\n", 8), { "no type" } },
        { "list counted in an unknown type", plyFile("element vertex 2\nproperty list half int i\n", 8),
            { "no type" } },
        { "list in the points", plyFile(point + "property list uchar int i\n", 8), { "lists" }, unsupported },
        { "points after lists", plyFile("element face 1\nproperty list uchar int i\n" + point, 8), { "lists" },
            unsupported },
        { "too many properties", plyFile("element vertex 1\n" + many, 4004), { "more than 1000" } },
        { "too many elements",
            plyFile(
                [] {
                    std::string lines;
                    for (int i = 0; i < 1001; ++i) {
                        lines += "element e" + std::to_string(i) + " 0\n";
                    }
                    return lines;
                }(),
                0),
            { "more than 1000" } },
        { "no data", plyFile(point, 0), { "2 rows of \"vertex\"", "beyond the end" } },
        { "one byte missing", plyFile(point, 7), { "beyond the end" } },
        { "one byte more", plyFile(point, 9), { "1 bytes after its last value" } },
        { "a row more", plyFile(point, 12), { "4 bytes after its last value" } },
        { "second element missing", plyFile(point + "element chunk 1\nproperty float a\n", 8),
            { "1 rows of \"chunk\"", "beyond the end" } },
        { "second element cut off", plyFile(point + "element chunk 1\nproperty float a\n", 11), { "beyond the end" } },
        { "sizes that wrap together", plyFile("element a 2305843009213693951\nproperty double x\n" + point, 8),
            { "too large" } },
        { "no elements", plyFile("", 0), { "no values" } },
        { "elements without properties", plyFile("element vertex 5\n", 0), { "no values" } },
        { "data without elements", plyFile("", 5), { "5 bytes after" } },
        { "lists alone", plyFile("element face 1\nproperty list uchar int i\n", 5), { "no values" } },
        { "Windows line ends and no format", "ply\r\nend_header\r\n", { "in which format" } },
        { "zeros in the header", "ply\n" + std::string(100, '\0'), { "middle of its header" } },
        { "zeros in a line", plyFile(std::string("element vertex 2\0\n", 18), 0), { "how many" } },
    };
}

TEST(Ply, BadFilesAreRefusedWithTheirCause)
{
    const auto files = badFiles();
    EXPECT_GE(files.size(), 60U);
    test::expectAllRefused("PLY", "m.ply", files);
}

TEST(Ply, DamageIsNeverASurprise)
{
    test::expectNoSurprises(
        plyFile("comment c\nelement vertex 3\nproperty float x\nproperty float f_0\nproperty uchar f_1\n", 27), "m.ply",
        1);
}

} // namespace
} // namespace bw
