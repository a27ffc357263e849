#include "core/formats/scale_search.h"

#include "core/formats/grid_kernels.h"
#include "core/formats/sorted_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace bw {

namespace {
constexpr double firstFactor = 1.25;
constexpr double coarseStep = 0.94;
constexpr int coarseLimit = 400; // 0.94^400 = 2e-11 of absmax

/// Remembers the best candidate; asks for each stored value once in a row.
class Best
{
public:
    Best(const ScaleStore& store, float largest, const std::function<double(float)>& error)
        : m_store(store)
        , m_largest(largest)
        , m_error(error)
    {
    }

    /// Error of the candidate; the last one's if it is stored as the same value.
    double attempt(double wanted)
    {
        const float scale = m_store.round(static_cast<float>(std::min(wanted, static_cast<double>(m_largest))));
        if (scale > m_largest || scale == m_last) {
            return m_lastError;
        }
        m_last = scale;
        m_lastError = m_error(scale);
        if (m_lastError < m_bestError) {
            m_bestError = m_lastError;
            m_best = scale;
        }
        return m_lastError;
    }
    float scale() const { return m_best; }
    double error() const { return m_bestError; }

private:
    const ScaleStore& m_store;
    float m_largest;
    const std::function<double(float)>& m_error;
    float m_last = 0;
    double m_lastError = std::numeric_limits<double>::infinity();
    float m_best = 0;
    double m_bestError = std::numeric_limits<double>::infinity();
};
} // namespace

float searchScale(const ScaleStore& store, float start, float largest, const std::function<double(float)>& error,
    const std::function<double(float, double)>& clipError)
{
    Best best(store, largest, error);
    const auto from = static_cast<double>(start);
    best.attempt(from);
    double wanted = from * firstFactor;
    for (int i = 0; i < coarseLimit; ++i, wanted *= coarseStep) {
        const double found = best.attempt(wanted);
        if (wanted < from && clipError(static_cast<float>(wanted), found) > best.error()) {
            break;
        }
    }
    for (const double step : { 0.015, 0.005 }) {
        const auto middle = static_cast<double>(best.scale());
        for (const int i : { -3, -2, -1, 1, 2, 3 }) {
            best.attempt(middle * (1 + step * i));
        }
    }
    return best.scale();
}

namespace {
constexpr std::size_t lanes = 8;
constexpr std::size_t chunk = 256;

/// Sums in a fixed order, the same on every machine.
double sumOfSquares(const float* differences, std::size_t count)
{
    std::array<double, lanes> sums {};
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const auto d = static_cast<double>(differences[i + lane]);
            sums[lane] += d * d;
        }
    }
    for (std::size_t lane = 0; i < count; ++i, ++lane) {
        const auto d = static_cast<double>(differences[i]);
        sums[lane] += d * d;
    }
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

/// Widest half gap between neighbouring levels: inside the grid no error exceeds it.
double halfGap(const UnitGrid& grid)
{
    const auto levels = grid.levels();
    float gap = 0;
    for (std::size_t i = 0; i + 1 < levels.size(); ++i) {
        const float threshold = grid.thresholds()[i];
        gap = std::max({ gap, threshold - levels[i], levels[i + 1] - threshold });
    }
    return static_cast<double>(gap);
}

float largestScale(const UnitGrid& grid)
{
    return std::numeric_limits<float>::max() / std::max(grid.reach(), 1.0F);
}

double integerErrorAt(std::span<const float> values, float scale, int low, int high)
{
    const auto lowest = static_cast<float>(low);
    const auto highest = static_cast<float>(high);
    double error = 0;
    std::array<float, chunk> differences;
    for (std::size_t start = 0; start < values.size(); start += chunk) {
        const std::size_t count = std::min(chunk, values.size() - start);
        const float* x = values.data() + start;
        for (std::size_t i = 0; i < count; ++i) {
            differences[i] = static_cast<float>(roundedLevel(x[i] / scale, lowest, highest)) * scale - x[i];
        }
        error += sumOfSquares(differences.data(), count);
    }
    return error;
}

} // namespace

double squaredErrorAt(std::span<const float> values, float scale, const UnitGrid& grid)
{
    if (grid.isIntegers()) {
        return integerErrorAt(values, scale, grid.low(), grid.high());
    }
    double error = 0;
    std::array<std::uint16_t, chunk> codes;
    std::array<float, chunk> differences;
    for (std::size_t start = 0; start < values.size(); start += chunk) {
        const auto part = values.subspan(start, std::min(chunk, values.size() - start));
        encodeThresholds(part, scale, grid.thresholds(), codes.data());
        decodeLevels(std::span(codes).first(part.size()), scale, grid.levels(), differences.data());
        for (std::size_t i = 0; i < part.size(); ++i) {
            differences[i] -= part[i];
        }
        error += sumOfSquares(differences.data(), part.size());
    }
    return error;
}

GroupErrors::GroupErrors(const GroupValues& values, std::size_t levels, const JobContext& ctx)
    : m_values(values)
    , m_ctx(ctx)
{
    // Sorting costs about as much as eight trials on the values themselves.
    if (values.count() <= 16384 || values.count() <= 50 * levels) {
        return;
    }
    if (values.view() != nullptr) {
        m_sorted = SortedValues::of(*values.view(), ctx);
    } else {
        m_sorted.emplace(std::vector<float>(values.values().begin(), values.values().end()), ctx);
    }
}

double GroupErrors::at(float scale, const UnitGrid& grid) const
{
    m_ctx.checkpoint();
    if (m_sorted) {
        return m_sorted->squaredError(grid.levels(), grid.thresholds(), static_cast<double>(scale));
    }
    double error = 0;
    m_values.forEachPiece(m_ctx, [&](std::span<const float> piece) { error += squaredErrorAt(piece, scale, grid); });
    return error;
}

double GroupErrors::clipError(float scale, double error, double halfGap) const
{
    const double widest = halfGap * static_cast<double>(scale);
    return error - static_cast<double>(m_values.count()) * widest * widest;
}

float searchGroupScale(
    const GroupValues& values, const ScaleStore& store, float start, const UnitGrid& grid, const JobContext& ctx)
{
    const GroupErrors errors(values, grid.levels().size(), ctx);
    const double gap = halfGap(grid);
    return searchScale(
        store, start, largestScale(grid), [&](float scale) { return errors.at(scale, grid); },
        [&](float scale, double error) { return errors.clipError(scale, error, gap); });
}

} // namespace bw
