#include "core/formats/unit_grid.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace bw {

float thresholdForLower(double threshold)
{
    const auto rounded = static_cast<float>(threshold);
    return static_cast<double>(rounded) > threshold ? std::nextafter(rounded, -std::numeric_limits<float>::infinity())
                                                    : rounded;
}

float thresholdForUpper(double threshold)
{
    const auto rounded = static_cast<float>(threshold);
    return static_cast<double>(rounded) >= threshold ? std::nextafter(rounded, -std::numeric_limits<float>::infinity())
                                                     : rounded;
}

UnitGrid::UnitGrid(std::vector<float> levels, std::vector<float> thresholds)
    : m_levels(std::move(levels))
    , m_thresholds(std::move(thresholds))
{
    const float low = -m_levels.front();
    const float high = m_levels.back();
    m_span = low > 0 && high > 0 ? std::min(low, high) : std::max(low, high);
}

UnitGrid UnitGrid::integers(int low, int high)
{
    std::vector<float> levels;
    std::vector<float> thresholds;
    for (int level = low; level <= high; ++level) {
        levels.push_back(static_cast<float>(level));
        if (level < high) {
            // Half away from zero: k + 0.5 belongs to k + 1 when positive, to k when negative.
            thresholds.push_back(level >= 0 ? thresholdForUpper(level + 0.5) : static_cast<float>(level) + 0.5F);
        }
    }
    UnitGrid grid(std::move(levels), std::move(thresholds));
    grid.m_isIntegers = true;
    grid.m_low = low;
    return grid;
}

UnitGrid UnitGrid::codebook(std::vector<float> levels)
{
    std::vector<float> thresholds;
    for (std::size_t i = 0; i + 1 < levels.size(); ++i) {
        thresholds.push_back(
            thresholdForLower((static_cast<double>(levels[i]) + static_cast<double>(levels[i + 1])) / 2));
    }
    return { std::move(levels), std::move(thresholds) };
}

UnitGrid UnitGrid::mirrored(std::vector<float> magnitudes)
{
    std::vector<float> levels;
    std::vector<float> thresholds;
    magnitudes.insert(magnitudes.begin(), 0.0F);
    for (std::size_t i = magnitudes.size() - 1; i > 0; --i) {
        levels.push_back(-magnitudes[i]);
        const double between = (static_cast<double>(magnitudes[i]) + static_cast<double>(magnitudes[i - 1])) / 2;
        thresholds.push_back(thresholdForUpper(-between));
    }
    for (std::size_t i = 0; i < magnitudes.size(); ++i) {
        levels.push_back(magnitudes[i]);
        if (i + 1 < magnitudes.size()) {
            const double between = (static_cast<double>(magnitudes[i]) + static_cast<double>(magnitudes[i + 1])) / 2;
            thresholds.push_back(thresholdForLower(between));
        }
    }
    return { std::move(levels), std::move(thresholds) };
}

UnitGrid UnitGrid::withSpan(float span) &&
{
    m_span = span;
    return std::move(*this);
}

float UnitGrid::rmsSpan() const
{
    return m_rms.value_or(m_span / std::numbers::sqrt3_v<float>);
}

UnitGrid UnitGrid::withRms(float level) &&
{
    m_rms = level;
    return std::move(*this);
}

float UnitGrid::reach() const
{
    return std::max(std::abs(m_levels.front()), std::abs(m_levels.back()));
}

std::uint16_t UnitGrid::zeroCode() const
{
    const auto below = std::lower_bound(m_thresholds.begin(), m_thresholds.end(), 0.0F) - m_thresholds.begin();
    return static_cast<std::uint16_t>(below);
}

Grid scaledGrid(std::span<const float> levels, std::span<const float> thresholds, float scale)
{
    Grid grid;
    const std::size_t count = levels.size();
    for (std::size_t i = 0; i < count; ++i) {
        // A negative scale turns the grid about.
        const std::size_t at = scale < 0 ? count - 1 - i : i;
        const auto level = static_cast<double>(levels[at] * scale + 0.0F);
        if (!grid.levels.empty() && level <= grid.levels.back()) {
            continue;
        }
        if (!grid.levels.empty()) {
            grid.cellEdges.push_back(
                static_cast<double>(thresholds[scale < 0 ? at : at - 1]) * static_cast<double>(scale));
        }
        grid.levels.push_back(level);
    }
    grid.clipLow = grid.levels.empty() ? 0 : grid.levels.front();
    grid.clipHigh = grid.levels.empty() ? 0 : grid.levels.back();
    return grid;
}

} // namespace bw
