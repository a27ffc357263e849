// GGUF files written, against a reader written from the specification in Python.

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/export/exporter.h"
#include "core/export/quantized_file.h"
#include "core/model/gguf_header.h"
#include "core/model/loader.h"
#include "tests/support/damaged_files.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/model_builders.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace bw {
namespace {

namespace fs = std::filesystem;

const Exporter& exporter()
{
    return exporterFor("x.gguf", "");
}

Recipe recipeOf(const std::string& format, const std::vector<std::pair<std::string, std::string>>& rules = {})
{
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    for (const auto& [match, choice] : rules) {
        recipe.rules.push_back({ match, parseFormat(choice), std::nullopt, {} });
    }
    return recipe;
}

QuantizedModelPtr quantized(const fs::path& path, const Recipe& recipe)
{
    const auto model = openModel(path);
    const auto plan = resolve(recipe, *model);
    requireUsable(plan);
    return quantizeModel(model, plan, nullptr, {});
}

ExportReceipt exported(const fs::path& from, const fs::path& to, const Recipe& recipe, bool isDequantized = false)
{
    return exportModel(*quantized(from, recipe), to, exporter(), { isDequantized, {} }, {});
}

nlohmann::json compared(const fs::path& a, const fs::path& b)
{
    const auto script = test::sourceDir() / "tests/core/gguf_files/gguf_reader.py";
    return nlohmann::json::parse(
        test::runProgram({ "/usr/bin/python3", script.string(), "compare", a.string(), b.string() }));
}

bool areAllOk(const std::vector<VerifyCheck>& checks)
{
    for (const auto& check : checks) {
        if (!check.isOk) {
            return false;
        }
    }
    return !checks.empty();
}

std::string failures(const std::vector<VerifyCheck>& checks)
{
    std::string text;
    for (const auto& check : checks) {
        text += check.isOk ? "" : check.name + ": " + check.detail.english() + "\n";
    }
    return text;
}

TEST(GgufExport, SameDataAsTheReferenceFiles)
{
    BW_NEED_SHARED_DATA();
    const auto folder = test::sharedData() / "stories260k";
    const test::TempDir dir;
    exported(
        folder / "stories260K.gguf", dir / "q4.gguf", recipeOf("q4_0", { { "token_embd|^output\\.weight", "q8_0" } }));
    EXPECT_EQ(compared(folder / "stories260K-q4_0.gguf", dir / "q4.gguf")["tensors"].dump(), "[]");
    exported(folder / "stories260K.gguf", dir / "q8.gguf", recipeOf("q8_0"));
    EXPECT_EQ(compared(folder / "stories260K-q8_0.gguf", dir / "q8.gguf")["tensors"].dump(), "[]");
}

TEST(GgufExport, AllMetadataIsKept)
{
    const test::TempDir dir;
    test::writeFile(dir / "a.gguf", test::everyTypeGguf());
    exported(dir / "a.gguf", dir / "b.gguf", recipeOf("f16", { { "q8_0|q4_k", "q4_0" } }));
    const auto difference = compared(dir / "a.gguf", dir / "b.gguf");
    EXPECT_EQ(difference["entries"].dump(), "[]"); // general.file_type is f16 in both
    EXPECT_EQ(difference["new tensors"].dump(), "[]");
    const auto header = readGgufHeader(dir / "b.gguf", {});
    EXPECT_EQ(header.number("general.quantization_version"), 2U);
    EXPECT_EQ(header.number("general.file_type"), 1U);
    EXPECT_EQ(header.text("bitwright.source_sha256"), sha256OfFile(dir / "a.gguf", {}));
    EXPECT_EQ(header.text("bitwright.source_file"), "a.gguf");
    EXPECT_EQ(header.text("general.quantized_by"), "Bitwright");
    EXPECT_NE(ggufValueText(*header.find("bitwright.requantized")).find("blk.0.q4_0.weight: q4_0"), std::string::npos);
    const auto recipe = parseRecipe(*header.text("bitwright.recipe"));
    EXPECT_EQ(recipe.rules.size(), 1U);
}

TEST(GgufExport, EveryTypeIsWrittenAndReadBack)
{
    const test::TempDir dir;
    test::writeFile(dir / "a.gguf", test::everyTypeGguf());
    for (const auto* type : ggufBlockTypes().entries()) {
        SCOPED_TRACE(type->id);
        const auto out = dir / "b.gguf";
        const auto model = quantized(dir / "a.gguf", recipeOf(std::string(type->id)));
        const auto receipt = exportModel(*model, out, exporter(), {}, {});
        EXPECT_TRUE(receipt.isVerified);
        EXPECT_EQ(receipt.bytes, exporter().sizes->fileBytes(*model, {}, {}));
        const auto back = openModel(out);
        for (const auto& layer : model->model->layers()) {
            const auto* done = std::get_if<QuantizedLayerPtr>(&model->layers[layer.id.index()]);
            const auto& found = back->layer(back->find(layer.name));
            const auto expected = done != nullptr ? toFloats(dequantize((*done)->tensor, {})) : toFloats(layer.view);
            EXPECT_EQ(toFloats(found.view), expected) << layer.name;
        }
        // 4 values a row are no block of anything.
        EXPECT_EQ(back->layer(back->find("blk.0.attn_q.weight")).storedType(), "F16");
        EXPECT_EQ(back->layer(back->find("blk.0.q8_0.weight")).storedType(), type->id);
        const auto checks = verifyFile(out, dir / "a.gguf", {});
        EXPECT_TRUE(areAllOk(checks)) << failures(checks);
    }
}

TEST(GgufExport, FloatValues)
{
    const test::TempDir dir;
    test::writeFile(dir / "a.gguf", test::everyTypeGguf());
    exported(dir / "a.gguf", dir / "b.gguf", recipeOf("int4/b64"), true);
    const auto back = openModel(dir / "b.gguf");
    for (const auto& layer : back->layers()) {
        EXPECT_EQ(layer.stored, nullptr) << layer.name;
    }
    const auto checks = verifyFile(dir / "b.gguf", dir / "a.gguf", {});
    EXPECT_TRUE(areAllOk(checks)) << failures(checks);
}

TEST(GgufExport, SameBytesForAnyNumberOfThreads)
{
    const test::TempDir dir;
    test::writeFile(dir / "a.gguf", test::everyTypeGguf());
    std::set<std::string> hashes;
    for (const int threads : { 1, 3 }) {
        setThreadCount(threads);
        hashes.insert(exported(dir / "a.gguf", dir / "b.gguf", recipeOf("q4_k")).sha256);
    }
    setThreadCount(0);
    EXPECT_EQ(hashes.size(), 1U);
}

TEST(GgufExport, ASplitModelBecomesOneFile)
{
    const test::TempDir dir;
    for (const std::uint16_t part : { std::uint16_t { 0 }, std::uint16_t { 1 } }) {
        test::GgufBuilder file;
        const auto number = [](std::uint16_t value) { return std::string { static_cast<char>(value), '\0' }; };
        file.entries = { test::ggufTextEntry("general.architecture", "llama"),
            test::ggufEntry("split.no", 2, number(part)), test::ggufEntry("split.count", 2, number(2)) };
        file.add("blk." + std::to_string(part) + ".ffn_up.weight", { 32, 2 }, 0, std::string(256, '\1'));
        test::writeFile(dir / ("m-0000" + std::to_string(part + 1) + "-of-00002.gguf"), file.bytes());
    }
    exported(dir / "m-00001-of-00002.gguf", dir / "one.gguf", recipeOf("q8_0"));
    const auto back = openModel(dir / "one.gguf");
    EXPECT_EQ(back->layers().size(), 2U);
    EXPECT_FALSE(back->metadata().contains("split.count"));
    const auto checks = verifyFile(dir / "one.gguf", dir / "m-00002-of-00002.gguf", {});
    EXPECT_TRUE(areAllOk(checks)) << failures(checks);
}

TEST(GgufExport, OtherFormatsAreRefusedWithWhatWouldBeLost)
{
    const test::TempDir dir;
    test::writeFile(dir / "a.gguf", test::everyTypeGguf());
    try {
        exported(dir / "a.gguf", dir / "b.gguf", recipeOf("int4/b64"));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(exitCode(error.kind()), 4);
        const auto text = error.fullEnglish();
        EXPECT_NE(text.find("codes and scales would be lost"), std::string::npos) << text;
        EXPECT_NE(text.find("q4_k"), std::string::npos) << text;
    }
    EXPECT_FALSE(fs::exists(dir / "b.gguf"));
    const auto model = openModel(dir / "a.gguf");
    const auto problems = exporter().canPlan(*model, resolve(recipeOf("q4_0", { { "q4_k", "nf4/b64" } }), *model), {});
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems.front().field, "blk.0.q4_k.weight");
    EXPECT_TRUE(exporter().canPlan(*model, resolve(recipeOf("q4_0"), *model), {}).empty());
}

TEST(GgufExport, ModelsOfOtherFormatsAreRefusedWithTheReason)
{
    const test::TempDir dir;
    test::smallModel(dir / "m.safetensors");
    try {
        exported(dir / "m.safetensors", dir / "b.gguf", recipeOf("q4_0"));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(exitCode(error.kind()), 4);
        EXPECT_NE(error.fullEnglish().find("convert_hf_to_gguf.py"), std::string::npos) << error.fullEnglish();
    }
}

TEST(GgufExport, MemoryDoesNotGrowWithTheFile)
{
    // 20 tensors of 16 MB, all holes: neither the 320 MB that are read nor the 170 MB that are written stay in memory.
    test::GgufBuilder file;
    constexpr std::uint64_t columns = 4096;
    constexpr std::uint64_t rows = 2048;
    constexpr std::uint64_t count = 20;
    for (std::uint64_t i = 0; i < count; ++i) {
        file.tensors.push_back(test::ggufTensor(
            "blk." + std::to_string(i) + ".ffn_up.weight", { columns, rows }, 1, i * columns * rows * 2));
    }
    const test::TempDir dir;
    auto bytes = file.bytes();
    bytes.resize((bytes.size() + 31) / 32 * 32, '\0');
    test::writeFile(dir / "a.gguf", bytes);
    fs::resize_file(dir / "a.gguf", bytes.size() + count * columns * rows * 2);
    const long peak = test::peakKilobytes([&] { exported(dir / "a.gguf", dir / "b.gguf", recipeOf("q8_0")); });
    EXPECT_LT(peak, 220'000);
    EXPECT_EQ(openModel(dir / "b.gguf")->layers().size(), count);
}

TEST(GgufExport, ChangedBitsAreFound)
{
    const test::TempDir dir;
    test::writeFile(dir / "a.gguf", test::everyTypeGguf());
    exported(dir / "a.gguf", dir / "b.gguf", recipeOf("q8_0"));
    const auto good = test::readFile(dir / "b.gguf");
    ASSERT_TRUE(areAllOk(verifyFile(dir / "b.gguf", {}, {})));
    std::size_t found = 0;
    std::size_t tried = 0;
    for (std::size_t at = 8; at < good.size(); at += 97) {
        auto bytes = good;
        bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
        test::writeFile(dir / "c.gguf", bytes);
        ++tried;
        try {
            found += areAllOk(verifyFile(dir / "c.gguf", {}, {})) ? 0 : 1;
        } catch (const Error&) {
            ++found;
        }
    }
    EXPECT_EQ(found, tried);
}

} // namespace
} // namespace bw
