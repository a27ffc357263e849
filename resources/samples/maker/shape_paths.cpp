#include "shape_paths.h"

#include <cmath>
#include <numbers>
#include <stdexcept>

namespace bw {

namespace {

constexpr double pi = std::numbers::pi;

Path closedPath(std::vector<Point> points)
{
    return { std::move(points), true };
}

Path openPath(std::vector<Point> points)
{
    return { std::move(points), false };
}

Point onCircle(double radius, double angle)
{
    return { radius * std::cos(angle), radius * std::sin(angle) };
}

void appendArc(std::vector<Point>& points, Point center, double radius, double from, double to, int pieces)
{
    for (int i = 0; i <= pieces; ++i) {
        const Point p = onCircle(radius, from + (to - from) * i / pieces);
        points.push_back({ center.x + p.x, center.y + p.y });
    }
}

std::vector<Path> circle()
{
    Path path = closedPath({});
    appendArc(path.points, {}, 0.92, 0, 2 * pi, 36);
    return { path };
}

std::vector<Path> triangle()
{
    return { closedPath({ { 0, -0.95 }, { 0.95, 0.75 }, { -0.95, 0.75 } }) };
}

std::vector<Path> square()
{
    return { closedPath({ { -0.8, -0.8 }, { 0.8, -0.8 }, { 0.8, 0.8 }, { -0.8, 0.8 } }) };
}

std::vector<Path> star()
{
    Path path = closedPath({});
    for (int i = 0; i < 10; ++i) {
        path.points.push_back(onCircle(i % 2 == 0 ? 1.08 : 0.45, -pi / 2 + pi * i / 5));
    }
    return { path };
}

std::vector<Path> cross()
{
    constexpr double arm = 0.32;
    constexpr double end = 0.98;
    return { closedPath({ { -arm, -end }, { arm, -end }, { arm, -arm }, { end, -arm }, { end, arm }, { arm, arm },
        { arm, end }, { -arm, end }, { -arm, arm }, { -end, arm }, { -end, -arm }, { -arm, -arm } }) };
}

std::vector<Path> arrow()
{
    return { openPath({ { -1, 0 }, { 0.95, 0 } }), openPath({ { 0.3, -0.62 }, { 0.95, 0 }, { 0.3, 0.62 } }) };
}

std::vector<Path> heart()
{
    Path path = closedPath({});
    for (int i = 0; i < 40; ++i) {
        const double t = 2 * pi * i / 40;
        const double s = std::sin(t);
        const double y = 13 * std::cos(t) - 5 * std::cos(2 * t) - 2 * std::cos(3 * t) - std::cos(4 * t);
        path.points.push_back({ 0.98 * s * s * s, -(y + 2.5) / 15.5 });
    }
    return { path };
}

std::vector<Path> spiral()
{
    constexpr int pieces = 56;
    Path path = openPath({});
    for (int i = 0; i <= pieces; ++i) {
        const double t = static_cast<double>(i) / pieces;
        path.points.push_back(onCircle(0.06 + 0.98 * t, 2 * pi * 2.25 * t));
    }
    return { path };
}

std::vector<Path> zigzag()
{
    return { openPath(
        { { -1.05, 0.5 }, { -0.63, -0.5 }, { -0.21, 0.5 }, { 0.21, -0.5 }, { 0.63, 0.5 }, { 1.05, -0.5 } }) };
}

std::vector<Path> house()
{
    return { closedPath({ { -0.7, 0.92 }, { -0.7, -0.1 }, { -0.98, -0.1 }, { 0, -0.98 }, { 0.98, -0.1 }, { 0.7, -0.1 },
                 { 0.7, 0.92 } }),
        openPath({ { -0.2, 0.92 }, { -0.2, 0.3 }, { 0.2, 0.3 }, { 0.2, 0.92 } }) };
}

std::vector<Path> moon()
{
    // Both arcs end in the same two horns, which lie on the circles around (0, 0) and (0.62, 0).
    constexpr double outer = 0.98;
    constexpr Point innerCenter { 0.62, 0 };
    const double horn = 0.92;
    const Point tip = onCircle(outer, horn);
    const double innerRadius = std::hypot(tip.x - innerCenter.x, tip.y);
    const double innerHorn = std::atan2(tip.y, tip.x - innerCenter.x);
    Path path = closedPath({});
    appendArc(path.points, {}, outer, horn, 2 * pi - horn, 28);
    appendArc(path.points, innerCenter, innerRadius, 2 * pi - innerHorn, innerHorn, 20);
    for (Point& p : path.points) {
        p.x += 0.2;
    }
    return { path };
}

std::vector<Path> lightning()
{
    return { closedPath(
        { { 0.3, -1.05 }, { -0.62, 0.2 }, { -0.05, 0.2 }, { -0.35, 1.05 }, { 0.62, -0.28 }, { 0.05, -0.28 } }) };
}

} // namespace

std::vector<Path> shapePaths(int shape)
{
    using Maker = std::vector<Path> (*)();
    static constexpr std::array<Maker, shapeCount> makers { circle, triangle, square, star, cross, arrow, heart, spiral,
        zigzag, house, moon, lightning };
    if (shape < 0 || shape >= shapeCount) {
        throw std::out_of_range("no such shape");
    }
    return makers[static_cast<std::size_t>(shape)]();
}

} // namespace bw
