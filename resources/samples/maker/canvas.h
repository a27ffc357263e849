#pragma once

#include "shape_paths.h"

#include <array>
#include <cstdint>

namespace bw {

inline constexpr int imageSide = 32;
inline constexpr int imagePixels = imageSide * imageSide;
using Image = std::array<std::uint8_t, imagePixels>;

/// A grey picture of real brightness; 0 is black, 1 is white. Paths are given in pixels, (0, 0) at the left upper
/// corner.
class Canvas
{
public:
    double& at(int x, int y) { return m_pixels[static_cast<std::size_t>(y * imageSide + x)]; }

    /// Moves pixels under the line towards `brightness`; edges are soft over one pixel.
    void stroke(const Path& path, double halfWidth, double brightness, double opacity = 1);
    /// Same for the inside of a closed path (even-odd).
    void fill(const Path& path, double brightness, double opacity);
    /// One pass of a 3x3 blur; 0 leaves the picture alone, 1 is the full binomial kernel.
    void soften(double amount);

    Image toImage() const;

private:
    void blend(int x, int y, double brightness, double amount);

    std::array<double, imagePixels> m_pixels {};
};

} // namespace bw
