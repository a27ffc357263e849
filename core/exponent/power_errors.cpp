#include "core/exponent/power_errors.h"

#include "core/base/parallel.h"
#include "core/exponent/power_grid.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
constexpr std::uint64_t blockValues = 65536;

double signalOf(std::span<const float> values)
{
    double sum = 0;
    for (const float value : values) {
        sum += static_cast<double>(value) * static_cast<double>(value);
    }
    return sum;
}

double signalOf(const TensorView& matrix, const JobContext& ctx)
{
    return parallelReduce(
        matrix.count(), blockValues, ctx, 0.0,
        [&](std::uint64_t first, std::uint64_t last) {
            FloatChunks chunks(matrix);
            double signal = 0;
            for (std::uint64_t at = first; at < last; at += FloatChunks::chunkSize) {
                signal += signalOf(chunks.values(at, std::min<std::uint64_t>(last, at + FloatChunks::chunkSize)));
            }
            return signal;
        },
        [](double& total, double part) { total += part; });
}

float magnitude(float value)
{
    return std::abs(value);
}
} // namespace

PowerErrors::PowerErrors(std::span<const float> values, float scale, const JobContext& ctx)
    : m_unit(static_cast<double>(scale))
    , m_signal(signalOf(values))
{
    std::vector<float> magnitudes(values.size());
    std::transform(values.begin(), values.end(), magnitudes.begin(), magnitude);
    m_sorted.emplace(std::move(magnitudes), ctx);
}

PowerErrors::PowerErrors(
    const TensorView& matrix, const Groups& groups, std::span<const float> scales, const JobContext& ctx)
{
    const float largest = scales.empty() ? 0 : *std::max_element(scales.begin(), scales.end());
    if (largest == 0) {
        return; // nothing but zeros
    }
    m_signal = signalOf(matrix, ctx);
    if (scales.size() == 1) {
        m_unit = static_cast<double>(largest);
        m_sorted = SortedValues::of(matrix, magnitude, ctx);
        return;
    }
    // Weights are squared scales, relative to the largest so that they fit float32.
    m_unit = 1;
    m_errorUnit = static_cast<double>(largest) * static_cast<double>(largest);
    const auto reader = [&](std::uint64_t first, std::span<float> values, std::span<float> weights) {
        matrix.read(first, values);
        groups.forEachPart(first, values.size(), [&](std::uint64_t group, std::size_t offset, std::size_t length) {
            const float scale = scales[group];
            const double relative = static_cast<double>(scale) / static_cast<double>(largest);
            const auto weight = static_cast<float>(relative * relative);
            for (std::size_t i = offset; i < offset + length; ++i) {
                values[i] = scale > 0 ? magnitude(values[i] / scale) : 0.0F;
                weights[i] = scale > 0 ? weight : 0.0F;
            }
        });
    };
    m_sorted = SortedValues::read(matrix.count(), true, reader, ctx);
}

double PowerErrors::squaredError(double a, int bits, double clip) const
{
    if (!m_sorted) {
        return 0;
    }
    const auto grid = powerMagnitudes(bits, a);
    const double unit = m_unit * clip;
    double error = 0;
    SortedValues::Sums from;
    for (std::size_t k = 0; k < grid.levels.size(); ++k) {
        const bool isLast = k + 1 == grid.levels.size();
        const auto rank = isLast ? m_sorted->count() : m_sorted->countBelow(grid.thresholds[k] * unit);
        const auto to = m_sorted->sumsOf(rank);
        error += squaredErrorOf(from, to, grid.levels[k] * unit);
        from = to;
    }
    return std::max(error, 0.0) * m_errorUnit;
}

} // namespace bw
