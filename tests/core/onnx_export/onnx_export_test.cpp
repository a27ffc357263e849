// ONNX exports, evaluated by an independent reader (read_export.py: python3-onnx and numpy).

#include "core/export/content.h"
#include "core/export/exporter.h"
#include "core/export/quantized_file.h"
#include "core/formats/format_family.h"
#include "core/model/loader.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wire_builder.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <tuple>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

namespace fs = std::filesystem;

std::string textOf(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(file), {} };
}

std::string script(const char* name)
{
    return textOf(sourceDir() / "tests/core/onnx_export" / name);
}

std::string reader()
{
    return script("read_export.py") + "main(*sys.argv[1:])\n";
}

/// Lines of run_opencv.py; empty without OpenCV.
std::vector<std::string> runOpenCv(const std::vector<std::string>& arguments)
{
    std::istringstream text(
        runPython(script("read_export.py") + script("run_opencv.py") + "main(*sys.argv[1:])\n", arguments));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
        if (!line.starts_with("[ERROR")) { // what OpenCV prints of a file it refuses
            lines.push_back(line);
        }
    }
    return lines == std::vector<std::string> { "none" } ? std::vector<std::string>() : lines;
}

class OnnxExport : public testing::Test
{
protected:
    TempDir m_folder;
    fs::path m_out = m_folder / "out.onnx";
    fs::path m_expected = m_folder / "expected.safetensors";

    fs::path made(const std::string& name)
    {
        if (m_models.empty()) {
            m_models = m_folder / "models";
            fs::create_directory(m_models);
            runPython(script("make_models.py"), { m_models.string() });
        }
        return m_models / (name + ".onnx");
    }

    static QuantizedModelPtr quantized(const ModelPtr& model, const std::string& format)
    {
        Recipe recipe = defaultRecipe();
        recipe.fallback.format = parseFormat(format);
        return quantizeModel(model, resolve(recipe, *model), nullptr, {});
    }

    /// Exports; what this program's own check says of the file must be good.
    void write(const fs::path& source, const std::string& format, const std::string& to, bool isDequantized = false)
    {
        SCOPED_TRACE(source.filename().string() + " " + format + " " + to);
        const auto model = quantized(openModel(source), format);
        const auto receipt = exportModel(*model, m_out, exporterFor(m_out, to), { isDequantized, {} }, {});
        EXPECT_TRUE(receipt.isVerified);
        const auto checks = verifyFile(m_out, source, {});
        EXPECT_EQ(checks.size(), 4U);
        for (const auto& check : checks) {
            EXPECT_TRUE(check.isOk) << check.name << ": " << check.detail.english();
        }
        exportModel(*model, m_expected, exporterFor(m_expected, "safetensors"), { true, {} }, {});
    }

    /// The same, for readAll().
    void later(const fs::path& source, const std::string& format, const std::string& to, bool isDequantized = false)
    {
        write(source, format, to, isDequantized);
        const auto number = toText(m_files.size());
        const auto name = format.substr(0, format.find('/')) + "-" + to + number;
        fs::rename(m_out, m_folder / (name + ".onnx"));
        fs::rename(m_expected, m_folder / (name + ".safetensors"));
        m_files.insert(m_files.end(),
            { source.string(), (m_folder / (name + ".onnx")).string(), (m_folder / (name + ".safetensors")).string() });
    }

    /// What the independent reader says of the exports; it stops at the first that is not right.
    void readAll() { EXPECT_NE(runPython(reader(), m_files), ""); }

    /// The same of one: operators by weight, and "opset".
    std::map<std::string, std::string> exported(
        const fs::path& source, const std::string& format, const std::string& to, bool isDequantized = false)
    {
        write(source, format, to, isDequantized);
        const auto found = runPython(reader(), { source.string(), m_out.string(), m_expected.string() });
        std::map<std::string, std::string> lines;
        for (std::size_t at = 0; at < found.size();) {
            const auto end = found.find('\n', at);
            const auto tab = found.find('\t', at);
            lines[found.substr(at, tab - at)] = found.substr(tab + 1, end - tab - 1);
            at = end + 1;
        }
        EXPECT_EQ(lines.size(), openModel(source)->quantizableLayers().size() + 1);
        return lines;
    }

    /// The sentence of a refusal.
    static std::string refusal(const QuantizedModel& model, const fs::path& target, const std::string& to)
    {
        try {
            exportModel(model, target, exporterFor(target, to), {}, {});
            ADD_FAILURE() << "nothing was refused";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Unsupported) << error.fullEnglish();
            EXPECT_FALSE(fs::exists(target));
            return error.fullEnglish();
        }
        return {};
    }

private:
    fs::path m_models;
    std::vector<std::string> m_files;
};

constexpr const char* exporterIds[] = { "onnx", "onnx-int4", "onnx-basic" };

/// All examples of the registry: those whose codes become values by arrays are written, and all others refused.
TEST_F(OnnxExport, EveryFormatHasItsValuesBitForBitInEveryAxisOrIsRefused)
{
    const auto source = made("axes");
    std::size_t refused = 0;
    std::size_t written = 0;
    for (const auto* family : formatFamilies().entries()) {
        for (const auto& format : family->examples) {
            SCOPED_TRACE(format);
            const auto model = quantized(openModel(source), format);
            bool canBeSaid = true;
            for (const auto& outcome : model->layers) {
                if (const auto* layer = std::get_if<QuantizedLayerPtr>(&outcome)) {
                    const auto& tensor = (*layer)->tensor;
                    canBeSaid = canBeSaid && tensor.format.extras.empty()
                        && (tensor.codec->codeValues() || isPlainFloat(tensor));
                }
            }
            const auto* to = exporterIds[(written + refused) % std::size(exporterIds)];
            if (canBeSaid) {
                later(source, format, to);
                ++written;
            } else {
                EXPECT_NE(refusal(*model, m_folder / "none.onnx", to).find(format.substr(0, 3)), std::string::npos);
                ++refused;
            }
        }
    }
    readAll();
    RecordProperty("written", static_cast<int>(written));
    RecordProperty("refused", static_cast<int>(refused));
    std::cout << written << " formats written, " << refused << " refused\n";
    EXPECT_GT(written, 60U);
}

TEST_F(OnnxExport, SmallGroupsAndOddLengthsInEveryAxis)
{
    for (const char* format : { "int8/c", "int4/t", "int4s/b8", "int2/b7:f16", "uint8/c", "uint4/b16", "uint3/c",
             "uint4/t", "kmeans4/c", "kmeans3/b24", "kmeans2/t", "pow8/b32", "nf4/b10", "e2m1/b16", "po2x4/b3",
             "crd4/b20", "lloyd3/b9", "levels(-1,-0.5,-0.25)/c", "int1/c", "bf16" }) {
        for (const char* to : exporterIds) {
            later(made("axes"), format, to);
        }
    }
    readAll();
}

TEST_F(OnnxExport, IntegersAreDequantizeLinearWhereTheOperatorSetHasIt)
{
    const auto form = [&](const char* model, const char* format, const char* to) {
        return exported(made(model), format, to).at("conv");
    };
    EXPECT_EQ(form("axes", "int8/c", "onnx"), "DequantizeLinear");
    EXPECT_EQ(form("axes", "int4/b9", "onnx"), "DequantizeLinear,Reshape");
    EXPECT_EQ(form("axes", "int4/b10", "onnx"), "DequantizeLinear,Reshape,Slice,Reshape");
    EXPECT_EQ(form("opset10", "int8/t", "onnx"), "DequantizeLinear");
    EXPECT_EQ(form("opset11", "int8/c", "onnx"), "Expand,Cast,Mul,Reshape");
    EXPECT_EQ(form("opset9", "uint8/t", "onnx"), "Expand,Expand,Cast,Sub,Mul,Reshape");
    EXPECT_EQ(form("opset7", "int8/c", "onnx"), "Cast,Mul,Reshape");
    EXPECT_EQ(form("axes", "int8/c", "onnx-basic"), "Expand,Cast,Mul,Reshape");
    EXPECT_EQ(form("axes", "int4/b10", "onnx-int4"), "DequantizeLinear,Reshape");
    EXPECT_EQ(form("opset17", "kmeans4/c", "onnx"), "Cast,Add,Gather");
    EXPECT_EQ(form("opset17", "nf4/c", "onnx"), "Cast,Gather,Mul");
}

TEST_F(OnnxExport, TheModelsOwnOperatorSetStaysUnless4BitWeightsAreAskedFor)
{
    for (const char* model : { "opset7", "opset9", "opset10", "opset11", "axes", "opset17" }) {
        for (const char* format : { "int4/c", "bf16" }) {
            const auto before = openModel(made(model))->metadata().at("opset");
            const auto lines = exported(made(model), format, "onnx");
            EXPECT_EQ(lines.at("opset").substr(0, lines.at("opset").find('\t')), before) << model;
        }
    }
    EXPECT_EQ(exported(made("opset11"), "int4/c", "onnx-int4").at("opset"), "21\tir\t10\tonnx-int4");
    fs::remove(m_out);
    const auto model = quantized(openModel(made("softmax")), "int4/c");
    const auto sentence = refusal(*model, m_out, "onnx-int4");
    EXPECT_NE(sentence.find("operator set 21"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("Softmax"), std::string::npos) << sentence;
}

TEST_F(OnnxExport, FourBitCodesTakeHalfAByte)
{
    const auto source = made("axes");
    const auto bytes = [&](const char* to) {
        const auto model = quantized(openModel(source), "int4/t");
        return exportModel(*model, m_out, exporterFor(m_out, to), {}, {}).bytes;
    };
    const auto weights = openModel(source)->parameterCount() - 4; // without the four sizes
    EXPECT_NEAR(static_cast<double>(bytes("onnx") - bytes("onnx-int4")), static_cast<double>(weights) / 2, 40);
}

TEST_F(OnnxExport, WeightsUsedInOddPlaces)
{
    for (const char* name : { "shared", "branches", "external", "zeros", "half", "double", "opset7", "opset9" }) {
        for (const char* format : { "int8/c", "int4s/b8", "kmeans3/c", "nf4/b16", "f16" }) {
            later(made(name), format, "onnx");
            later(made(name), format, "onnx", true);
        }
        if (std::string_view(name) != "half") { // the types of its operators are no matter here
            later(made(name), "uint4/b8", "onnx-basic");
        }
    }
    readAll();
}

TEST_F(OnnxExport, OpensAgainAsAQuantizedModel)
{
    for (const char* format : { "int8/c", "int4/b10", "kmeans4/c", "nf4/b16" }) {
        const auto source = openModel(made("axes"));
        exported(made("axes"), format, "onnx");
        const auto model = openModel(m_out);
        ASSERT_EQ(model->layers().size(), source->layers().size());
        for (const auto& layer : source->layers()) {
            const auto& found = model->layer(model->find(layer.name));
            EXPECT_EQ(found.kind, layer.kind) << layer.name;
            EXPECT_EQ(found.outAxis, layer.outAxis) << layer.name;
            EXPECT_EQ(found.uses, layer.uses) << layer.name;
            ASSERT_EQ(found.stored != nullptr, layer.isQuantizable()) << layer.name;
            if (found.stored) {
                EXPECT_EQ(found.storedType(), formatText(parseFormat(format)));
                EXPECT_GT(found.storedBits(), 8);
            }
        }
        EXPECT_EQ(model->metadata().at("license"), "kept");
    }
}

TEST_F(OnnxExport, WhatOnnxCannotSayIsRefusedWithLayerAndReason)
{
    const auto source = openModel(made("axes"));
    for (const char* format : { "int4/c/sparse=5%", "ecsq@3/t", "vq8x4", "int4/c/rans", "int4/c/rot=1", "bcq2/c" }) {
        const auto sentence = refusal(*quantized(source, format), m_out, "onnx");
        EXPECT_NE(sentence.find("gemm_b"), std::string::npos) << sentence;
        EXPECT_NE(sentence.find(formatText(parseFormat(format)).substr(0, 4)), std::string::npos) << sentence;
    }
}

TEST_F(OnnxExport, CodesThatAreUsedTwiceAreRefused)
{
    const auto sentence = refusal(*quantized(openModel(made("codes")), "int4/c"), m_out, "onnx");
    EXPECT_NE(sentence.find("layer q"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("uses its codes as they are"), std::string::npos) << sentence;
}

/// What the graph made the weight of before is gone, unless something else needs it.
TEST_F(OnnxExport, WeightsThatWereQuantizedAlreadyAreReplaced)
{
    for (const char* name : { "quantized", "requantized" }) {
        const auto source = name == std::string("quantized") ? made("quantized") : m_folder / "again.onnx";
        const auto model = quantized(openModel(source), "kmeans3/c");
        const auto receipt = exportModel(*model, m_out, exporterFor(m_out, "onnx"), {}, {});
        EXPECT_TRUE(receipt.isVerified);
        const auto written = openModel(m_out);
        ASSERT_EQ(written->layers().size(), 1U);
        const auto& layer = written->layers().front();
        EXPECT_EQ(layer.name, "w");
        EXPECT_EQ(layer.uses, std::vector<std::string> { "MatMul" });
        for (const auto& outcome : model->layers) {
            if (const auto* done = std::get_if<QuantizedLayerPtr>(&outcome)) {
                EXPECT_EQ(toFloats(layer.view), toFloats(dequantize((*done)->tensor, {})));
            }
        }
        const auto listed = runPython("import sys, onnx\nm = onnx.load(sys.argv[1])\nonnx.checker.check_model(m)\n"
                                      "print([n.op_type for n in m.graph.node], len(m.graph.initializer))",
            { m_out.string() });
        EXPECT_EQ(listed, "['Cast', 'Add', 'Gather', 'MatMul'] 3\n") << name;
        const auto checks = verifyFile(m_out, source, {});
        EXPECT_TRUE(std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.isOk; }));
        fs::rename(m_out, m_folder / "again.onnx");
    }
}

TEST_F(OnnxExport, ADamagedExportIsFound)
{
    const auto source = made("axes");
    exported(source, "kmeans4/c", "onnx");
    const auto good = textOf(m_out);
    std::size_t found = 0;
    std::size_t tried = 0;
    for (std::size_t at = 40; at < good.size(); at += 97, ++tried) {
        auto bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 4);
        std::ofstream(m_out, std::ios::binary) << bad;
        try {
            const auto checks = verifyFile(m_out, source, {});
            found += std::any_of(checks.begin(), checks.end(), [](const auto& check) { return !check.isOk; }) ? 1U : 0U;
        } catch (const Error&) {
            ++found;
        }
    }
    EXPECT_EQ(found, tried);
}

TEST_F(OnnxExport, TheSameBytesAgainAndNoFileOfTheModelItself)
{
    const auto source = made("external");
    const auto model = quantized(openModel(source), "int4/b8");
    const auto first = exportModel(*model, m_out, exporterFor(m_out, "onnx"), {}, {});
    const auto second = exportModel(*model, m_folder / "again.onnx", exporterFor(m_out, "onnx"), {}, {});
    EXPECT_EQ(first.sha256, second.sha256);
    const auto data = source.parent_path() / "external.data";
    EXPECT_THROW(exportModel(*model, data, exporterFor(m_out, "onnx"), {}, {}), Error);
    EXPECT_EQ(exporterFor("a.onnx", "").id, "onnx");
}

TEST_F(OnnxExport, OtherModelsAreRefusedBeforeAnyWork)
{
    const auto model = quantized(openModel(made("axes")), "int4/c");
    exportModel(*model, m_folder / "plain.safetensors", exporterFor(m_expected, "safetensors"), { true, {} }, {});
    const auto plain = openModel(m_folder / "plain.safetensors");
    for (const char* to : exporterIds) {
        const auto& exporter = exporterFor(m_out, to);
        const auto problems = exporter.canPlan(*plain, resolve(defaultRecipe(), *plain), {});
        ASSERT_EQ(problems.size(), 1U);
        EXPECT_NE(problems.front().message.english().find("safetensors"), std::string::npos);
    }
}

TEST_F(OnnxExport, FilesBeyondTheirLimitAreRefusedBeforeAnyWork)
{
    constexpr int half = 10;
    const std::vector<std::int64_t> dims { 2'200'000, 1000 };
    const auto source = m_folder / "large.onnx";
    test::writeFile(source,
        test::onnxModel({ test::onnxExternalTensor("w", dims, half, "large.data") },
            { test::onnxNode("Gemm", { "x", "w" }, "y", { test::onnxAttribute("transB", 1) }) }));
    test::writeFile(m_folder / "large.data", "");
    std::filesystem::resize_file(
        m_folder / "large.data", std::uint64_t { 4'400'000'000 }); // all but nothing on the disk
    const auto model = openModel(source);
    const auto problemsOf = [&](const char* to, const char* format, bool isDequantized) {
        Recipe recipe = defaultRecipe();
        recipe.fallback.format = parseFormat(format);
        return exporterFor(m_out, to).canPlan(*model, resolve(recipe, *model), { isDequantized, {} });
    };
    for (const auto& [to, format, isDequantized] :
        { std::tuple("onnx", "int4/c", false), std::tuple("onnx-int4", "int4/c", true),
            std::tuple("onnx-int4", "int8/c", false), std::tuple("onnx", "f16", false) }) {
        const auto problems = problemsOf(to, format, isDequantized);
        ASSERT_EQ(problems.size(), 1U) << to << " " << format;
        EXPECT_NE(problems.front().message.english().find("but ONNX files end at 2 GB"), std::string::npos);
    }
    EXPECT_TRUE(problemsOf("onnx-int4", "int4/c", false).empty());
}

TEST_F(OnnxExport, RealModels)
{
    BW_NEED_SHARED_DATA();
    for (const char* name : { "cifar10-resnet/resnet20", "fastestdet/FastestDet", "ultraface/version-RFB-320",
             "ultraface/version-RFB-320_simplified", "dtln/model_1", "dtln/model_2",
             "silero-vad/silero_vad_16k_op15" }) {
        for (const char* format : { "int8/c", "uint4/b20", "kmeans4/c" }) {
            later(sharedData() / (std::string(name) + ".onnx"), format, "onnx");
        }
        later(sharedData() / (std::string(name) + ".onnx"), "int4s/b32", "onnx-basic");
    }
    later(sharedData() / "cifar10-resnet/resnet20.onnx", "int4/b32", "onnx-int4");
    readAll();
}

/// The float export is fake quantization; whatever says the same weights must give the same logits.
TEST_F(OnnxExport, OpenCvGivesTheLogitsOfTheDequantizedWeights)
{
    BW_NEED_SHARED_DATA();
    const auto source = sharedData() / "cifar10-resnet/resnet20.onnx";
    std::vector<std::string> files { "pictures", (sharedData() / "cifar10/cifar10_test2000.safetensors").string(),
        "200", source.string() };
    const auto add = [&](const std::string& format, const std::string& to, bool isDequantized, const char* how) {
        write(source, format, to, isDequantized);
        const auto name = m_folder / (toText(files.size()) + ".onnx");
        fs::rename(m_out, name);
        files.push_back(how + name.string());
    };
    add("int8/c", "onnx", true, "");
    add("int8/c", "onnx-basic", false, "");
    add("int8/c", "onnx", false, "");
    add("int8/c", "onnx", false, "fold:");
    const auto lines = runOpenCv(files);
    if (lines.empty()) {
        GTEST_SKIP() << "skipped: no python3-opencv";
    }
    ASSERT_EQ(lines.size(), 5U);
    const auto right = lines[0].substr(0, lines[0].find(' '));
    EXPECT_NEAR(static_cast<double>(parseInt(right).value_or(0)), 0.82 * 200, 10); // 81.8 % of all 2,000
    const auto answers = lines[1].substr(0, lines[1].find(' '));
    EXPECT_NEAR(
        static_cast<double>(parseInt(answers).value_or(0)), static_cast<double>(parseInt(right).value_or(0)), 4);
    EXPECT_EQ(lines[1], answers + " other"); // int8 is not float
    files.erase(files.begin() + 3);
    EXPECT_EQ(runOpenCv(files),
        (std::vector { answers + " same", answers + " same", std::string("refused"), answers + " same" }));

    files.resize(3);
    add("kmeans4/c", "onnx", true, "");
    add("kmeans4/c", "onnx", false, "fold:");
    add("kmeans4/c", "onnx-int4", false, "fold:");
    add("int4/b32", "onnx", true, "");
    add("int4/b32", "onnx-basic", false, "");
    const auto more = runOpenCv(files);
    ASSERT_EQ(more.size(), 5U);
    EXPECT_TRUE(more[0].ends_with("same"));
    EXPECT_EQ(more[1], more[0]);
    EXPECT_EQ(more[2], more[0]);
    EXPECT_EQ(more[3], more[4]);
}

TEST_F(OnnxExport, OpenCvRunsDetectorsOfOlderOperatorSetsAsTheyAre)
{
    BW_NEED_SHARED_DATA();
    for (const auto& [name, shape] : std::map<std::string, std::string> {
             { "fastestdet/FastestDet", "1x3x352x352" }, { "ultraface/version-RFB-320_simplified", "1x3x240x320" } }) {
        std::vector<std::string> files { "noise", shape };
        for (const bool isDequantized : { true, false }) {
            write(sharedData() / (name + ".onnx"), "int8/c", "onnx", isDequantized);
            files.push_back((m_folder / (toText(files.size()) + ".onnx")).string());
            fs::rename(m_out, files.back());
        }
        const auto lines = runOpenCv(files);
        if (lines.empty()) {
            GTEST_SKIP() << "skipped: no python3-opencv";
        }
        EXPECT_EQ(lines, (std::vector<std::string> { " same", " same" })) << name;
    }
}

} // namespace
} // namespace bw::test
