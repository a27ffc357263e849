#pragma once

#include <array>
#include <string_view>
#include <vector>

namespace bw {

struct Point
{
    double x = 0;
    double y = 0;
};

/// A chain of straight pieces. Closed ones may be filled.
struct Path
{
    std::vector<Point> points;
    bool closed = false;
};

inline constexpr std::array<std::string_view, 12> shapeNames { "circle", "triangle", "square", "star", "cross", "arrow",
    "heart", "spiral", "zigzag", "house", "moon", "lightning" };
inline constexpr int shapeCount = static_cast<int>(shapeNames.size());

/// What shape number `shape` looks like, upright, within about [-1, 1]; y points down.
std::vector<Path> shapePaths(int shape);

} // namespace bw
