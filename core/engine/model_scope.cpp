#include "core/base/parallel.h"
#include "core/engine/quantize_model.h"
#include "core/formats/format_family.h"

#include <cmath>

namespace bw {

namespace {
bool isFinite(const TensorView& view, const JobContext& ctx)
{
    // Not bool: threads must not share a byte of the results.
    return parallelReduce(
               view.count(), FloatChunks::chunkSize, ctx, 1,
               [&](std::uint64_t first, std::uint64_t last) {
                   FloatChunks chunks(view);
                   // 0·x is 0 for every finite x, NaN otherwise.
                   float sum = 0;
                   for (const float value : chunks.values(first, last)) {
                       sum += 0 * value;
                   }
                   return sum == 0 ? 1 : 0;
               },
               [](int& all, int part) { all = all & part; })
        == 1;
}

/// The layers that get `format`, as matrices. Layers with NaN or infinity fail on their own later and must not spoil
/// the others.
std::vector<TensorView> matricesWith(
    const QuantFormat& format, const Plan& plan, const Model& model, const JobContext& ctx)
{
    std::vector<TensorView> matrices;
    for (const auto& layer : plan.layers) {
        if (!layer.isKept && layer.choice.format == format) {
            auto matrix = model.layer(layer.layer).matrix();
            if (isFinite(matrix, ctx)) {
                matrices.push_back(std::move(matrix));
            }
        }
    }
    return matrices;
}
} // namespace

Plan resolveModelScope(const Plan& plan, const Model& model, const JobContext& ctx)
{
    Plan resolved = plan;
    // Formats few, layers many: each format is fitted once.
    std::vector<std::pair<QuantFormat, QuantFormat>> fitted;
    for (auto& layer : resolved.layers) {
        if (layer.isKept) {
            continue;
        }
        const auto& family = familyOf(layer.choice.format);
        if (family.fitModel == nullptr) {
            continue;
        }
        ctx.checkpoint();
        auto known = fitted.begin();
        while (known != fitted.end() && known->first != layer.choice.format) {
            ++known;
        }
        if (known == fitted.end()) {
            const auto matrices = matricesWith(layer.choice.format, plan, model, ctx);
            auto fixed = matrices.empty() ? layer.choice.format : family.fitModel(layer.choice.format, matrices, ctx);
            known = fitted.insert(fitted.end(), { layer.choice.format, std::move(fixed) });
        }
        layer.choice.format = known->second;
    }
    return resolved;
}

} // namespace bw
