#pragma once

#include "core/base/job_context.h"
#include "core/calibrate/dataset.h"
#include "core/model/model.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace bw {

/// What other weights did to some samples, as sums in a fixed order.
struct DamageSums
{
    std::uint64_t samples = 0;
    double kl = 0; ///< Σ KL(float ‖ changed) in nats
    double klSquares = 0;
    std::uint64_t correct = 0; ///< with the changed weights
    std::uint64_t correctFloat = 0;

    void add(const DamageSums& other);
    double mean() const;
    double standardError() const; ///< of the mean, over samples; 0 for fewer than two
    double accuracyDrop() const; ///< share of samples
    friend bool operator==(const DamageSums&, const DamageSums&) = default;
};

struct MeterOptions
{
    ModelPtr model; ///< with a graph
    DatasetPtr data;
    std::uint64_t firstSample = 0;
    std::uint64_t samples = 256; ///< from firstSample on; fewer if there are fewer
    std::uint64_t batch = 32; ///< one sample each if the model takes no more
    std::uint64_t memoryBudget = std::uint64_t { 1 } << 30; ///< for values kept between runs
};

/// New values of one layer, in its own shape.
using LayerValues = std::pair<LayerId, TensorView>;

/// Measures how far a model with other weights is from the float one, batch by batch. One layer's change starts where
/// the layer is used (partial_runs.h). Thread-safe; measurements go one after the other through the engine thread.
class DamageMeter
{
public:
    /// Error{Unsupported}: no graph, or no classifier; {BadInput}: no samples, or not of the shape the model takes.
    DamageMeter(const MeterOptions& options, const JobContext& ctx);
    ~DamageMeter();
    DamageMeter(const DamageMeter&) = delete;
    DamageMeter& operator=(const DamageMeter&) = delete;

    std::size_t batchCount() const;
    std::uint64_t samplesIn(std::size_t batch) const;
    std::uint64_t sampleCount() const;

    /// The weights that measureLayer() changes one layer of; layers not named keep those of the file.
    void setBase(std::vector<LayerValues> base, const JobContext& ctx);
    /// The base with one layer's weights replaced. Error{Backend}: the model then gives scores that are no numbers.
    DamageSums measureLayer(LayerId layer, const TensorView& values, std::size_t batch, const JobContext& ctx);
    /// The same for several layers at once.
    DamageSums measureLayers(const std::vector<LayerValues>& changes, std::size_t batch, const JobContext& ctx);
    /// Other weights altogether; layers not named keep those of the file. The base stays.
    DamageSums measureModel(const std::vector<LayerValues>& weights, std::size_t batch, const JobContext& ctx);

private:
    struct Core;
    std::shared_ptr<Core> m_core; ///< shared with the engine thread, as a canceled run may outlive its caller
};

} // namespace bw
