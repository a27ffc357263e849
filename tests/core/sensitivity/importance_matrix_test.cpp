#include "core/sensitivity/importance_matrix.h"

#include "core/base/error.h"
#include "core/model/loader.h"
#include "core/sensitivity/captures.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/model_builders.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace bw {

namespace {
using test::littleEndian;

std::string entry(const std::string& name, int calls, const std::vector<float>& values)
{
    return littleEndian(name.size(), 4) + name + littleEndian(static_cast<std::uint64_t>(calls), 4)
        + littleEndian(values.size(), 4) + test::floatBytes(values);
}

/// Two matrices, of 3 and 4 columns; sums over 2 and 5 calls.
std::string olderFile()
{
    return littleEndian(2, 4) + entry("blk.0.attn_q.weight", 2, { 2, 4, 6 }) + entry("fc.weight", 5, { 5, 0, 10, 2.5F })
        + littleEndian(7, 4) + littleEndian(8, 4) + "wiki.txt";
}

std::string ggufText(const std::string& text)
{
    return littleEndian(text.size(), 8) + text;
}

std::string tensorInfo(
    const std::string& name, const std::vector<std::uint64_t>& sizes, std::uint64_t offset, int type = 0)
{
    std::string out = ggufText(name) + littleEndian(sizes.size(), 4);
    for (const auto size : sizes) {
        out += littleEndian(size, 8);
    }
    return out + littleEndian(static_cast<std::uint64_t>(type), 4) + littleEndian(offset, 8);
}

/// The same in GGUF, sums over tokens; and a matrix of two experts, which is left out.
std::string ggufFile(const std::string& kind = "imatrix", int type = 0, std::uint64_t offset = 32)
{
    std::string head = "GGUF" + littleEndian(3, 4) + littleEndian(6, 8) + littleEndian(3, 8);
    head += ggufText("general.type") + littleEndian(8, 4) + ggufText(kind);
    head += ggufText("imatrix.datasets") + littleEndian(9, 4) + littleEndian(8, 4) + littleEndian(2, 8)
        + ggufText("wiki.txt") + ggufText("more.txt");
    head += ggufText("imatrix.chunk_count") + littleEndian(4, 4) + littleEndian(9, 4);
    head += tensorInfo("blk.0.attn_q.weight.in_sum2", { 3, 1 }, 0);
    head += tensorInfo("blk.0.attn_q.weight.counts", { 1, 1 }, offset, type);
    head += tensorInfo("fc.weight.in_sum2", { 4 }, 64);
    head += tensorInfo("fc.weight.counts", { 1 }, 96);
    head += tensorInfo("experts.weight.in_sum2", { 4, 2 }, 128);
    head += tensorInfo("experts.weight.counts", { 1, 2 }, 160);
    head.resize((head.size() + 31) / 32 * 32);
    const auto padded = [](const std::vector<float>& values) {
        auto bytes = test::floatBytes(values);
        bytes.resize(32);
        return bytes;
    };
    return head + padded({ 2, 4, 6 }) + padded({ 2 }) + padded({ 5, 0, 10, 2.5F }) + padded({ 5 })
        + padded({ 1, 2, 3, 4, 5, 6, 7, 8 }) + padded({ 1, 1 });
}

class ImportanceMatrices : public testing::Test
{
protected:
    ImportanceMatrix read(const std::string& bytes)
    {
        test::writeFile(m_folder / "file", bytes);
        return readImportanceMatrix(m_folder / "file", {});
    }
    test::TempDir m_folder;
};
} // namespace

TEST_F(ImportanceMatrices, BothFormsAreRead)
{
    for (const auto& bytes : { olderFile(), ggufFile() }) {
        const auto matrix = read(bytes);
        EXPECT_EQ(matrix.dataName, "wiki.txt");
        ASSERT_EQ(matrix.columns.size(), 2U);
        EXPECT_EQ(matrix.columns.at("fc.weight"), std::vector<float>({ 1, 0, 2, 0.5F }));
        EXPECT_EQ(matrix.columns.at("blk.0.attn_q.weight"), std::vector<float>({ 1, 2, 3 }));
        ASSERT_NE(matrix.find("model.layers.0.self_attn.q_proj.weight"), nullptr);
        EXPECT_EQ(matrix.find("model.layers.1.self_attn.q_proj.weight"), nullptr);
        EXPECT_EQ(matrix.find("absent"), nullptr);
    }
    EXPECT_EQ(ggufName("model.layers.12.mlp.down_proj.weight"), "blk.12.ffn_down.weight");
    EXPECT_EQ(ggufName("lm_head.weight"), "output.weight");
    EXPECT_EQ(ggufName("model.layers.0.input_layernorm.weight"), "");
}

TEST_F(ImportanceMatrices, DamagedFilesAreRefusedWhereverTheyAreCut)
{
    const auto older = olderFile();
    const auto gguf = ggufFile();
    for (std::size_t size = 0; size < older.size() - 16; ++size) {
        EXPECT_THROW(read(older.substr(0, size)), Error) << size;
    }
    for (std::size_t size = 0; size < gguf.size() - 64 - 32; ++size) {
        EXPECT_THROW(read(gguf.substr(0, size)), Error) << size;
    }
    // Whatever is changed, an error or an answer, and nothing worse.
    for (const auto& whole : { older, gguf }) {
        for (std::size_t at = 0; at < whole.size(); ++at) {
            for (const char bits : { '\x01', '\x80', '\xff' }) {
                auto bytes = whole;
                bytes[at] = static_cast<char>(bytes[at] ^ bits);
                try {
                    for (const auto& [name, values] : read(bytes).columns) {
                        EXPECT_LE(values.size(), whole.size());
                    }
                } catch (const Error& error) {
                    EXPECT_EQ(error.kind(), ErrorKind::BadFile);
                }
            }
        }
    }
    EXPECT_THROW(read(littleEndian(1, 4) + entry("a", 1, { -1 })), Error);
    EXPECT_THROW(read(littleEndian(1, 4) + entry("a", 1, { std::numeric_limits<float>::quiet_NaN() })), Error);
    EXPECT_THROW(read(littleEndian(2, 4) + entry("a", 1, { 1 }) + entry("a", 1, { 1 })), Error);
    EXPECT_THROW(read(ggufFile("model")), Error);
    EXPECT_THROW(read(ggufFile("imatrix", 1)), Error);
    EXPECT_THROW(read(ggufFile("imatrix", 0, std::uint64_t { 1 } << 63)), Error);
}

TEST_F(ImportanceMatrices, WeighTheErrorsOfTheirColumns)
{
    test::writeFile(m_folder / "imatrix.dat", olderFile());
    SensitivityRequest request;
    test::writeModelFile(m_folder / "m.safetensors",
        { { "fc.weight", test::normalTensor({ 6, 4 }, 1) }, { "blk.0.attn_q.weight", test::normalTensor({ 2, 5 }, 2) },
            { "other.weight", test::normalTensor({ 2, 5 }, 3) } });
    request.model = openModel(m_folder / "m.safetensors");
    request.layers = request.model->quantizableLayers();
    request.formats = { parseFormat("int3/c") };
    EXPECT_THROW(sensitivities().find("importance")->measure(request, nullptr, {}), Error);
    request.importance = m_folder / "imatrix.dat";
    const auto table = sensitivities().find("importance")->measure(request, nullptr, {});
    ASSERT_EQ(table.layers[0].layer, "fc.weight");
    const auto& layer = request.model->layer(request.layers[0]);
    const auto errors = weightErrors(layer, *quantizeLayer(layer, { request.formats[0], "rtn", {} }, {}), {});
    double wanted = 0;
    for (std::size_t i = 0; i < errors.size(); ++i) {
        const auto e = static_cast<double>(errors[i]);
        wanted += std::vector<double>({ 1, 0, 2, 0.5 })[i % 4] * e * e;
    }
    EXPECT_NEAR(table.layers[0].points[0].damage, wanted, 1e-12);
    EXPECT_DOUBLE_EQ(table.layers[0].value, 3.5 / 4);
    EXPECT_EQ(table.dataName, "wiki.txt");
    EXPECT_FALSE(table.layers[1].isKnown); // 3 columns for a layer of 5
    EXPECT_FALSE(table.layers[2].isKnown);
    EXPECT_NE(table.layers[2].note.english().find("no entry"), std::string::npos);
}

} // namespace bw
