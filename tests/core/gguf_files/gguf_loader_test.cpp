// What the loader says of GGUF files, against a reader written from the specification in Python.

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/model/gguf_header.h"
#include "core/model/loader.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <chrono>
#include <cstdlib>
#include <sstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace bw {
namespace {

namespace fs = std::filesystem;
using test::GgufBuilder;
using test::littleEndian;

std::vector<std::vector<std::string>> listed(const fs::path& file)
{
    const auto script = test::sourceDir() / "tests/core/gguf_files/gguf_reader.py";
    std::istringstream lines(test::runProgram({ "/usr/bin/python3", script.string(), "list", file.string() }));
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> row;
        std::istringstream fields(line);
        for (std::string field; std::getline(fields, field, '\t');) {
            row.push_back(field);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::string shapeWithX(const Shape& shape)
{
    std::string text;
    for (const auto size : shape) {
        text += (text.empty() ? "" : "x") + toText(size);
    }
    return text;
}

void expectEntry(const Model& model, const std::vector<std::string>& row)
{
    const auto found = model.metadata().find(row[1]);
    ASSERT_NE(found, model.metadata().end()) << row[1];
    const auto& text = found->second;
    if (row[2] == "text") {
        EXPECT_EQ(sha256(std::as_bytes(std::span(text))), row[3]) << row[1];
    } else if (row[2] == "array") {
        EXPECT_TRUE(text.starts_with("[" + row[3] + " ")) << row[1] << ": " << text;
    } else if (row[2] == "whole") {
        EXPECT_EQ(text, row[3]) << row[1];
    } else {
        EXPECT_EQ(static_cast<float>(*parseDouble(text)), static_cast<float>(*parseDouble(row[3]))) << row[1];
    }
}

void expectTensor(const Model& model, const std::vector<std::string>& row)
{
    const auto id = model.find(row[1]);
    ASSERT_TRUE(id.isValid()) << row[1];
    const auto& layer = model.layer(id);
    EXPECT_EQ(shapeWithX(layer.view.shape), row[2]) << row[1];
    EXPECT_EQ(toText(ggmlTypeNamed(layer.stored ? layer.stored->format : row[1]) != nullptr
                      ? ggmlTypeNamed(layer.stored->format)->number
                      : ggmlType(layer.view.dtype)->number),
        row[3])
        << row[1];
    const auto& raw = layer.stored ? layer.stored->data.bytes : layer.view.bytes;
    EXPECT_EQ(sha256(raw), row[4]) << row[1];
    const auto values = toFloats(layer.view);
    if (row[5] != "-") {
        EXPECT_EQ(sha256(std::as_bytes(std::span(values))), row[5]) << row[1] << " decodes to other values";
    }
    // The same in pieces that begin and end inside blocks.
    for (std::size_t first = 0; first < values.size(); first += 37) {
        std::vector<float> piece(std::min<std::size_t>(71, values.size() - first));
        layer.view.read(first, piece);
        ASSERT_TRUE(std::equal(piece.begin(), piece.end(), values.begin() + static_cast<std::ptrdiff_t>(first)))
            << row[1] << " from " << first;
    }
}

void expectAsPythonReads(const fs::path& file)
{
    const auto rows = listed(file);
    const auto model = openModel(file);
    std::size_t entries = 0;
    std::size_t tensors = 0;
    for (const auto& row : rows) {
        row[0] == "entry" ? expectEntry(*model, row) : expectTensor(*model, row);
        ++(row[0] == "entry" ? entries : tensors);
    }
    EXPECT_EQ(model->metadata().size(), entries);
    EXPECT_EQ(model->layers().size(), tensors);
    EXPECT_GT(tensors, 0U);
}

TEST(GgufLoader, StoriesAreReadAsPythonReadsThem)
{
    BW_NEED_SHARED_DATA();
    for (const char* name : { "stories260K.gguf", "stories260K-q4_0.gguf", "stories260K-q8_0.gguf" }) {
        SCOPED_TRACE(name);
        expectAsPythonReads(test::sharedData() / "stories260k" / name);
    }
}

TEST(GgufLoader, EveryTypeIsReadAsPythonReadsIt)
{
    const test::TempDir dir;
    test::writeFile(dir / "all.gguf", test::everyTypeGguf());
    expectAsPythonReads(dir / "all.gguf");
}

TEST(GgufLoader, QuantizedTensorsAreShownAsSuch)
{
    const test::TempDir dir;
    test::writeFile(dir / "all.gguf", test::everyTypeGguf());
    const auto model = openModel(dir / "all.gguf");
    EXPECT_EQ(model->format(), "gguf");
    const auto& layer = model->layer(model->find("blk.0.q4_k.weight"));
    ASSERT_NE(layer.stored, nullptr);
    EXPECT_EQ(layer.storedType(), "q4_k");
    EXPECT_EQ(layer.storedBytes(), 3U * 2 * 144);
    EXPECT_DOUBLE_EQ(layer.storedBits(), 4.5);
    EXPECT_EQ(layer.view.dtype, DType::F32);
    EXPECT_TRUE(layer.isQuantizable());
    const auto& plain = model->layer(model->find("blk.0.attn_q.weight"));
    EXPECT_EQ(plain.stored, nullptr);
    EXPECT_EQ(plain.storedType(), "F16");
    EXPECT_EQ(plain.role, "q");
    EXPECT_EQ(model->layer(model->find("token_embd.weight")).kind, LayerKind::Embedding);
    EXPECT_TRUE(model->warnings().empty());
    const auto warning = requantizingWarning(*model);
    ASSERT_TRUE(warning);
    EXPECT_NE(warning->english().find("16 of 22 tensors are quantized already"), std::string::npos)
        << warning->english();
    EXPECT_EQ(model->metadata().at("a.list"), "[3 i32 numbers: 1, 2, 3]");
    EXPECT_EQ(model->metadata().at("a.i8"), "-56");
    EXPECT_EQ(model->metadata().at("a.u64"), "18446744073709551615");
}

TEST(GgufLoader, BlocksWithoutADecoderAreKeptAndSaid)
{
    GgufBuilder file;
    file.add("a.weight", { 256, 2 }, 16, std::string(2 * 66, '\3'));
    file.add("b.weight", { 2, 2 }, 0, std::string(16, '\0'));
    const test::TempDir dir;
    test::writeFile(dir / "m.gguf", file.bytes());
    const auto model = openModel(dir / "m.gguf");
    const auto& layer = model->layer(model->find("a.weight"));
    EXPECT_EQ(layer.storedType(), "iq2_xxs");
    EXPECT_FALSE(layer.isQuantizable());
    ASSERT_EQ(model->warnings().size(), 1U);
    EXPECT_NE(model->warnings().front().english().find("iq2_xxs"), std::string::npos);
}

std::string splitPart(std::uint64_t number, std::uint64_t count, const std::string& tensor)
{
    GgufBuilder file;
    file.entries = { test::ggufEntry("split.no", 2, littleEndian(number, 2)),
        test::ggufEntry("split.count", 2, littleEndian(count, 2)),
        test::ggufEntry("split.tensors.count", 5, littleEndian(count, 4)) };
    file.add(tensor, { 2, 2 }, 0, std::string(16, static_cast<char>(number)));
    return file.bytes();
}

TEST(GgufLoader, SplitFilesAreOneModel)
{
    const test::TempDir dir;
    for (std::uint64_t i = 0; i < 3; ++i) {
        test::writeFile(
            dir / ("m-0000" + std::to_string(i + 1) + "-of-00003.gguf"), splitPart(i, 3, "t" + std::to_string(i)));
    }
    for (const char* name : { "m-00001-of-00003.gguf", "m-00002-of-00003.gguf" }) {
        const auto model = openModel(dir / name);
        ASSERT_EQ(model->layers().size(), 3U) << name;
        EXPECT_EQ(model->files().size(), 3U);
        EXPECT_EQ(model->layers()[2].name, "t2");
        EXPECT_EQ(std::to_integer<int>(model->layers()[2].view.bytes[0]), 2);
    }
}

void expectError(const fs::path& path, ErrorKind kind, const std::string& words)
{
    try {
        openModel(path);
        ADD_FAILURE() << "opened; expected: " << words;
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), kind) << error.fullEnglish();
        EXPECT_NE(error.fullEnglish().find(words), std::string::npos) << error.fullEnglish();
    }
}

TEST(GgufLoader, WrongPartsAreRefused)
{
    const test::TempDir dir;
    const auto part = [&](const char* name, const std::string& bytes) { test::writeFile(dir / name, bytes); };
    part("a-00001-of-00002.gguf", splitPart(0, 2, "x"));
    expectError(dir / "a-00001-of-00002.gguf", ErrorKind::NotFound, "a-00002-of-00002.gguf: the file does not exist");
    part("a-00002-of-00002.gguf", splitPart(0, 2, "y"));
    expectError(dir / "a-00001-of-00002.gguf", ErrorKind::BadFile, "part 2 of 2, but its metadata does not say so");
    part("a-00002-of-00002.gguf", splitPart(1, 3, "y"));
    expectError(dir / "a-00001-of-00002.gguf", ErrorKind::BadFile, "part 2 of 2");
    part("a-00002-of-00002.gguf", splitPart(1, 2, "x"));
    expectError(dir / "a-00001-of-00002.gguf", ErrorKind::BadFile, "two tensors are called x");
    part("b.gguf", splitPart(0, 2, "x"));
    expectError(dir / "b.gguf", ErrorKind::BadFile, "one of 2 parts, but is not called like one");
    part("c-00001-of-00003.gguf", splitPart(0, 2, "x"));
    expectError(dir / "c-00001-of-00003.gguf", ErrorKind::BadFile, "is not called like one");
    part("d-00001-of-00002.gguf", splitPart(0, 2, "x"));
    fs::create_directory(dir / "d-00002-of-00002.gguf");
    expectError(dir / "d-00001-of-00002.gguf", ErrorKind::BadFile, "this is a folder");
}

TEST(GgufLoader, LargeFileOpensAtOnce)
{
    // 300 tensors of 44 MB in a file that is all holes.
    GgufBuilder file;
    constexpr std::uint64_t columns = 4096;
    constexpr std::uint64_t rows = 5376;
    constexpr std::uint64_t tensorBytes = columns * rows * 2;
    file.entries.push_back(test::ggufTextEntry("general.architecture", "llama"));
    std::string tokens;
    for (int i = 0; i < 128'000; ++i) {
        tokens += test::ggufString("token" + std::to_string(i));
    }
    file.entries.push_back(test::ggufEntry("tokenizer.ggml.tokens", 9, test::ggufArray(8, 128'000, tokens)));
    for (std::uint64_t i = 0; i < 300; ++i) {
        file.tensors.push_back(
            test::ggufTensor("blk." + std::to_string(i) + ".ffn_up.weight", { columns, rows }, 1, i * tensorBytes));
    }
    const test::TempDir dir;
    const auto path = dir / "large.gguf";
    test::writeFile(path, file.bytes());
    ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(fs::file_size(path) / 32 * 32 + 32 + 300 * tensorBytes)), 0);
    ASSERT_GT(fs::file_size(path), 13'000'000'000U);
    const auto start = std::chrono::steady_clock::now();
    const auto model = openModel(path);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(model->layers().size(), 300U);
    EXPECT_LT(seconds.count(), 0.5);
}

} // namespace
} // namespace bw
