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
} // namespace

std::uint64_t mixedBits(std::uint64_t a, std::uint64_t b)
{
    return splitmix(splitmix(a) ^ b);
}

namespace {
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

// Classes less likely than this add nothing that single precision could show, but 1/√p of them might overflow.
constexpr double leastLikely = 1e-30;

/// The gradient of -ln p(label|x).
void addLabel(std::span<const double> logP, bool areProbabilities, std::size_t label, std::span<float> gradient)
{
    for (std::size_t c = 0; c < gradient.size(); ++c) {
        const double p = std::exp(logP[c]);
        const double ofProbability = c == label ? -1 / p : 0;
        gradient[c] = static_cast<float>(areProbabilities ? ofProbability : p - (c == label ? 1.0 : 0.0));
    }
}

/// Σ_c ε_c √p_c (p - e_c) with respect to scores, -ε_c/√p_c with respect to probabilities.
void addSigns(std::span<const double> logP, bool areProbabilities, std::uint64_t rowBits, std::span<float> gradient)
{
    const auto root = [&](std::size_t c) {
        const bool isPlus = ((mixedBits(rowBits, c / 64) >> (c % 64)) & 1U) != 0;
        return (isPlus ? 1 : -1) * std::exp(logP[c] / 2);
    };
    double sum = 0;
    for (std::size_t c = 0; c < gradient.size(); ++c) {
        sum += root(c);
    }
    for (std::size_t c = 0; c < gradient.size(); ++c) {
        const double p = std::exp(logP[c]);
        const double ofProbability = p < leastLikely ? 0 : -root(c) / p;
        gradient[c] = static_cast<float>(areProbabilities ? ofProbability : p * sum - root(c));
    }
}
} // namespace

DrawnGradient drawGradient(const at::Tensor& outputs, std::int64_t samples, std::uint64_t firstSample,
    std::uint64_t seed, LikelihoodDraw draw)
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
    DrawnGradient result;
    std::vector<float> gradient(all.size());
    std::vector<double> logP;
    for (std::size_t row = 0; row < rowCount; ++row) {
        logProbabilities(all.subspan(row * classes, classes), areProbabilities, logP);
        const auto sample = firstSample + row / perSample;
        const auto rowBits = mixedBits(mixedBits(seed, sample), row % perSample);
        const auto ofRow = std::span(gradient).subspan(row * classes, classes);
        if (draw == LikelihoodDraw::Signs) {
            addSigns(logP, areProbabilities, rowBits, ofRow);
        } else {
            const auto label = drawn(logP, uniform(rowBits));
            addLabel(logP, areProbabilities, label, ofRow);
            result.labels.push_back(static_cast<std::int64_t>(label));
        }
    }
    result.gradient
        = at::from_blob(gradient.data(), outputs.sizes(), at::kFloat).to(outputs.scalar_type(), false, true);
    return result;
}

} // namespace bw::torch_backend
