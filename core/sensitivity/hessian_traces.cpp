#include "core/sensitivity/hessian_traces.h"

#include "core/sensitivity/capture_folder.h"
#include "core/sensitivity/captures.h"
#include "core/sensitivity/model_observer.h"
#include "core/sensitivity/sample_figures.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
constexpr const char* probesArray = "probes";

/// Estimates of each layer's trace, one per batch and round.
struct Probes
{
    std::vector<Text> reasons;
    std::vector<std::vector<double>> values;
};

std::shared_ptr<Probes> load(
    const SensitivityRequest& request, const CaptureKey& key, const std::filesystem::path& file)
{
    const CaptureReader reader(file, key);
    auto probes = std::make_shared<Probes>();
    if (reader.layers().size() != request.layers.size()) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the capture is of other layers")));
    }
    for (std::size_t l = 0; l < reader.layers().size(); ++l) {
        probes->reasons.push_back(reader.layers()[l].noGradients);
        probes->values.push_back(reader.doubles(l, probesArray));
    }
    return probes;
}

void save(const SensitivityRequest& request, const CaptureKey& key, const Probes& probes)
{
    const CaptureFile file(request, key, false);
    if (file.path().empty()) {
        return;
    }
    file.makeRoom(0);
    std::vector<CaptureLayer> layers;
    for (std::size_t l = 0; l < probes.values.size(); ++l) {
        layers.push_back({ request.model->layer(request.layers[l]).count(), {}, probes.reasons[l] });
    }
    CaptureWriter writer(file.path(), key, layers);
    for (std::size_t l = 0; l < layers.size(); ++l) {
        writer.makeDoubles(l, probesArray, probes.values[l].size());
        writer.append(l, probesArray, std::span<const double>(probes.values[l]));
    }
    writer.commit();
}

bool isPrecise(const Probes& probes)
{
    for (std::size_t l = 0; l < probes.values.size(); ++l) {
        const auto figure = meanFigure(probes.values[l]);
        const bool isEnough
            = probes.values[l].size() > 1 && figure.standardError <= wantedError * std::abs(figure.mean);
        if (probes.reasons[l].empty() && !isEnough) {
            return false;
        }
    }
    return true;
}

Probes run(const SensitivityRequest& request, const JobContext& ctx)
{
    ModelObserver observer(request, ctx.sub(0, 0.05));
    Probes probes;
    for (const auto& access : observer.access()) {
        probes.reasons.push_back(access.noGradients);
    }
    probes.values.resize(probes.reasons.size());
    for (std::uint64_t round = 0; round < mostRounds && !isPrecise(probes); ++round) {
        const double share = 0.95 / static_cast<double>(mostRounds);
        const double from = 0.05 + share * static_cast<double>(round);
        for (const auto& batch : observer.hessianProbes(round, ctx.sub(from, from + share))) {
            for (std::size_t l = 0; l < batch.size(); ++l) {
                if (!probes.reasons[l].empty()) {
                    continue;
                }
                if (std::isfinite(batch[l])) {
                    probes.values[l].push_back(batch[l]);
                } else {
                    probes.reasons[l] = Text(BW_TR_NOOP(
                        "core", "The loss cannot be differentiated twice with respect to this layer's weights."));
                }
            }
        }
    }
    return probes;
}
} // namespace

std::vector<HessianTrace> hessianTraces(const SensitivityRequest& request, const JobContext& ctx)
{
    const auto key = captureKey(request, "hessian", ctx);
    Probes probes;
    const std::function<void(const Probes&)> take = [&](const Probes& found) { probes = found; };
    if (!useCached<Probes>(request, { key }, &load, take)) {
        probes = run(request, ctx);
        save(request, key, probes);
    }
    std::vector<HessianTrace> traces;
    for (std::size_t l = 0; l < probes.values.size(); ++l) {
        const auto figure = meanFigure(probes.values[l]);
        traces.push_back({ figure.mean, figure.standardError, probes.reasons[l] });
    }
    return traces;
}

} // namespace bw
