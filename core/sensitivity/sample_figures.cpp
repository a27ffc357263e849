#include "core/sensitivity/sample_figures.h"

#include "core/base/parallel.h"
#include "core/sensitivity/captures.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bw {

namespace {
constexpr std::uint64_t sumBlock = 65536;
constexpr std::size_t lanes = 8; ///< independent sums, so that additions need not wait for one another
} // namespace

MeanFigure meanFigure(std::span<const double> values)
{
    MeanFigure figure;
    const auto n = static_cast<double>(values.size());
    for (const double value : values) {
        figure.mean += value / n;
    }
    if (values.size() > 1) {
        double squares = 0;
        for (const double value : values) {
            squares += (value - figure.mean) * (value - figure.mean);
        }
        figure.standardError = std::sqrt(squares / (n - 1) / n);
    }
    return figure;
}

void describeGradients(const GradientCapture& capture, std::size_t index, LayerDamage& layer)
{
    layer.note = capture.reason(index);
    layer.isKnown = layer.note.empty();
    if (!layer.isKnown) {
        return;
    }
    auto energies = capture.energies(index);
    for (auto& energy : energies) {
        energy /= static_cast<double>(std::max<std::uint64_t>(layer.count, 1));
    }
    const auto figure = meanFigure(energies);
    layer.value = figure.mean;
    layer.standardError = figure.standardError;
}

void useFirstPoint(LayerDamage& layer)
{
    layer.value = 0;
    layer.standardError = 0;
    const auto first
        = std::find_if(layer.points.begin(), layer.points.end(), [](const auto& point) { return point.isUsable(); });
    if (first != layer.points.end() && layer.isKnown) {
        layer.value = first->damage;
        layer.standardError = first->standardError;
    }
}

double weightedSquares(std::span<const float> errors, std::span<const float> weights, const JobContext& ctx)
{
    return parallelReduce(
        errors.size(), sumBlock, ctx, 0.0,
        [&](std::uint64_t first, std::uint64_t last) {
            double sum = 0;
            for (auto i = first; i < last; ++i) {
                const auto error = static_cast<double>(errors[i]);
                sum += static_cast<double>(weights[i]) * error * error;
            }
            return sum;
        },
        [](double& total, double part) { total += part; });
}

void appendProducts(std::span<const float> gradients, std::span<const float> errors, std::vector<double>& products)
{
    const auto count = errors.size();
    for (std::size_t row = 0; row + count <= gradients.size() && count > 0; row += count) {
        std::array<double, lanes> sums {};
        std::size_t i = 0;
        for (; i + lanes <= count; i += lanes) {
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                sums[lane] += static_cast<double>(gradients[row + i + lane]) * static_cast<double>(errors[i + lane]);
            }
        }
        double sum = 0;
        for (; i < count; ++i) {
            sum += static_cast<double>(gradients[row + i]) * static_cast<double>(errors[i]);
        }
        for (const double lane : sums) {
            sum += lane;
        }
        products.push_back(sum);
    }
}

} // namespace bw
