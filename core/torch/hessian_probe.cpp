#include "core/torch/hessian_probe.h"

#include "core/base/error.h"
#include "core/torch/autograd_edges.h"
#include "core/torch/label_draw.h"

#include <limits>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/grad_mode.h>

namespace bw::torch_backend {

namespace {
at::Tensor lossOf(const at::Tensor& outputs, std::span<const std::int64_t> labels)
{
    const auto rows = outputs.reshape({ -1, outputs.size(-1) });
    if (rows.size(0) != static_cast<std::int64_t>(labels.size())) {
        throw Error(ErrorKind::Unsupported,
            Text(BW_TR_NOOP("core", "The model does not give one row of class scores for each sample.")));
    }
    const auto targets = at::tensor(at::ArrayRef<std::int64_t>(labels.data(), labels.size()), at::kLong);
    if (targets.numel() > 0
        && (targets.min().item<std::int64_t>() < 0 || targets.max().item<std::int64_t>() >= rows.size(1))) {
        throw Error(
            ErrorKind::BadInput, Text(BW_TR_NOOP("core", "The data has labels that the model has no outputs for.")));
    }
    const bool areProbabilities
        = rows.numel() > 0 && (rows >= 0).all().item<bool>() && ((rows.sum(1) - 1).abs() < 1e-3).all().item<bool>();
    const auto logP = areProbabilities ? rows.clamp_min(1e-38).log() : at::log_softmax(rows, 1);
    return -logP.gather(1, targets.unsqueeze(1)).sum();
}

at::Tensor randomSigns(const at::Tensor& like, std::uint64_t seed)
{
    std::vector<float> signs(static_cast<std::size_t>(like.numel()));
    for (std::size_t i = 0; i < signs.size(); ++i) {
        const auto bits = mixedBits(seed, i / 64);
        signs[i] = ((bits >> (i % 64)) & 1U) != 0 ? 1.0F : -1.0F;
    }
    return at::from_blob(signs.data(), like.sizes(), at::kFloat).to(like.scalar_type(), false, true);
}
} // namespace

std::vector<double> probeHessian(const ObservedForward& forward, const FloatBatch& samples,
    std::span<const std::int64_t> labels, std::uint64_t seed, const JobContext& ctx)
{
    const torch::autograd::AutoGradMode gradients(true);
    std::vector<double> result(forward.weights().size(), std::numeric_limits<double>::quiet_NaN());
    const auto outputs = forward.run(
        samples, [](const SeenCall&) {}, ctx);
    const auto loss = lossOf(outputs, labels);
    const auto edges = weightEdges(forward, [](std::size_t) { return true; });
    const auto first = gradientsAt(loss, at::ones_like(loss), edges, ctx, true, true);
    ctx.checkpoint();
    std::vector<at::Tensor> signs(forward.weights().size());
    at::Tensor along = at::zeros({}, loss.options());
    for (std::size_t layer = 0; layer < forward.weights().size(); ++layer) {
        const auto gradient = weightGradient(forward, layer, first, 0);
        if (gradient.defined() && gradient.requires_grad()) {
            signs[layer] = randomSigns(gradient, mixedBits(seed, layer));
            along = along + (gradient * signs[layer]).sum();
        }
    }
    const auto second = gradientsAt(along, at::ones_like(along), edges, ctx);
    ctx.checkpoint();
    for (std::size_t layer = 0; layer < forward.weights().size(); ++layer) {
        const auto product = weightGradient(forward, layer, second, 0);
        if (signs[layer].defined() && product.defined()) {
            result[layer] = (product * signs[layer]).sum(at::kDouble).item<double>();
        }
    }
    return result;
}

} // namespace bw::torch_backend
