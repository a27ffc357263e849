#include "core/base/atomic_file.h"
#include "core/base/content_hash.h"
#include "core/base/parallel.h"
#include "core/export/exporter.h"
#include "core/export/quantized_file.h"
#include "core/formats/format_family.h"
#include "core/model/loader.h"
#include "tests/support/model_builders.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <cstring>
#include <limits>
#include <map>

#include <sys/resource.h>

namespace bw {

namespace {
QuantizedModelPtr quantized(const ModelPtr& model, const std::string& format)
{
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    return quantizeModel(model, resolve(recipe, *model), nullptr, {});
}

const Exporter& safetensors()
{
    return exporterFor("x.safetensors", {});
}

std::size_t filesIn(const std::filesystem::path& folder)
{
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

ErrorKind kindOf(const std::function<void()>& work, std::string* message = nullptr)
{
    try {
        work();
    } catch (const Error& error) {
        if (message != nullptr) {
            *message = error.fullEnglish();
        }
        return error.kind();
    }
    ADD_FAILURE() << "no error";
    return ErrorKind::Internal;
}

std::map<std::string, TensorView> tensorsOf(const Model& model)
{
    std::map<std::string, TensorView> tensors;
    for (const auto& layer : model.layers()) {
        tensors[layer.name] = layer.view;
    }
    return tensors;
}

bool sameBytes(const TensorView& a, const TensorView& b)
{
    return a.dtype == b.dtype && a.shape == b.shape
        && std::equal(a.bytes.begin(), a.bytes.end(), b.bytes.begin(), b.bytes.end());
}
} // namespace

TEST(Export, EveryFormatReadsBackAsTheSameCodesAndValues)
{
    const test::TempDir dir;
    const auto model = test::smallModel(dir / "m.safetensors");
    for (const auto* family : formatFamilies().entries()) {
        for (const auto& example : family->examples) {
            SCOPED_TRACE(example);
            const auto result = quantized(model, example);
            ASSERT_NO_THROW(requireComplete(*result));
            const auto target = dir / "q.safetensors";
            const auto receipt = exportModel(*result, target, safetensors(), {}, {});
            EXPECT_TRUE(receipt.isVerified);
            EXPECT_EQ(receipt.bytes, std::filesystem::file_size(target));
            EXPECT_EQ(receipt.sha256, sha256OfFile(target, {}));
            const auto file = readQuantizedFile(target, {});
            EXPECT_EQ(file.quantized.size(), 3U);
            EXPECT_EQ(file.kept.size(), 4U);
            for (const auto& [name, tensor] : file.quantized) {
                const auto& layer = *std::get<QuantizedLayerPtr>(result->layers[model->find(name).index()]);
                EXPECT_EQ(tensor.format, layer.tensor.format);
                ASSERT_EQ(tensor.parts.size(), layer.tensor.parts.size());
                for (std::size_t i = 0; i < tensor.parts.size(); ++i) {
                    EXPECT_EQ(tensor.parts[i].name, layer.tensor.parts[i].name);
                    EXPECT_TRUE(sameBytes(tensor.parts[i].data, layer.tensor.parts[i].data))
                        << name << " " << tensor.parts[i].name;
                }
                EXPECT_EQ(toFloats(dequantize(tensor, {})), toFloats(dequantize(layer.tensor, {}))) << name;
                EXPECT_DOUBLE_EQ(file.facts.at(name).rmseOverRms, layer.rmseOverRms());
            }
        }
    }
}

TEST(Export, KeptLayersRecipeAndSourceAreInTheFile)
{
    const test::TempDir dir;
    const auto model = test::smallModel(dir / "source.safetensors");
    const auto result = quantized(model, "int4/c");
    exportModel(*result, dir / "q.safetensors", safetensors(), {}, {});
    const auto file = readQuantizedFile(dir / "q.safetensors", {});
    EXPECT_EQ(file.recipe, result->plan.recipe);
    EXPECT_EQ(file.sourceFile, "source.safetensors");
    EXPECT_EQ(file.sourceSha256, sha256OfFile(dir / "source.safetensors", {}));
    EXPECT_EQ(file.sourceMetadata.at("note"), "a small network");
    const auto original = tensorsOf(*model);
    for (const auto& layer : file.kept) {
        EXPECT_TRUE(sameBytes(layer.view, original.at(layer.name))) << layer.name;
    }
    EXPECT_EQ(file.facts.at("fc.weight").dtype, DType::BF16);
}

TEST(Export, SameBytesForAnyThreadCountFolderAndTime)
{
    const test::TempDir dir;
    std::filesystem::create_directory(dir / "elsewhere");
    const auto model = test::smallModel(dir / "m.safetensors");
    test::writeFile(dir / "elsewhere/m.safetensors", test::readFile(dir / "m.safetensors"));
    const auto copy = openModel(dir / "elsewhere/m.safetensors");
    for (const bool dequantized : { false, true }) {
        setThreadCount(1);
        const auto a
            = exportModel(*quantized(model, "int4/b32"), dir / "a.safetensors", safetensors(), { dequantized, {} }, {});
        setThreadCount(2);
        const auto b = exportModel(
            *quantized(copy, "int4/b32"), dir / "elsewhere/b.safetensors", safetensors(), { dequantized, {} }, {});
        setThreadCount(0);
        EXPECT_EQ(a.sha256, b.sha256);
        EXPECT_EQ(test::readFile(a.path), test::readFile(b.path));
        EXPECT_EQ(test::readFile(a.path).find(dir.path().string()), std::string::npos) << "no folders in the file";
    }
}

TEST(Export, DequantizedIsAPlainModelUnderTheOriginalNames)
{
    const test::TempDir dir;
    const auto model = test::smallModel(dir / "m.safetensors");
    const auto result = quantized(model, "int4/c");
    exportModel(*result, dir / "f.safetensors", safetensors(), { true, {} }, {});
    const auto plain = openModel(dir / "f.safetensors");
    ASSERT_EQ(plain->layers().size(), model->layers().size());
    const auto tensors = tensorsOf(*plain);
    for (const auto& layer : model->layers()) {
        const auto& outcome = result->layers[layer.id.index()];
        const auto* quantizedLayer = std::get_if<QuantizedLayerPtr>(&outcome);
        if (quantizedLayer == nullptr) {
            EXPECT_TRUE(sameBytes(tensors.at(layer.name), layer.view)) << layer.name;
            continue;
        }
        EXPECT_EQ(tensors.at(layer.name).shape, layer.view.shape);
        EXPECT_EQ(toFloats(tensors.at(layer.name)), toFloats(dequantize((*quantizedLayer)->tensor, {}))) << layer.name;
    }
    EXPECT_EQ(plain->metadata().at("format"), "pt");
    EXPECT_EQ(plain->metadata().at("note"), "a small network");
    EXPECT_FALSE(isQuantizedFile(dir / "f.safetensors"));
    EXPECT_TRUE(plain->metadata().contains("bitwright.recipe"));
}

TEST(Export, DequantizedKeepsAFloatTypeThatHoldsTheValuesExactly)
{
    const test::TempDir dir;
    // Integers times a power of two fit into bf16; times 1/3 they do not.
    std::vector<float> exact(16);
    std::vector<float> inexact(16);
    for (std::size_t i = 0; i < 16; ++i) {
        exact[i] = static_cast<float>(i) - 7.0F;
        inexact[i] = (static_cast<float>(i) - 7.0F) / 3.0F;
    }
    inexact[15] = 7.0F / 3.0F;
    exact[15] = 7;
    const auto narrow = [](const std::vector<float>& values) {
        std::vector<std::byte> bytes(values.size() * 2);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto half = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(values[i]) >> 16);
            std::memcpy(bytes.data() + 2 * i, &half, 2);
        }
        return makeTensor(DType::BF16, { 2, 8 }, std::move(bytes));
    };
    test::writeModelFile(
        dir / "m.safetensors", { { "exact.weight", narrow(exact) }, { "inexact.weight", narrow(inexact) } });
    const auto model = openModel(dir / "m.safetensors");
    exportModel(*quantized(model, "int4/t:f32"), dir / "f.safetensors", safetensors(), { true, {} }, {});
    const auto tensors = tensorsOf(*openModel(dir / "f.safetensors"));
    EXPECT_EQ(tensors.at("exact.weight").dtype, DType::BF16);
    EXPECT_EQ(tensors.at("inexact.weight").dtype, DType::F32);
}

TEST(Export, DequantizingAFileGivesTheBytesOfExportingDequantized)
{
    const test::TempDir dir;
    const auto model = test::smallModel(dir / "m.safetensors");
    const auto result = quantized(model, "int3/c");
    exportModel(*result, dir / "q.safetensors", safetensors(), {}, {});
    const auto direct = exportModel(*result, dir / "f.safetensors", safetensors(), { true, {} }, {});
    dequantizeFile(dir / "q.safetensors", dir / "d.safetensors", {}, {});
    EXPECT_EQ(sha256OfFile(dir / "d.safetensors", {}), direct.sha256);
    EXPECT_EQ(
        kindOf([&] { dequantizeFile(dir / "q.safetensors", dir / "q.safetensors", {}, {}); }), ErrorKind::BadInput);
    EXPECT_EQ(
        kindOf([&] { dequantizeFile(dir / "m.safetensors", dir / "x.safetensors", {}, {}); }), ErrorKind::Unsupported);
    EXPECT_EQ(kindOf([&] { dequantizeFile(dir / "q.safetensors", dir / "x.png", {}, {}); }), ErrorKind::BadInput);
}

TEST(Export, TiesAndCollidingNamesSurvive)
{
    const test::TempDir dir;
    auto embed = test::weightLayer("embed", test::normalTensor({ 6, 8 }, 1), LayerKind::Embedding);
    embed.tiedNames = { "head" };
    test::writeFile(dir / "m", "source");
    Model::Data data;
    data.path = dir / "m";
    data.files = { dir / "m" };
    data.format = "test";
    // The name that the codes of "embed" would get is taken.
    data.layers = { embed, test::weightLayer("embed.codes", test::normalTensor({ 3 }, 2), LayerKind::Bias) };
    const auto model = std::make_shared<const Model>(std::move(data));
    const auto result = quantized(model, "int8/c");
    exportModel(*result, dir / "q.safetensors", safetensors(), {}, {});
    const auto file = readQuantizedFile(dir / "q.safetensors", {});
    ASSERT_EQ(file.quantized.size(), 1U);
    ASSERT_EQ(file.kept.size(), 1U);
    EXPECT_EQ(file.kept[0].name, "embed.codes");
    EXPECT_EQ(file.ties.at("head"), "embed");
    const auto direct = exportModel(*result, dir / "f.safetensors", safetensors(), { true, {} }, {});
    dequantizeFile(dir / "q.safetensors", dir / "d.safetensors", {}, {});
    EXPECT_EQ(sha256OfFile(dir / "d.safetensors", {}), direct.sha256);
    const auto tensors = tensorsOf(*openModel(dir / "f.safetensors"));
    EXPECT_TRUE(sameBytes(tensors.at("head"), tensors.at("embed")));
}

TEST(Export, TransposedLayersRoundTrip)
{
    const test::TempDir dir;
    test::writeFile(dir / "m", "source");
    Model::Data data;
    data.path = dir / "m";
    data.files = { dir / "m" };
    data.layers
        = { test::weightLayer("up.weight", test::normalTensor({ 5, 4, 3, 2 }, 1), LayerKind::ConvTransposed, 1) };
    const auto model = std::make_shared<const Model>(std::move(data));
    const auto result = quantized(model, "int8/c");
    exportModel(*result, dir / "q.safetensors", safetensors(), {}, {});
    dequantizeFile(dir / "q.safetensors", dir / "d.safetensors", {}, {});
    const auto back = tensorsOf(*openModel(dir / "d.safetensors")).at("up.weight");
    ASSERT_EQ(back.shape, model->layers()[0].view.shape);
    const auto original = toFloats(model->layers()[0].view);
    const auto values = toFloats(back);
    for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_NEAR(values[i], original[i], 0.05);
    }
}

TEST(Export, RefusesTheModelsOwnFilesThroughAnyLink)
{
    const test::TempDir dir;
    const auto source = dir / "m.safetensors";
    const auto model = test::smallModel(source);
    const auto before = test::readFile(source);
    const auto result = quantized(model, "int4/c");
    std::filesystem::create_symlink(source, dir / "soft.safetensors");
    std::filesystem::create_hard_link(source, dir / "hard.safetensors");
    std::filesystem::create_directory(dir / "folder.safetensors");
    for (const auto& target : { source, dir / "soft.safetensors", dir / "hard.safetensors",
             dir / "./folder.safetensors/../m.safetensors", dir / "folder.safetensors" }) {
        EXPECT_EQ(kindOf([&] { exportModel(*result, target, safetensors(), {}, {}); }), ErrorKind::BadInput) << target;
    }
    EXPECT_EQ(test::readFile(source), before);
    EXPECT_EQ(filesIn(dir.path()), 4U);
}

TEST(Export, WhereNothingCanBeWrittenIsAnIoError)
{
    const test::TempDir dir;
    const auto result = quantized(test::smallModel(dir / "m.safetensors"), "int4/c");
    std::string message;
    EXPECT_EQ(kindOf([&] { exportModel(*result, "/proc/nowhere/x.safetensors", safetensors(), {}, {}); }, &message),
        ErrorKind::Io);
    EXPECT_NE(message.find("/proc/nowhere/x.safetensors"), std::string::npos);
    EXPECT_EQ(
        kindOf([&] { exportModel(*result, dir / "absent/x.safetensors", safetensors(), {}, {}); }), ErrorKind::Io);
}

TEST(Export, FullDiskIsNamedAndLeavesNothing)
{
    const test::TempDir dir;
    const auto result = quantized(test::smallModel(dir / "m.safetensors"), "int8/c");
    const auto whole = exportModel(*result, dir / "q.safetensors", safetensors(), {}, {}).bytes;
    std::filesystem::remove(dir / "q.safetensors");
    const auto oldHandler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit old {};
    getrlimit(RLIMIT_FSIZE, &old);
    for (const std::uint64_t limit : { std::uint64_t { 0 }, std::uint64_t { 100 }, whole / 2, whole - 1 }) {
        rlimit small = old;
        small.rlim_cur = limit;
        setrlimit(RLIMIT_FSIZE, &small);
        std::string message;
        const auto kind = kindOf([&] { exportModel(*result, dir / "q.safetensors", safetensors(), {}, {}); }, &message);
        setrlimit(RLIMIT_FSIZE, &old);
        EXPECT_EQ(kind, ErrorKind::Io) << limit;
        EXPECT_NE(message.find("q.safetensors"), std::string::npos) << message;
        EXPECT_NE(message.find("File too large"), std::string::npos) << message;
        EXPECT_EQ(filesIn(dir.path()), 1U) << "limit " << limit;
    }
    std::signal(SIGXFSZ, oldHandler);
    EXPECT_NO_THROW(exportModel(*result, dir / "q.safetensors", safetensors(), {}, {}));
}

TEST(Export, CancelAtEveryPointLeavesTheOldFile)
{
    const test::TempDir dir;
    const auto result = quantized(test::smallModel(dir / "m.safetensors"), "int4/c");
    for (const bool dequantized : { false, true }) {
        const auto target = dir / "q.safetensors";
        test::writeFile(target, "what was there before");
        int canceled = 0;
        for (int stopAt = 0;; ++stopAt) {
            std::stop_source stop;
            std::atomic<int> reports { 0 };
            const JobContext ctx(stop.get_token(), [&](const Progress&) {
                if (reports++ == stopAt) {
                    stop.request_stop();
                }
            });
            try {
                exportModel(*result, target, safetensors(), { dequantized, {} }, ctx);
                break; // fewer reports than stopAt
            } catch (const Canceled&) {
                ++canceled;
                EXPECT_EQ(test::readFile(target), "what was there before");
                EXPECT_EQ(filesIn(dir.path()), 2U) << "canceled at report " << stopAt;
            }
        }
        EXPECT_GE(canceled, 14) << "writing and reading back report each tensor";
        EXPECT_NE(test::readFile(target), "what was there before");
    }
}

TEST(Export, FailedLayersAreNotExported)
{
    const test::TempDir dir;
    auto values = test::normalValues(64, 1);
    values[5] = std::numeric_limits<float>::quiet_NaN();
    test::writeModelFile(dir / "m.safetensors", { { "a.weight", makeTensor({ 8, 8 }, values) } });
    const auto result = quantized(openModel(dir / "m.safetensors"), "int4/c");
    std::string message;
    EXPECT_EQ(kindOf([&] { exportModel(*result, dir / "q.safetensors", safetensors(), {}, {}); }, &message),
        ErrorKind::BadFile);
    EXPECT_NE(message.find("a.weight"), std::string::npos);
    EXPECT_EQ(filesIn(dir.path()), 1U);
}

TEST(Export, ExportersAreFoundByNameAndEnding)
{
    EXPECT_EQ(exporterFor("x.SafeTensors", {}).id, "safetensors");
    EXPECT_EQ(exporterFor("x.pt", "safetensors").id, "safetensors");
    EXPECT_EQ(kindOf([] { exporterFor("x.png", {}); }), ErrorKind::BadInput);
    EXPECT_EQ(kindOf([] { exporterFor("x.safetensors", "safetensor"); }), ErrorKind::BadInput);
}

TEST(Export, CheckFindsAFlippedBitAndNamesThePlace)
{
    const test::TempDir dir;
    const auto result = quantized(test::smallModel(dir / "m.safetensors"), "int4/c");
    exportModel(*result, dir / "q.safetensors", safetensors(), {}, {});
    auto bytes = test::readFile(dir / "q.safetensors");
    const auto file = readQuantizedFile(dir / "q.safetensors", {});
    const auto codes = file.quantized[0].second.parts[0].data.bytes;
    const std::string needle(reinterpret_cast<const char*>(codes.data()), codes.size());
    const auto at = bytes.find(needle);
    ASSERT_NE(at, std::string::npos);
    bytes[at + 5] = static_cast<char>(bytes[at + 5] ^ 1);
    test::writeFile(dir / "bad.safetensors", bytes);
    std::string message;
    EXPECT_EQ(kindOf([&] { safetensors().check(*result, dir / "bad.safetensors", {}, {}); }, &message),
        ErrorKind::Verification);
    EXPECT_NE(message.find(".codes"), std::string::npos) << message;
    EXPECT_NE(message.find("value 5 "), std::string::npos) << message;
}

} // namespace bw
