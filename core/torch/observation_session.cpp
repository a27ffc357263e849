#include "core/torch/observation_session.h"

#include "core/base/error.h"
#include "core/torch/autograd_edges.h"
#include "core/torch/hessian_probe.h"
#include "core/torch/label_draw.h"
#include "core/torch/observed_forward.h"
#include "core/torch/sample_axes.h"
#include "core/torch/torch_errors.h"

#include <algorithm>
#include <optional>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/variable.h>

namespace bw::torch_backend {

namespace {

namespace autograd = torch::autograd;

constexpr std::int64_t pieceBytes = std::int64_t { 64 } << 20; ///< of gradients made at a time

struct SeenRun
{
    at::Tensor outputs;
    std::vector<SeenCall> calls;
};

struct Axes
{
    std::optional<std::int64_t> x;
    std::optional<std::int64_t> y;
    bool isKnown = false;
};

/// Some operators split their sums by the number of threads. What is observed must not depend on it (and is used again
/// by runs with other numbers), so it is all computed on one.
class OneThread
{
public:
    OneThread() { at::set_num_threads(1); }
    ~OneThread() { at::set_num_threads(m_before); }
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;

private:
    int m_before = at::get_num_threads();
};

/// How a weight's gradient is had.
enum class Way
{
    Unknown, ///< not at all
    Products, ///< from what goes in and what comes back, for a whole batch
    Autograd ///< as the gradient of one sample at a time
};

class TorchObservation final : public ObservationSession
{
public:
    TorchObservation(ScriptProgram program, const std::vector<WatchedLayer>& layers)
        : m_forward(std::move(program), layers)
        , m_ways(layers.size(), Way::Unknown)
        , m_access(layers.size())
        , m_inputs(layers.size())
        , m_calls(layers.size(), 0)
        , m_axes(siteCount())
    {
    }

    std::vector<LayerAccess> prepare(const FloatBatch& samples, const JobContext& ctx) override
    {
        return atTorchEdge([&] {
            const OneThread oneThread;
            const autograd::AutoGradMode gradients(true);
            findAxes(samples, ctx);
            verify(m_isBatched ? samples : oneOf(samples, 0), ctx);
            return m_access;
        });
    }

    bool takesBatches() const override { return m_isBatched; }

    void observeInputs(const FloatBatch& samples, std::span<const std::size_t> layers, const JobContext& ctx) override
    {
        atTorchEdge([&] {
            const OneThread oneThread;
            const autograd::AutoGradMode gradients(true); // the same way through the model as with gradients
            const auto count = samples.shape.front();
            for (const auto layer : layers) {
                m_inputs[layer].energies.resize(m_inputs[layer].energies.size() + static_cast<std::size_t>(count));
            }
            m_forward.run(
                samples,
                [&](const SeenCall& call) {
                    const auto layer = m_forward.weightOf(call.site);
                    if (std::find(layers.begin(), layers.end(), layer) != layers.end()) {
                        const at::NoGradGuard noGradients;
                        addInputs(layer, call, count);
                    }
                },
                ctx);
        });
    }

    LayerInputs takeInputs(std::size_t layer) override { return std::exchange(m_inputs[layer], {}); }

    std::vector<std::int64_t> observeGradients(const FloatBatch& samples, std::uint64_t firstSample, std::uint64_t seed,
        LikelihoodDraw draw, const GradientSink& sink, const JobContext& ctx) override
    {
        return atTorchEdge([&] {
            const OneThread oneThread;
            const autograd::AutoGradMode gradients(true);
            const auto count = samples.shape.front();
            auto run = runSeen(samples, ctx);
            const auto drawn = drawGradient(run.outputs, count, firstSample, seed, draw);
            auto found = gradientsAt(run.outputs, drawn.gradient, edgesOf(run, true), ctx);
            ctx.checkpoint();
            const at::NoGradGuard noGradients;
            for (std::size_t layer = 0; layer < m_ways.size(); ++layer) {
                if (m_ways[layer] == Way::Autograd) {
                    give(layer, weightGradient(m_forward, layer, found, run.calls.size()).unsqueeze(0), sink);
                } else if (m_ways[layer] == Way::Products) {
                    giveProducts(layer, run, found, count, sink, ctx);
                }
            }
            return drawn.labels;
        });
    }

    std::vector<double> hessianProbe(const FloatBatch& samples, std::span<const std::int64_t> labels,
        std::uint64_t seed, const JobContext& ctx) override
    {
        return atTorchEdge([&] {
            const OneThread oneThread;
            return probeHessian(m_forward, samples, labels, seed, ctx);
        });
    }

private:
    std::size_t siteCount() const
    {
        std::size_t count = 0;
        for (const auto& weight : m_forward.weights()) {
            count += weight.sites.size();
        }
        return count;
    }

    SeenRun runSeen(const FloatBatch& samples, const JobContext& ctx) const
    {
        SeenRun run;
        run.outputs = m_forward.run(
            samples,
            [&](SeenCall call) {
                if (m_mustCopy) {
                    call.x = call.x.clone();
                }
                run.calls.push_back(std::move(call));
            },
            ctx);
        return run;
    }

    /// Copies of what was seen, as it was when it was seen.
    SeenRun runCopied(const FloatBatch& samples, const JobContext& ctx)
    {
        SeenRun run;
        std::vector<at::Tensor> originals;
        run.outputs = m_forward.run(
            samples,
            [&](SeenCall call) {
                originals.push_back(call.x);
                call.x = call.x.clone();
                call.y = call.y.clone();
                run.calls.push_back(std::move(call));
            },
            ctx);
        for (std::size_t i = 0; i < originals.size(); ++i) {
            m_mustCopy = m_mustCopy || static_cast<std::uint32_t>(originals[i]._version()) != run.calls[i].version;
        }
        return run;
    }

    void findAxes(const FloatBatch& samples, const JobContext& ctx)
    {
        const auto first = runCopied(oneOf(samples, 0), ctx);
        m_isBatched = false;
        if (samples.shape.front() < 2) {
            return;
        }
        const auto second = runCopied(oneOf(samples, 1), ctx);
        try {
            const auto both = runCopied(samples, ctx);
            m_isBatched = compare(first, second, both);
        } catch (const std::exception&) {
            m_isBatched = false; // a model made for one sample at a time
        }
    }

    bool compare(const SeenRun& first, const SeenRun& second, const SeenRun& both)
    {
        const auto isZero = [](std::optional<std::int64_t> axis) { return axis && *axis == 0; };
        if (first.calls.size() != both.calls.size() || second.calls.size() != both.calls.size()
            || !isZero(batchAxis(first.outputs, second.outputs, both.outputs))) {
            return false;
        }
        for (std::size_t i = 0; i < both.calls.size(); ++i) {
            const auto& call = both.calls[i];
            auto& axes = m_axes[call.site];
            const auto x = batchAxis(first.calls[i].x, second.calls[i].x, call.x);
            const auto y = batchAxis(first.calls[i].y, second.calls[i].y, call.y);
            if (!x || !y || first.calls[i].site != call.site || second.calls[i].site != call.site
                || (axes.isKnown && (axes.x != x || axes.y != y))) {
                return false;
            }
            axes = { x, y, true };
        }
        return true;
    }

    /// Compares the gradients put together here with those of autograd, once; a weight whose uses were not all
    /// understood shows there.
    void verify(const FloatBatch& samples, const JobContext& ctx)
    {
        const auto run = runSeen(samples, ctx);
        for (const auto& call : run.calls) {
            ++m_calls[m_forward.weightOf(call.site)];
        }
        std::vector<at::Tensor> found(edgesOf(run, false).size());
        Text noGradients(
            BW_TR_NOOP("core", "The model's outputs do not depend on this layer in a way that can be differentiated."));
        try {
            const auto drawn = drawGradient(run.outputs, samples.shape.front(), 0, 0, LikelihoodDraw::Signs);
            found = gradientsAt(run.outputs, drawn.gradient, edgesOf(run, false), ctx);
        } catch (const c10::Error& error) {
            noGradients = Text(
                BW_TR_NOOP("core", "The model cannot be differentiated. LibTorch says: %1."), { engineWords(error) });
        }
        const at::NoGradGuard guard;
        for (std::size_t layer = 0; layer < m_ways.size(); ++layer) {
            decide(layer, run, found, samples.shape.front(), noGradients);
        }
        if (std::find(m_ways.begin(), m_ways.end(), Way::Autograd) != m_ways.end()) {
            m_isBatched = false;
        }
    }

    void decide(std::size_t layer, const SeenRun& run, const std::vector<at::Tensor>& found, std::int64_t samples,
        const Text& noGradients)
    {
        const auto& weight = m_forward.weights()[layer];
        auto& access = m_access[layer];
        const auto whole = weightGradient(m_forward, layer, found, run.calls.size());
        if (!whole.defined()) {
            access.noGradients = noGradients;
            access.noInputs = m_calls[layer] == 0
                ? unseen(weight)
                : Text(BW_TR_NOOP(
                    "core", "Weights only: without gradients it cannot be told whether all its uses were seen."));
            return;
        }
        const bool areAllSeen = m_calls[layer] > 0 && weight.otherUse.empty()
            && isNear(products(layer, run, found, samples, 0, samples).sum(0), whole);
        m_ways[layer] = areAllSeen ? Way::Products : Way::Autograd;
        access.noInputs = areAllSeen ? directionProblem(weight) : unseen(weight);
    }

    static Text unseen(const WatchedWeight& weight)
    {
        if (!weight.otherUse.empty()) {
            return Text(BW_TR_NOOP("core",
                            "Weights only: it is used by the operator %1, whose inputs at this weight cannot be seen."),
                { weight.otherUse });
        }
        return weight.sites.empty()
            ? Text(BW_TR_NOOP("core", "Weights only: no operator takes it as it is."))
            : Text(BW_TR_NOOP("core", "Weights only: not everything the model does with it can be seen."));
    }

    /// Whether each use's errors are a product of the layer's matrix with its inputs.
    Text directionProblem(const WatchedWeight& weight) const
    {
        for (const auto site : weight.sites) {
            const auto& use = m_forward.site(site);
            if (use.outAxis() != weight.layer.outAxis) {
                return Text(BW_TR_NOOP(
                    "core", "Weights only: it is used in two directions, as a matrix and as its transpose."));
            }
        }
        return {};
    }

    /// Of the calls, then of all tensors of all weights; `onlyNeeded`: invalid ones where nobody will look.
    std::vector<autograd::Edge> edgesOf(const SeenRun& run, bool onlyNeeded) const
    {
        std::vector<autograd::Edge> edges;
        for (const auto& call : run.calls) {
            const bool isNeeded = !onlyNeeded || m_ways[m_forward.weightOf(call.site)] == Way::Products;
            edges.push_back(isNeeded ? call.edge : autograd::Edge());
        }
        const auto ofWeights
            = weightEdges(m_forward, [&](std::size_t layer) { return !onlyNeeded || m_ways[layer] == Way::Autograd; });
        edges.insert(edges.end(), ofWeights.begin(), ofWeights.end());
        return edges;
    }

    /// [last - first, …the weight's shape], from all calls.
    at::Tensor products(std::size_t layer, const SeenRun& run, const std::vector<at::Tensor>& found,
        std::int64_t samples, std::int64_t first, std::int64_t last) const
    {
        at::Tensor sum;
        for (std::size_t i = 0; i < run.calls.size(); ++i) {
            const auto& call = run.calls[i];
            if (m_forward.weightOf(call.site) != layer || !found[i].defined()) {
                continue;
            }
            const auto axes = m_isBatched ? m_axes[call.site] : Axes {};
            const auto x = bySample(call.x, axes.x, samples).slice(0, first, last);
            const auto dy = bySample(found[i], axes.y, samples).slice(0, first, last);
            const auto part = m_forward.site(call.site).sampleGradients(x, dy);
            sum = sum.defined() ? sum + part : part;
        }
        if (!sum.defined()) {
            auto shape = m_forward.weights()[layer].tensors.front().sizes().vec();
            shape.insert(shape.begin(), last - first);
            sum = at::zeros(shape, at::kFloat);
        }
        return sum;
    }

    void giveProducts(std::size_t layer, const SeenRun& run, const std::vector<at::Tensor>& found, std::int64_t samples,
        const GradientSink& sink, const JobContext& ctx) const
    {
        const auto bytes = 4 * std::max<std::int64_t>(1, m_forward.weights()[layer].tensors.front().numel());
        const auto piece = std::clamp<std::int64_t>(pieceBytes / bytes, 1, samples);
        for (std::int64_t first = 0; first < samples; first += piece) {
            ctx.checkpoint();
            const auto last = std::min(samples, first + piece);
            give(layer, products(layer, run, found, samples, first, last), sink);
        }
    }

    void give(std::size_t layer, const at::Tensor& gradients, const GradientSink& sink) const
    {
        const auto axis = m_forward.weights()[layer].layer.outAxis;
        auto shape = m_forward.weights()[layer].tensors.front().sizes().vec();
        shape.insert(shape.begin(), gradients.defined() ? gradients.size(0) : 1);
        // A sample may go another way through the model, which then does not touch the weight.
        const auto whole = gradients.defined() ? gradients : at::zeros(shape, at::kFloat);
        const auto rows = whole.movedim(axis + 1, 1).to(at::kFloat).contiguous();
        sink(layer, { rows.data_ptr<float>(), static_cast<std::size_t>(rows.numel()) });
    }

    void addInputs(std::size_t layer, const SeenCall& call, std::int64_t samples)
    {
        const auto& site = m_forward.site(call.site);
        const auto axes = m_isBatched ? m_axes[call.site] : Axes {};
        const auto x = bySample(call.x, axes.x, samples);
        const auto y = bySample(call.y, axes.y, samples);
        auto& inputs = m_inputs[layer];
        at::Tensor energies;
        if (site.isEmbedding()) {
            const auto rows = m_forward.weights()[layer].tensors.front().size(0);
            const auto counts = at::bincount(x.reshape({ -1 }).to(at::kLong), {}, rows).to(at::kDouble);
            inputs.lookups.resize(static_cast<std::size_t>(rows));
            std::transform(inputs.lookups.begin(), inputs.lookups.end(), counts.data_ptr<double>(),
                inputs.lookups.begin(), std::plus<>());
            energies
                = at::full({ samples }, static_cast<double>(x.numel()) / static_cast<double>(samples), at::kDouble);
        } else {
            const auto added = site.covariance(x, y, energies).to(at::kDouble).contiguous();
            addBlocks(layer, site, added);
        }
        energies = energies.to(at::kDouble).contiguous();
        const auto from = inputs.energies.size() - static_cast<std::size_t>(samples);
        for (std::size_t i = 0; i < static_cast<std::size_t>(samples); ++i) {
            inputs.energies[from + i] += energies.data_ptr<double>()[i];
        }
    }

    void addBlocks(std::size_t layer, const WeightSite& site, const at::Tensor& covariances)
    {
        const auto& weight = m_forward.weights()[layer];
        const auto groups = static_cast<std::uint64_t>(covariances.size(0));
        const auto columns = static_cast<std::uint64_t>(covariances.size(1));
        const auto allRows = static_cast<std::uint64_t>(weight.tensors.front().size(weight.layer.outAxis));
        const auto rows = site.groupsAreRows() ? allRows / groups : allRows;
        auto& blocks = m_inputs[layer].blocks;
        if (blocks.empty()) {
            for (std::uint64_t g = 0; g < groups; ++g) {
                const auto firstColumn = site.groupsAreRows() ? 0 : g * columns;
                blocks.push_back({ site.groupsAreRows() ? g * rows : 0, rows, firstColumn, columns,
                    std::vector<double>(columns * columns) });
            }
        }
        if (blocks.size() != groups || blocks.front().columns != columns) {
            throw Error(ErrorKind::Unsupported,
                BW_TR_NOOP("core", "The weight %1 is used with different numbers of groups, which is not supported."),
                printable(weight.layer.name));
        }
        const auto* from = covariances.data_ptr<double>();
        for (auto& block : blocks) {
            std::transform(
                block.covariance.begin(), block.covariance.end(), from, block.covariance.begin(), std::plus<>());
            from += block.covariance.size();
        }
    }

    ObservedForward m_forward;
    std::vector<Way> m_ways;
    std::vector<LayerAccess> m_access;
    std::vector<LayerInputs> m_inputs;
    std::vector<std::size_t> m_calls; ///< seen while preparing, by layer
    std::vector<Axes> m_axes; ///< by site
    bool m_isBatched = false;
    bool m_mustCopy = false; ///< the model overwrites what a layer was given
};

} // namespace

std::unique_ptr<ObservationSession> makeObservation(ScriptProgram program, const std::vector<WatchedLayer>& layers)
{
    return std::make_unique<TorchObservation>(std::move(program), layers);
}

} // namespace bw::torch_backend
