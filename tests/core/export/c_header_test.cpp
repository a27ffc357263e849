// The C header: compiled by the system's compilers as C and as C++, its function gives the engine's values.

#include "core/export/exporter.h"
#include "core/export/quantized_file.h"
#include "core/formats/format_family.h"
#include "core/model/loader.h"
#include "tests/support/model_builders.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

constexpr const char* program = R"(
#include "model.h"
#include <stdio.h>
#include <string.h>
int main(void)
{
    int n;
    for (n = 0; n < BW_TENSOR_COUNT; ++n) {
        const bw_tensor *t = &bw_tensors[n];
        uint64_t i;
        printf("%s", t->name);
        for (i = 0; i < t->count; ++i) {
            const float value = bw_value(t, i) + 0.0f;
            uint32_t bits;
            memcpy(&bits, &value, sizeof bits);
            printf(" %u", bits);
        }
        printf("\n");
    }
    return 0;
}
)";

std::string lineOf(const std::string& name, const std::vector<float>& values)
{
    std::string line = name;
    for (const float value : values) {
        const float positive = value + 0.0F;
        std::uint32_t bits = 0;
        std::memcpy(&bits, &positive, sizeof bits);
        line += " " + std::to_string(bits);
    }
    return line + "\n";
}

/// Values in the order of the header: output channels first.
std::vector<float> valuesOf(const QuantizedTensor& tensor)
{
    std::vector<float> values(static_cast<std::size_t>(tensor.count()));
    decodeTensor(tensor, 0, values);
    return values;
}

class CHeader : public testing::Test
{
protected:
    TempDir m_folder;
    ModelPtr m_model = smallModel(m_folder / "in.safetensors");

    QuantizedModelPtr quantized(const std::string& format) const
    {
        Recipe recipe = defaultRecipe();
        recipe.fallback.format = parseFormat(format);
        return quantizeModel(m_model, resolve(recipe, *m_model), nullptr, {});
    }

    void exportTo(const std::string& format, bool dequantized = false)
    {
        exportModel(*quantized(format), m_folder / "model.h", exporterFor("model.h", {}), { dequantized, {} }, {});
    }

    std::string printed(const char* compiler, const char* language)
    {
        std::ofstream(m_folder / "main.c") << program;
        const std::string run = (m_folder / "run").string();
        int exitCode = 0;
        const std::string said = runProgram(
            { compiler, "-x", language, "-Wall", "-Wextra", "-Werror", "-o", run, (m_folder / "main.c").string() },
            &exitCode);
        EXPECT_EQ(exitCode, 0) << said;
        return runProgram({ run }, &exitCode);
    }
};

TEST_F(CHeader, CompiledItGivesTheSameValues)
{
    for (const char* format :
        { "int4/c", "uint4/b32:search", "nf4/b64", "kmeans3/c", "pow4/c", "int8/t", "f16", "f32" }) {
        exportTo(format);
        const std::string found = printed("cc", "c");
        const auto model = quantized(format);
        for (const LayerInfo& layer : m_model->layers()) {
            const auto* done = std::get_if<QuantizedLayerPtr>(&model->layers[layer.id.index()]);
            const auto values = done == nullptr ? toFloats(layer.view) : valuesOf((*done)->tensor);
            EXPECT_NE(found.find(lineOf(layer.name, values)), std::string::npos) << format << " " << layer.name;
        }
    }
}

TEST_F(CHeader, IsCPlusPlusToo)
{
    exportTo("int4/c");
    EXPECT_NE(printed("c++", "c++").find("conv1.weight"), std::string::npos);
}

TEST_F(CHeader, FloatValuesWhenAskedFor)
{
    exportTo("q4_0", true);
    EXPECT_NE(printed("cc", "c").find("conv1.weight"), std::string::npos);
}

TEST_F(CHeader, WhatHasNoArraysIsRefused)
{
    writeModelFile(m_folder / "in.safetensors", { { "w.weight", normalTensor({ 4, 64 }, 1) } });
    m_model = openModel(m_folder / "in.safetensors");
    for (const char* format : { "q4_0", "vq2x8/c", "int4/c/rans", "int4/b32/rot=1" }) {
        try {
            exportTo(format);
            ADD_FAILURE() << format;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Unsupported) << error.fullEnglish();
        }
        EXPECT_FALSE(std::filesystem::exists(m_folder / "model.h")) << format;
    }
}

TEST_F(CHeader, IsVerifiedAndMadeAgain)
{
    const auto allOk = [](const std::vector<VerifyCheck>& checks) {
        return !checks.empty()
            && std::all_of(checks.begin(), checks.end(), [](const VerifyCheck& check) { return check.isOk; });
    };
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat("int4/c");
    recipe.rules.push_back({ "^conv.*/|^conv", parseFormat("uint4/c"), {}, {} }); // ends a comment if taken literally
    const auto model = quantizeModel(m_model, resolve(recipe, *m_model), nullptr, {});
    const auto path = m_folder / "model.h";
    for (const bool dequantized : { false, true }) {
        exportModel(*model, path, exporterFor(path, {}), { dequantized, {} }, {});
        EXPECT_TRUE(allOk(verifyFile(path, {}, {})));
        EXPECT_EQ(verifyFile(path, m_model->path(), {}).size(), 4U);
        EXPECT_TRUE(allOk(verifyFile(path, m_model->path(), {})));
    }
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    for (const std::size_t at : { text.str().size() / 2, text.str().size() - 10 }) {
        std::string bad = text.str();
        bad[at] = bad[at] == '1' ? '2' : '1';
        std::ofstream(path) << bad;
        EXPECT_FALSE(allOk(verifyFile(path, {}, {}))) << at;
    }
}

TEST_F(CHeader, SaysWhereItComesFrom)
{
    exportTo("int4/c");
    std::ostringstream text;
    text << std::ifstream(m_folder / "model.h").rdbuf();
    EXPECT_NE(text.str().find("bitwright.source_sha256: "), std::string::npos);
    EXPECT_NE(text.str().find("bitwright.recipe: "), std::string::npos);
}

} // namespace
} // namespace bw::test
