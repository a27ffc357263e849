#pragma once

#include "core/evaluate/observation.h"
#include "core/sensitivity/sensitivity.h"

#include <memory>
#include <vector>

namespace bw {

/// Runs the model of a request over its samples, in batches of a fixed size, with its layers watched. The work is done
/// on the engine's thread; what `sink`s touch must belong to them, as a canceled call may outlive its caller.
class ModelObserver
{
public:
    /// Opens the model and finds how each layer can be watched. Error{Unsupported|Backend|BadInput|…}.
    ModelObserver(const SensitivityRequest& request, const JobContext& ctx);
    ~ModelObserver();
    ModelObserver(const ModelObserver&) = delete;
    ModelObserver& operator=(const ModelObserver&) = delete;

    const std::vector<LayerAccess>& access() const { return m_access; }
    std::uint64_t samples() const { return m_count; }
    /// "LibTorch 1.13.1", from the engine itself.
    static std::string engineVersion(const JobContext& ctx);

    /// What the given layers are multiplied with; one pass over the samples.
    std::vector<LayerInputs> inputs(const std::vector<std::size_t>& layers, const JobContext& ctx);
    /// Each layer's gradients of the likelihood, by signs drawn with the request's seed, sample after sample.
    void gradients(const GradientSink& sink, const JobContext& ctx);
    /// For each batch in turn zᵀHz of every layer, per sample, with data's labels and fresh z; `round` tells passes
    /// apart.
    std::vector<std::vector<double>> hessianProbes(std::uint64_t round, const JobContext& ctx);

private:
    struct Channel;
    FloatBatch read(std::uint64_t first, std::uint64_t count) const;
    template <class Work>
    void onEngine(Work work, const JobContext& ctx);
    template <class Work>
    void forEachBatch(const Text& phase, const JobContext& ctx, const Work& work);

    DatasetPtr m_data;
    std::shared_ptr<Channel> m_channel;
    std::vector<LayerAccess> m_access;
    std::uint64_t m_count = 0;
    std::uint64_t m_batch = 1;
    std::uint64_t m_seed = 0;
};

} // namespace bw
