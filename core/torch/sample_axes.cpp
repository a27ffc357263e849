#include "core/torch/sample_axes.h"

#include <algorithm>

#include <ATen/ATen.h>

namespace bw::torch_backend {

namespace {
constexpr double agreement = 1e-3;
} // namespace

bool isNear(const at::Tensor& a, const at::Tensor& b)
{
    if (a.sizes() != b.sizes()) {
        return false;
    }
    const auto x = a.to(at::kDouble);
    const auto y = b.to(at::kDouble);
    const double difference = (x - y).norm().item<double>();
    return difference <= agreement * std::max(x.norm().item<double>(), y.norm().item<double>());
}

std::optional<std::int64_t> batchAxis(const at::Tensor& first, const at::Tensor& second, const at::Tensor& both)
{
    if (first.sizes() != second.sizes() || first.dim() != both.dim()) {
        return std::nullopt;
    }
    std::optional<std::int64_t> axis;
    for (std::int64_t i = 0; i < first.dim(); ++i) {
        if (both.size(i) == first.size(i)) {
            continue;
        }
        if (axis || both.size(i) != 2 * first.size(i)) {
            return std::nullopt;
        }
        axis = i;
    }
    const bool isSame = axis && isNear(both.narrow(*axis, 0, first.size(*axis)), first)
        && isNear(both.narrow(*axis, first.size(*axis), first.size(*axis)), second);
    return isSame ? axis : std::nullopt;
}

at::Tensor bySample(const at::Tensor& x, std::optional<std::int64_t> axis, std::int64_t samples)
{
    if (!axis) {
        return x.unsqueeze(0);
    }
    auto sizes = x.sizes().vec();
    sizes[static_cast<std::size_t>(*axis)] /= samples;
    sizes.insert(sizes.begin() + *axis, samples);
    return x.reshape(sizes).movedim(*axis, 0);
}

FloatBatch oneOf(const FloatBatch& samples, std::int64_t index)
{
    FloatBatch one;
    one.shape = samples.shape;
    one.shape.front() = 1;
    const auto size = static_cast<std::ptrdiff_t>(elementCount(one.shape));
    one.values.assign(samples.values.begin() + index * size, samples.values.begin() + (index + 1) * size);
    return one;
}

} // namespace bw::torch_backend
