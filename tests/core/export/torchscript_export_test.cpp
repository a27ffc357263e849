// The exporter's own part, with an engine made up for it; with LibTorch: tests/torch.

#include "core/base/content_hash.h"
#include "core/evaluate/inference_engine.h"
#include "core/export/content.h"
#include "core/export/exporter.h"
#include "core/model/loader.h"
#include "tests/support/model_builders.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace bw {

namespace {
/// Its programs are safetensors files.
ModelPtr asProgram(const ModelPtr& file)
{
    Model::Data data;
    data.path = file->path();
    data.files = file->files();
    data.format = "program";
    data.layers = file->layers();
    data.hasGraph = true;
    data.metadata = file->metadata();
    return std::make_shared<const Model>(std::move(data));
}

struct Faults
{
    std::atomic<bool> flipValue = false;
    std::atomic<bool> loseLayer = false;
    std::atomic<bool> failToWrite = false;
    std::atomic<bool> writeLate = false;
    std::atomic<bool> hasWrittenLate = false;
};
Faults g_faults;

class MadeUpSession final : public InferenceSession
{
public:
    explicit MadeUpSession(ModelPtr model)
        : m_model(std::move(model))
    {
    }
    std::vector<std::string> swappableWeights() const override { return {}; }
    void setWeight(const std::string&, const TensorView&) override { }
    void restoreWeights() override { }
    FloatBatch run(const FloatBatch&, const JobContext&) override { return {}; }
    void save(const std::filesystem::path& path, const ProgramParts& parts) override
    {
        if (g_faults.failToWrite) {
            throw Error(ErrorKind::Io, "writing failed: No space left on device");
        }
        if (g_faults.writeLate) {
            std::this_thread::sleep_for(std::chrono::milliseconds(400));
        }
        std::vector<test::NamedView> tensors;
        for (const auto& layer : m_model->layers()) {
            tensors.push_back({ layer.name, layer.view });
        }
        for (const auto& [name, view] : parts.weights) {
            for (auto& tensor : tensors) {
                if (tensor.name == name) {
                    tensor.view = stored(view, tensor.view.dtype);
                }
            }
        }
        if (g_faults.loseLayer) {
            tensors.pop_back();
        }
        test::writeModelFile(path, tensors, parts.notes);
        g_faults.hasWrittenLate = g_faults.writeLate.load();
    }

private:
    static TensorView stored(const TensorView& view, DType dtype)
    {
        auto values = toFloats(view);
        if (g_faults.flipValue) {
            values[3] += 1;
        }
        std::vector<std::byte> bytes(values.size() * info(dtype).size);
        castFloats(values, dtype, bytes);
        return makeTensor(dtype, view.shape, std::move(bytes));
    }

    ModelPtr m_model;
};

class MadeUpBackend final : public InferenceBackend
{
public:
    std::string version() const override { return "made up"; }
    ModelPtr openModel(const std::filesystem::path& path, const JobContext& ctx) override
    {
        return asProgram(bw::openModel(path, ctx));
    }
    std::unique_ptr<InferenceSession> openSession(const std::filesystem::path& path, const JobContext& ctx) override
    {
        return std::make_unique<MadeUpSession>(openModel(path, ctx));
    }
};

class TorchscriptExport : public testing::Test
{
protected:
    TorchscriptExport()
    {
        InferenceEngine::useBackend([] { return std::make_unique<MadeUpBackend>(); });
        model = asProgram(test::smallModel(dir / "m.safetensors"));
        result = quantized(model);
    }
    ~TorchscriptExport() override
    {
        g_faults.flipValue = g_faults.loseLayer = g_faults.failToWrite = g_faults.writeLate = false;
        InferenceEngine::useBackend({});
    }

    static QuantizedModelPtr quantized(const ModelPtr& of)
    {
        Recipe recipe = defaultRecipe();
        recipe.fallback.format = parseFormat("int4/c");
        return quantizeModel(of, resolve(recipe, *of), nullptr, {});
    }
    ExportReceipt write(const JobContext& ctx = {}) const
    {
        return exportModel(*result, dir / "q.pt", exporterFor("q.pt", {}), {}, ctx);
    }
    std::string failure() const
    {
        try {
            write();
            return "none";
        } catch (const Error& error) {
            EXPECT_EQ(files(), 1U) << "nothing is left";
            return std::string(errorKindName(error.kind())) + " " + error.fullEnglish();
        }
    }
    std::size_t files() const
    {
        const std::filesystem::directory_iterator all(dir.path());
        return static_cast<std::size_t>(std::distance(all, std::filesystem::directory_iterator()));
    }

    test::TempDir dir;
    ModelPtr model;
    QuantizedModelPtr result;
};
} // namespace

TEST_F(TorchscriptExport, WritesAndReadsBackInTheLayersOwnTypes)
{
    const auto receipt = write();
    EXPECT_TRUE(receipt.isVerified);
    EXPECT_EQ(receipt.sha256, sha256OfFile(dir / "q.pt", {}));
    const auto back = openModel(dir / "q.pt");
    for (const auto& layer : model->layers()) {
        const auto& view = back->layer(back->find(layer.name)).view;
        EXPECT_EQ(view.dtype, layer.view.dtype) << layer.name;
        const bool isSame = std::equal(view.bytes.begin(), view.bytes.end(), layer.view.bytes.begin());
        EXPECT_EQ(isSame, !layer.isQuantizable()) << layer.name;
    }
}

TEST_F(TorchscriptExport, FindsWhatDiffers)
{
    g_faults.flipValue = true;
    const auto flipped = failure();
    EXPECT_NE(flipped.find("verification"), std::string::npos) << flipped;
    EXPECT_NE(flipped.find("value 3 "), std::string::npos) << flipped;
    EXPECT_NE(flipped.find("tensor conv1.weight"), std::string::npos) << flipped;
    g_faults.flipValue = false;
    g_faults.loseLayer = true;
    EXPECT_NE(failure().find("verification"), std::string::npos);
    g_faults.loseLayer = false;
    g_faults.failToWrite = true;
    const auto full = failure();
    EXPECT_NE(full.find("io "), std::string::npos) << full;
    EXPECT_NE(full.find("q.pt"), std::string::npos) << full;
}

TEST_F(TorchscriptExport, ASaveThatGoesOnAfterCancelLeavesNoFile)
{
    g_faults.writeLate = true;
    std::stop_source stop;
    std::thread canceler([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        stop.request_stop();
    });
    const auto start = std::chrono::steady_clock::now();
    EXPECT_THROW(write(JobContext(stop.get_token())), Canceled);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    canceler.join();
    EXPECT_LT(seconds.count(), 0.35);
    EXPECT_EQ(files(), 1U);
    while (!g_faults.hasWrittenLate) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_EQ(files(), 1U) << "nor does it come later";
}

TEST_F(TorchscriptExport, WeightsAloneAreNotEnough)
{
    const auto weights = openModel(dir / "m.safetensors");
    const auto problems = exporterFor("x.pt", {}).canExport(*quantized(weights), {});
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_NE(problems[0].message.english().find("weights only"), std::string::npos);
    try {
        exportModel(*quantized(weights), dir / "q.pt", exporterFor("q.pt", {}), {}, {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
    }
}

} // namespace bw
