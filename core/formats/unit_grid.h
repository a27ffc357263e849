#pragma once

#include "core/formats/grid.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace bw {

/// The levels of a format before a scale is applied, with the decision thresholds between them. A value x of a group
/// with scale s has the code = number of thresholds below x/s (the float32 quotient), and decodes to levels[code]·s
/// (the float32 product).
class UnitGrid
{
public:
    /// The whole numbers low … high; halves round away from zero.
    static UnitGrid integers(int low, int high);
    /// Ascending levels; the nearest wins, and a value exactly between two goes to the lower one.
    static UnitGrid codebook(std::vector<float> levels);
    /// Ascending positive magnitudes and their negatives around one 0; a value exactly between two levels goes to the
    /// one nearer to 0.
    static UnitGrid mirrored(std::vector<float> magnitudes);
    /// Ascending levels and the levels.size() - 1 thresholds between them, as float32 the largest value that still gets
    /// the lower code.
    UnitGrid(std::vector<float> levels, std::vector<float> thresholds);

    std::span<const float> levels() const { return m_levels; }
    std::span<const float> thresholds() const { return m_thresholds; }
    /// Are the levels low() … low()+size-1, rounded half away from zero?
    bool isIntegers() const { return m_isIntegers; }
    int low() const { return m_low; }
    int high() const { return m_low + static_cast<int>(m_levels.size()) - 1; }
    /// The end of the grid that the largest magnitude maps to: min(-lowest, highest), or the one end that is not 0.
    float span() const { return m_span; }
    /// The end that is farther from 0, the upper one of two.
    float fartherEnd() const { return -m_levels.front() > m_levels.back() ? m_levels.front() : m_levels.back(); }
    /// The same grid with another end for the largest magnitude (a fitted codebook lives in [-1, 1], whatever its own
    /// ends).
    UnitGrid withSpan(float span) &&;
    /// The level that one root mean square of the weights maps to: by default as if weights were spread evenly over the
    /// grid, span/√3.
    float rmsSpan() const;
    UnitGrid withRms(float level) &&;
    /// Is the grid made for weights of a known root mean square, rather than for a largest magnitude?
    bool hasRms() const { return m_rms.has_value(); }
    /// The largest |level|.
    float reach() const;
    /// Code of x/s = 0.
    std::uint16_t zeroCode() const;

private:
    std::vector<float> m_levels;
    std::vector<float> m_thresholds;
    float m_span = 1;
    std::optional<float> m_rms;
    int m_low = 0;
    bool m_isIntegers = false;
};

/// The largest float32 not above / the largest float32 below a real threshold: what "code = number of thresholds below
/// the value" needs when values on the threshold get the lower / the upper code.
float thresholdForLower(double threshold);
float thresholdForUpper(double threshold);

/// The grid of a group with scale `scale` in weight units; equal levels (scale 0, repeated codebook entries) are
/// merged.
Grid scaledGrid(std::span<const float> levels, std::span<const float> thresholds, float scale);

} // namespace bw
