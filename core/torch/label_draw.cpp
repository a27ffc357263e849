#include "core/torch/label_draw.h"

#include "core/base/error.h"
#include "core/evaluate/metrics.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

namespace bw::torch_backend {

namespace {
std::uint64_t splitmix(std::uint64_t x)
{
    x += 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31U);
}

double uniform(std::uint64_t bits)
{
    return static_cast<double>(bits >> 11U) * 0x1p-53;
}

std::size_t drawn(std::span<const double> logP, double u)
{
    double total = 0;
    for (const double value : logP) {
        total += std::exp(value);
    }
    double sum = 0;
    for (std::size_t i = 0; i + 1 < logP.size(); ++i) {
        sum += std::exp(logP[i]);
        if (u * total < sum) {
            return i;
        }
    }
    return logP.size() - 1;
}
} // namespace

std::uint64_t mixedBits(std::uint64_t a, std::uint64_t b)
{
    return splitmix(splitmix(a) ^ b);
}

LabelledOutputs drawLabels(
    const at::Tensor& outputs, std::int64_t samples, std::uint64_t firstSample, std::uint64_t seed)
{
    const auto classes = static_cast<std::size_t>(outputs.size(-1));
    const auto values = outputs.detach().to(at::kFloat).contiguous();
    const std::span<const float> all(values.data_ptr<float>(), static_cast<std::size_t>(values.numel()));
    if (std::any_of(all.begin(), all.end(), [](float v) { return std::isnan(v) || v > 3e38F; })) {
        throw Error(ErrorKind::Backend,
            Text(BW_TR_NOOP("core", "The model gives scores that are not finite numbers for these samples.")));
    }
    const bool areProbabilities = looksLikeProbabilities(all, classes);
    const auto rowCount = all.size() / classes;
    const auto perSample = rowCount / static_cast<std::size_t>(samples);
    LabelledOutputs result;
    std::vector<float> gradient(all.size());
    std::vector<double> logP;
    for (std::size_t row = 0; row < rowCount; ++row) {
        logProbabilities(all.subspan(row * classes, classes), areProbabilities, logP);
        const auto sample = firstSample + row / perSample;
        const auto label = drawn(logP, uniform(mixedBits(mixedBits(seed, sample), row % perSample)));
        for (std::size_t c = 0; c < classes; ++c) {
            const double p = std::exp(logP[c]);
            const double ofProbability = c == label ? -1 / p : 0;
            gradient[row * classes + c]
                = static_cast<float>(areProbabilities ? ofProbability : p - (c == label ? 1.0 : 0.0));
        }
        result.labels.push_back(static_cast<std::int64_t>(label));
    }
    result.gradient
        = at::from_blob(gradient.data(), outputs.sizes(), at::kFloat).to(outputs.scalar_type(), false, true);
    return result;
}

} // namespace bw::torch_backend
