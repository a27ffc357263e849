// The pack-quantized layout of compressed-tensors, read by a reader written from its description (numpy).

#include "core/base/json.h"
#include "core/export/exporter.h"
#include "core/export/quantized_file.h"
#include "core/formats/format_family.h"
#include "core/export/quantized_layout.h"
#include "core/model/loader.h"
#include "tests/support/model_builders.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

/// Prints, per module, the float32 values an unpacked weight has as hex.
constexpr const char* reader = R"(
import json, struct, sys
import numpy as np
data = open(sys.argv[1], "rb").read()
length = struct.unpack("<Q", data[:8])[0]
header = json.loads(data[8:8 + length])
types = {"I32": np.int32, "I64": np.int64, "F16": np.float16, "F32": np.float32, "BF16": np.uint16}
def tensor(name):
    entry = header[name]
    a, b = entry["data_offsets"]
    values = np.frombuffer(data[8 + length + a:8 + length + b], dtype=types[entry["dtype"]]).reshape(entry["shape"])
    if entry["dtype"] == "BF16":
        values = (values.astype(np.uint32) << 16).view(np.float32)
    return values
def unpack(words, bits, count):  # along the last axis
    words = words.astype(np.uint32)
    each = 32 // bits
    out = np.stack([(words >> (bits * i)) & ((1 << bits) - 1) for i in range(each)], axis=-1)
    return out.reshape(words.shape[0], -1)[:, :count].astype(np.int64) - (1 << (bits - 1))
config = json.load(open(sys.argv[2]))["quantization_config"]
assert config["quant_method"] == "compressed-tensors" and config["format"] == "pack-quantized"
for group in config["config_groups"].values():
    weights = group["weights"]
    for module in group["targets"]:
        rows, columns = tensor(module + ".weight_shape")
        codes = unpack(tensor(module + ".weight_packed"), weights["num_bits"], columns)
        scale = tensor(module + ".weight_scale").astype(np.float32)
        if weights["strategy"] == "tensor":
            scale = np.broadcast_to(scale, (rows, 1))
        repeat = columns // scale.shape[1]
        if weights["strategy"] == "group":
            assert repeat == weights["group_size"]
        if not weights["symmetric"]:
            zero = unpack(tensor(module + ".weight_zero_point").T, weights["num_bits"], rows).T
            codes = codes - np.repeat(zero, repeat, axis=1)
        values = codes.astype(np.float32) * np.repeat(scale, repeat, axis=1)
        print(module, weights["num_bits"], weights["strategy"], (values + np.float32(0)).astype("<f4").tobytes().hex())
print("ignored", ",".join(config["ignore"]))
)";

class CompressedTensors : public testing::Test
{
protected:
    TempDir m_folder;
    std::filesystem::path m_out = m_folder / "out.safetensors";

    ModelPtr model() const
    {
        writeModelFile(m_folder / "in.safetensors",
            { { "a.q_proj.weight", normalTensor({ 12, 64 }, 1, DType::BF16) },
                { "a.k_proj.weight", normalTensor({ 5, 96 }, 2) }, { "lm_head.weight", normalTensor({ 7, 32 }, 3) },
                { "a.norm.weight", normalTensor({ 64 }, 4) } });
        return openModel(m_folder / "in.safetensors");
    }

    static QuantizedModelPtr quantized(const ModelPtr& model, const std::string& format)
    {
        Recipe recipe = defaultRecipe();
        recipe.fallback.format = parseFormat(format);
        RecipeRule head;
        head.match = "lm_head";
        head.format = parseFormat("f16");
        recipe.rules.push_back(head);
        return quantizeModel(model, resolve(recipe, *model), nullptr, {});
    }
};

std::string hexOf(const TensorView& view)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const float value : toFloats(view)) {
        const float positive = value + 0.0F;
        for (const std::byte byte : std::as_bytes(std::span(&positive, 1))) {
            hex += digits[static_cast<std::size_t>(byte) / 16];
            hex += digits[static_cast<std::size_t>(byte) % 16];
        }
    }
    return hex;
}

TEST_F(CompressedTensors, AForeignReaderFindsTheSameValues)
{
    const auto source = model();
    for (const char* format : { "int4/c", "int4s/b32", "int8/c:f32", "uint4/b32:search", "uint8/c", "int2/b32:f16",
             "int4/t", "int4s/c:f16" }) {
        const auto result = quantized(source, format);
        const auto receipt = exportModel(*result, m_out, exporterFor(m_out, "compressed-tensors"), {}, {});
        ASSERT_EQ(receipt.beside.size(), 1U);
        const std::string found = runPython(reader, { m_out.string(), receipt.beside.front().string() });
        for (const char* name : { "a.q_proj", "a.k_proj" }) {
            const auto id = source->find(std::string(name) + ".weight");
            const auto& layer = std::get<QuantizedLayerPtr>(result->layers[id.index()]);
            EXPECT_NE(found.find(hexOf(dequantize(layer->tensor, {}))), std::string::npos) << format << " " << name;
        }
        EXPECT_NE(found.find("ignored lm_head"), std::string::npos) << found.substr(found.size() - 40);
        const auto checks = verifyFile(m_out, m_folder / "in.safetensors", {});
        EXPECT_TRUE(std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.isOk; })) << format;
        EXPECT_GE(checks.size(), 4U);
    }
}

TEST_F(CompressedTensors, SizesAreKnownBefore)
{
    const auto source = model();
    const auto& exporter = exporterFor({}, "compressed-tensors");
    for (const char* format : { "int4/b32", "uint4/c", "int8/c:absmax:f16" }) {
        const auto result = quantized(source, format);
        const auto receipt = exportModel(*result, m_out, exporter, {}, {});
        EXPECT_EQ(exporter.sizes->fileBytes(*result, {}, {}), receipt.bytes) << format;
        std::uint64_t estimate = exporter.sizes->fixedBytes(*source);
        for (const auto& layer : source->layers()) {
            if (const auto* done = std::get_if<QuantizedLayerPtr>(&result->layers[layer.id.index()])) {
                estimate += exporter.sizes->layerBytes(layer, outlineOf((*done)->tensor, (*done)->method));
            }
        }
        EXPECT_NEAR(static_cast<double>(estimate), static_cast<double>(receipt.bytes), 1000) << format;
    }
}

TEST_F(CompressedTensors, WhatItCannotSayIsRefusedWithTheLayer)
{
    const auto source = model();
    const auto& exporter = exporterFor(m_out, "compressed-tensors");
    for (const auto& [format, word] : std::vector<std::pair<std::string, std::string>> { { "nf4/c", "plain integers" },
             { "int3/c", "2, 4 and 8 bits" }, { "int4/b40", "whole number of blocks" },
             { "int4/c/sparse=1%", "plain integers" }, { "q4_0", "plain integers" }, { "uint4/t", "zero-point" } }) {
        try {
            exportModel(*quantized(source, format), m_out, exporter, {}, {});
            ADD_FAILURE() << format;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Unsupported) << format;
            EXPECT_NE(error.fullEnglish().find(word), std::string::npos) << error.fullEnglish();
            EXPECT_NE(error.fullEnglish().find("proj.weight"), std::string::npos) << error.fullEnglish();
        }
        EXPECT_FALSE(std::filesystem::exists(m_out));
    }
}

TEST_F(CompressedTensors, VerifyFindsAChangedCode)
{
    const auto source = model();
    exportModel(*quantized(source, "int4/c"), m_out, exporterFor(m_out, "compressed-tensors"), {}, {});
    std::fstream file(m_out, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-4, std::ios::end);
    const int last = file.peek();
    file.put(static_cast<char>(last ^ 1));
    file.close();
    const auto checks = verifyFile(m_out, {}, {});
    EXPECT_TRUE(std::any_of(checks.begin(), checks.end(), [](const auto& check) { return !check.isOk; }));
}

} // namespace
} // namespace bw::test
