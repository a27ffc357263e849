#include "core/sensitivity/fisher_importance.h"

#include "core/base/error.h"
#include "core/sensitivity/captures.h"

namespace bw {

WeightImportance fisherImportance(const SensitivityRequest& request, const JobContext& ctx)
{
    if (!request.model->hasGraph()) {
        throw Error(ErrorKind::Unsupported,
            Text(BW_TR_NOOP("core",
                "The Fisher information of weights comes from running the model, but this file holds weights only. "
                "Open "
                "a TorchScript model, or use a format that does not need it.")));
    }
    WeightImportance importance;
    useGradients(request, false, ctx, [&](const GradientCapture& capture) {
        importance = {};
        for (std::size_t l = 0; l < request.layers.size(); ++l) {
            const auto& name = request.model->layer(request.layers[l]).name;
            if (capture.reason(l).empty()) {
                importance.layers.emplace(name, capture.fisher(l));
            } else {
                importance.reasons.emplace(name, capture.reason(l));
            }
        }
    });
    importance.hash = contentHash(captureFileName(captureKey(request, fisherOfSigns, ctx)));
    return importance;
}

} // namespace bw
