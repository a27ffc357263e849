#include "core/sensitivity/captures.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/sensitivity/capture_folder.h"
#include "core/sensitivity/model_observer.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
constexpr const char* gradientsArray = "gradients";
constexpr const char* fisherArray = "fisher";
constexpr const char* energiesArray = "energies";
constexpr const char* blocksArray = "blocks";
constexpr const char* covarianceArray = "covariance";
constexpr const char* lookupsArray = "lookups";
// Named by what was drawn (LikelihoodDraw), so that captures of another draw are not taken for these.
constexpr const char* gradientsOfSigns = "gradients-signs";
constexpr std::size_t blockNumbers = 4; ///< of an InputBlock, stored as doubles

std::vector<CaptureLayer> layersOf(const SensitivityRequest& request, const std::vector<LayerAccess>& access)
{
    std::vector<CaptureLayer> layers;
    for (std::size_t i = 0; i < request.layers.size(); ++i) {
        layers.push_back(
            { request.model->layer(request.layers[i]).count(), access[i].noInputs, access[i].noGradients });
    }
    return layers;
}

[[noreturn]] void refuseNumbers(const SensitivityRequest& request, std::size_t layer)
{
    throw Error(ErrorKind::Backend, BW_TR_NOOP("core", "The gradients of %1 are not finite numbers on this data."),
        printable(request.model->layer(request.layers[layer]).name));
}

/// What a pass collects; owned by the sink, as a canceled pass may go on after its caller.
struct GradientSums
{
    std::vector<std::vector<float>> fisher;
    std::vector<std::vector<double>> energies;
    std::vector<std::vector<std::vector<float>>> pieces;
    std::unique_ptr<CaptureWriter> writer;
    bool isWritten = false; ///< the gradients themselves
    bool isHeld = false;

    void add(std::size_t layer, std::span<const float> gradients)
    {
        auto& sums = fisher[layer];
        for (std::size_t at = 0; at < gradients.size(); at += sums.size()) {
            double energy = 0;
            for (std::size_t i = 0; i < sums.size(); ++i) {
                const float square = gradients[at + i] * gradients[at + i];
                sums[i] += square;
                energy += static_cast<double>(square);
            }
            energies[layer].push_back(energy);
        }
        if (isHeld) {
            pieces[layer].emplace_back(gradients.begin(), gradients.end());
        }
        if (isWritten) {
            writer->append(layer, gradientsArray, gradients);
        }
    }
};
} // namespace

CaptureKey captureKey(const SensitivityRequest& request, const char* what, const JobContext& ctx)
{
    CaptureKey key;
    key.what = what;
    key.modelSha256 = sourceSha256(*request.model, ctx);
    key.dataHash = hexText(request.data->contentHash());
    key.samples = std::min(request.samples, request.data->count());
    key.seed = request.seed;
    key.engine = ModelObserver::engineVersion(ctx);
    for (const LayerId id : request.layers) {
        key.layers.push_back(request.model->layer(id).name);
    }
    return key;
}

/// Makes and loads captures of gradients.
class GradientCapturer
{
public:
    static std::shared_ptr<GradientCapture> load(
        const SensitivityRequest& request, const CaptureKey& key, const std::filesystem::path& file)
    {
        auto capture = std::make_shared<GradientCapture>();
        capture->m_reader = std::make_shared<const CaptureReader>(file, key);
        capture->m_samples = key.samples;
        capture->m_layers = capture->m_reader->layers();
        if (capture->m_layers.size() != request.layers.size()) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the capture is of other layers")));
        }
        return capture;
    }

    static std::shared_ptr<GradientCapture> run(
        const SensitivityRequest& request, const CaptureKey& key, bool withGradients, const JobContext& ctx)
    {
        ModelObserver observer(request, ctx.sub(0, 0.05));
        auto capture = std::make_shared<GradientCapture>();
        capture->m_samples = observer.samples();
        capture->m_layers = layersOf(request, observer.access());
        std::uint64_t bytes = 0;
        for (std::size_t i = 0; i < capture->m_layers.size(); ++i) {
            bytes += capture->reason(i).empty() ? capture->gradientBytes(i) : 0;
        }
        const auto sums = std::make_shared<GradientSums>();
        sums->isHeld = withGradients && bytes <= request.memoryBudget;
        const bool mustSpill = withGradients && !sums->isHeld;
        const CaptureFile file(request, key, mustSpill);
        sums->isWritten = withGradients && !file.path().empty();
        prepare(*capture, *sums, file, key, bytes);
        observer.gradients([sums](std::size_t layer, std::span<const float> values) { sums->add(layer, values); },
            ctx.sub(0.05, 0.95));
        finish(request, *capture, *sums, file, key);
        return capture;
    }

private:
    static void prepare(const GradientCapture& capture, GradientSums& sums, const CaptureFile& file,
        const CaptureKey& key, std::uint64_t bytes)
    {
        const auto count = capture.m_layers.size();
        sums.fisher.resize(count);
        sums.energies.resize(count);
        sums.pieces.resize(count);
        if (!file.path().empty()) {
            file.makeRoom(sums.isWritten ? bytes : 0);
            sums.writer = std::make_unique<CaptureWriter>(file.path(), key, capture.m_layers);
        }
        for (std::size_t i = 0; i < count; ++i) {
            if (!capture.reason(i).empty()) {
                continue;
            }
            const auto weights = capture.m_layers[i].weights;
            sums.fisher[i].resize(static_cast<std::size_t>(weights));
            if (sums.writer) {
                sums.writer->makeFloats(i, fisherArray, weights);
                sums.writer->makeDoubles(i, energiesArray, capture.m_samples);
                if (sums.isWritten) {
                    sums.writer->makeFloats(i, gradientsArray, capture.m_samples * weights);
                }
            }
        }
    }

    static void finish(const SensitivityRequest& request, GradientCapture& capture, GradientSums& sums,
        const CaptureFile& file, const CaptureKey& key)
    {
        for (std::size_t i = 0; i < sums.fisher.size(); ++i) {
            if (!capture.reason(i).empty()) {
                continue;
            }
            if (sums.energies[i].size() != capture.m_samples) {
                throw Error(ErrorKind::Internal, Text("a layer did not get the gradients of every sample"));
            }
            for (auto& value : sums.fisher[i]) {
                value /= static_cast<float>(capture.m_samples);
                if (!std::isfinite(value)) {
                    refuseNumbers(request, i);
                }
            }
            if (sums.writer) {
                sums.writer->append(i, fisherArray, std::span<const float>(sums.fisher[i]));
                sums.writer->append(i, energiesArray, std::span<const double>(sums.energies[i]));
            }
        }
        if (sums.writer) {
            sums.writer->commit();
            sums.writer.reset();
        }
        capture.m_fisher = std::move(sums.fisher);
        capture.m_energies = std::move(sums.energies);
        capture.m_gradients = std::move(sums.pieces);
        if (sums.isWritten && !sums.isHeld) {
            capture.m_reader = std::make_shared<const CaptureReader>(file.path(), key);
        }
        capture.m_file = file.owner();
    }
};

std::vector<float> GradientCapture::fisher(std::size_t layer) const
{
    return m_fisher.empty() ? m_reader->floats(layer, fisherArray) : m_fisher[layer];
}

std::vector<double> GradientCapture::energies(std::size_t layer) const
{
    return m_energies.empty() ? m_reader->doubles(layer, energiesArray) : m_energies[layer];
}

void GradientCapture::forEachGradient(std::size_t layer, const std::function<void(std::span<const float>)>& take) const
{
    if (m_reader) {
        m_reader->floats(layer, gradientsArray, take);
        return;
    }
    for (const auto& piece : m_gradients[layer]) {
        take(piece);
    }
}

/// Makes and loads captures of inputs.
class InputCapturer
{
public:
    static std::shared_ptr<InputCapture> load(
        const SensitivityRequest& request, const CaptureKey& key, const std::filesystem::path& file)
    {
        auto capture = std::make_shared<InputCapture>();
        capture->m_reader = std::make_shared<const CaptureReader>(file, key);
        capture->m_samples = key.samples;
        capture->m_layers = capture->m_reader->layers();
        if (capture->m_layers.size() != request.layers.size()) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the capture is of other layers")));
        }
        return capture;
    }

    static std::shared_ptr<InputCapture> run(
        const SensitivityRequest& request, const CaptureKey& key, const JobContext& ctx)
    {
        ModelObserver observer(request, ctx.sub(0, 0.05));
        auto capture = std::make_shared<InputCapture>();
        capture->m_samples = observer.samples();
        capture->m_layers = layersOf(request, observer.access());
        const auto passes = passesOf(request, capture->m_layers);
        const CaptureFile file(request, key, passes.size() > 1);
        std::unique_ptr<CaptureWriter> writer;
        if (!file.path().empty()) {
            file.makeRoom(0);
            writer = std::make_unique<CaptureWriter>(file.path(), key, capture->m_layers);
        }
        capture->m_inputs.resize(passes.size() > 1 ? 0 : capture->m_layers.size());
        for (std::size_t p = 0; p < passes.size(); ++p) {
            const double share = 0.95 / static_cast<double>(passes.size());
            const double from = 0.05 + share * static_cast<double>(p);
            auto inputs = observer.inputs(passes[p], ctx.sub(from, from + share));
            for (std::size_t i = 0; i < passes[p].size(); ++i) {
                if (writer) {
                    write(*writer, passes[p][i], inputs[i]);
                }
                if (!capture->m_inputs.empty()) {
                    capture->m_inputs[passes[p][i]] = std::move(inputs[i]);
                }
            }
        }
        if (writer) {
            writer->commit();
            writer.reset();
        }
        if (capture->m_inputs.empty()) {
            capture->m_reader = std::make_shared<const CaptureReader>(file.path(), key);
        }
        capture->m_file = file.owner();
        return capture;
    }

private:
    /// Layers whose covariances are in memory at the same time.
    static std::vector<std::vector<std::size_t>> passesOf(
        const SensitivityRequest& request, const std::vector<CaptureLayer>& layers)
    {
        std::vector<std::vector<std::size_t>> passes(1);
        std::uint64_t held = 0;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (!layers[i].noInputs.empty()) {
                continue;
            }
            const LayerInfo& layer = request.model->layer(request.layers[i]);
            const auto rows = static_cast<std::uint64_t>(
                std::max<std::int64_t>(1, layer.view.shape[static_cast<std::size_t>(layer.outAxis)]));
            const auto columns = layer.count() / rows;
            const auto grouped = request.model->metadata().find("groups:" + layer.name);
            const auto groups = grouped == request.model->metadata().end()
                ? 1
                : static_cast<std::uint64_t>(parseInt(grouped->second).value_or(1));
            const auto bytes = 8 * (layer.kind == LayerKind::Embedding ? rows : columns * columns * groups);
            if (held + bytes > request.memoryBudget && !passes.back().empty()) {
                passes.emplace_back();
                held = 0;
            }
            passes.back().push_back(i);
            held += bytes;
        }
        return passes;
    }

    static void write(CaptureWriter& writer, std::size_t layer, const LayerInputs& inputs)
    {
        std::vector<double> blocks;
        std::uint64_t values = 0;
        for (const auto& block : inputs.blocks) {
            for (const auto number : { block.firstRow, block.rows, block.firstColumn, block.columns }) {
                blocks.push_back(static_cast<double>(number));
            }
            values += block.covariance.size();
        }
        writer.makeDoubles(layer, blocksArray, blocks.size());
        writer.append(layer, blocksArray, std::span<const double>(blocks));
        writer.makeDoubles(layer, covarianceArray, values);
        for (const auto& block : inputs.blocks) {
            writer.append(layer, covarianceArray, std::span<const double>(block.covariance));
        }
        writer.makeDoubles(layer, lookupsArray, inputs.lookups.size());
        writer.append(layer, lookupsArray, std::span<const double>(inputs.lookups));
        writer.makeDoubles(layer, energiesArray, inputs.energies.size());
        writer.append(layer, energiesArray, std::span<const double>(inputs.energies));
    }
};

LayerInputs InputCapture::inputs(std::size_t layer) const
{
    if (!m_reader) {
        return m_inputs[layer];
    }
    LayerInputs inputs;
    const auto blocks = m_reader->doubles(layer, blocksArray);
    const auto covariances = m_reader->doubles(layer, covarianceArray);
    std::size_t at = 0;
    for (std::size_t i = 0; i + blockNumbers <= blocks.size(); i += blockNumbers) {
        InputBlock block;
        block.firstRow = static_cast<std::uint64_t>(blocks[i]);
        block.rows = static_cast<std::uint64_t>(blocks[i + 1]);
        block.firstColumn = static_cast<std::uint64_t>(blocks[i + 2]);
        block.columns = static_cast<std::uint64_t>(blocks[i + 3]);
        const auto size = static_cast<std::size_t>(block.columns * block.columns);
        if (block.columns > covariances.size() || size > covariances.size() - at) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the capture is of other layers")));
        }
        const auto first = covariances.begin() + static_cast<std::ptrdiff_t>(at);
        block.covariance.assign(first, first + static_cast<std::ptrdiff_t>(size));
        at += size;
        inputs.blocks.push_back(std::move(block));
    }
    inputs.lookups = m_reader->doubles(layer, lookupsArray);
    inputs.energies = m_reader->doubles(layer, energiesArray);
    return inputs;
}

void useGradients(const SensitivityRequest& request, bool withGradients, const JobContext& ctx,
    const std::function<void(const GradientCapture&)>& use)
{
    const auto wanted = captureKey(request, withGradients ? gradientsOfSigns : fisherOfSigns, ctx);
    std::vector<CaptureKey> keys { wanted };
    if (!withGradients) {
        // Captures with the gradients know the Fisher information too.
        keys.push_back(wanted);
        keys.back().what = gradientsOfSigns;
    }
    const bool isDone = useCached<GradientCapture>(request, keys, &GradientCapturer::load, use);
    if (!isDone) {
        use(*GradientCapturer::run(request, wanted, withGradients, ctx));
    }
}

void useInputs(
    const SensitivityRequest& request, const JobContext& ctx, const std::function<void(const InputCapture&)>& use)
{
    const auto key = captureKey(request, "inputs", ctx);
    if (!useCached<InputCapture>(request, { key }, &InputCapturer::load, use)) {
        use(*InputCapturer::run(request, key, ctx));
    }
}

void CaptureErrors::guard(const std::function<void()>& work)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_first) {
            return;
        }
    }
    try {
        work();
    } catch (const Error&) {
        const std::lock_guard lock(m_mutex);
        m_first = m_first ? m_first : std::current_exception();
    }
}

void CaptureErrors::rethrow() const
{
    if (m_first) {
        std::rethrow_exception(m_first);
    }
}

std::vector<float> weightErrors(const LayerInfo& layer, const QuantizedLayer& quantized, const JobContext& ctx)
{
    const TensorView matrix = layer.matrix();
    std::vector<float> errors(static_cast<std::size_t>(matrix.count()));
    parallelBlocks(errors.size(), FloatChunks::chunkSize, ctx, [&](std::uint64_t first, std::uint64_t last) {
        FloatChunks chunks(matrix);
        const auto original = chunks.values(first, last);
        const auto part = std::span(errors).subspan(static_cast<std::size_t>(first), original.size());
        decodeTensor(quantized.tensor, first, part);
        std::transform(part.begin(), part.end(), original.begin(), part.begin(), std::minus<>());
    });
    return errors;
}

} // namespace bw
