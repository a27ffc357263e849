#pragma once
// value header

#include "core/base/content_hash.h"
#include "core/base/job_context.h"
#include "core/exponent/exponent_search.h"
#include "core/formats/codec.h"
#include "core/model/model.h"
#include "core/recipe/plan.h"
#include "core/stats/error_metrics.h"
#include "core/stats/histogram.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace bw {

/// One layer after quantization, with its error figures. Immutable.
struct QuantizedLayer
{
    LayerId layer;
    QuantizedTensor tensor;
    std::string method;
    ErrorSums error;

    double bitsPerWeight() const { return static_cast<double>(tensor.bits()) / static_cast<double>(tensor.count()); }
    double rmseOverRms() const { return bw::rmseOverRms(error); }
    double sqnrDb() const { return bw::sqnrDb(error); }
};
using QuantizedLayerPtr = std::shared_ptr<const QuantizedLayer>;

/// Kept in its own type · quantized · failed (the batch goes on; the Problem's field is the layer name).
struct KeptLayer
{
};
using LayerOutcome = std::variant<KeptLayer, QuantizedLayerPtr, Problem>;

struct ModelTotals
{
    std::uint64_t weightBits = 0; ///< of quantized layers
    std::uint64_t weightCount = 0;
    std::uint64_t bytesBefore = 0; ///< all layers, in their own types
    std::uint64_t bytesAfter = 0; ///< quantized parts + kept layers
    double rmseOverRms = 0; ///< over all quantized weights together
    double bitsPerWeight() const
    {
        return weightCount == 0 ? 0 : static_cast<double>(weightBits) / static_cast<double>(weightCount);
    }
};

struct QuantizedModel
{
    ModelPtr model;
    Plan plan;
    std::vector<LayerOutcome> layers; ///< one per layer of the model
    ModelTotals totals;
};
using QuantizedModelPtr = std::shared_ptr<const QuantizedModel>;

class ResultCache;

/// Quantizes every layer of a plan, from which problems are gone. Same bytes for any thread count. Layers found in
/// `cache` are not computed again. Error{BadInput} if the plan has problems.
QuantizedModelPtr quantizeModel(ModelPtr model, const Plan& plan, ResultCache* cache, const JobContext& ctx);
/// Throws the first failed layer's Problem as Error{BadFile} (a CLI quantize is all or nothing).
void requireComplete(const QuantizedModel& model);
/// Totals of given outcomes (the GUI keeps them up to date layer by layer).
ModelTotals computeTotals(const Model& model, const std::vector<LayerOutcome>& layers);

/// Formats whose parameters span the model (pow4(scope=model)) fixed from all layers that get them. Identity for all
/// others.
Plan resolveModelScope(const Plan& plan, const Model& model, const JobContext& ctx);

/// One layer alone. Throws Error{BadInput}: NaN or infinity, named by index and layer.
QuantizedLayerPtr quantizeLayer(const LayerInfo& layer, const LayerChoice& choice, const JobContext& ctx);
/// Errors of what `tensor` makes of `matrix`; the same sums for any thread count.
ErrorSums measureError(const QuantizedTensor& tensor, const TensorView& matrix, const JobContext& ctx);
/// Histogram of the dequantized values over the bins of `like` (same edges; sums to the count).
Histogram quantizedHistogram(const QuantizedTensor& tensor, const Histogram& like, const JobContext& ctx);
/// Σ(q-x)² of the weights in each cell of the typical grid: "error per level" of reports.
struct LevelError
{
    double level = 0;
    std::uint64_t count = 0;
    double squaredError = 0;
};
std::vector<LevelError> errorPerLevel(const QuantizedTensor& tensor, const TensorView& matrix, const JobContext& ctx);

/// A fixed sample of whole rows (or of row pieces of whole blocks) of at most about `maxValues` weights: what a drag
/// computes on. The matrix itself if it is small.
TensorView sampleRows(const TensorView& matrix, std::uint64_t maxValues);

/// Key of a layer's result: tensor content, format, method, parameters.
ContentHash resultKey(const ContentHash& tensor, const LayerChoice& choice);

} // namespace bw
