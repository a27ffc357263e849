#include "canvas.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

constexpr int samplesPerSide = 4;

double squaredDistance(Point p, Point a, Point b)
{
    const Point ab { b.x - a.x, b.y - a.y };
    const Point ap { p.x - a.x, p.y - a.y };
    const double length = ab.x * ab.x + ab.y * ab.y;
    const double t = length > 0 ? std::clamp((ap.x * ab.x + ap.y * ab.y) / length, 0.0, 1.0) : 0.0;
    const Point off { ap.x - t * ab.x, ap.y - t * ab.y };
    return off.x * off.x + off.y * off.y;
}

double distance(Point p, const Path& path)
{
    double nearest = 1e9;
    for (std::size_t i = 1; i < path.points.size(); ++i) {
        nearest = std::min(nearest, squaredDistance(p, path.points[i - 1], path.points[i]));
    }
    if (path.closed) {
        nearest = std::min(nearest, squaredDistance(p, path.points.back(), path.points.front()));
    }
    return std::sqrt(nearest);
}

bool inside(Point p, const std::vector<Point>& corners)
{
    bool result = false;
    Point a = corners.back();
    for (const Point& b : corners) {
        if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) * (b.x - a.x) / (b.y - a.y)) {
            result = !result;
        }
        a = b;
    }
    return result;
}

double insideShare(int x, int y, const std::vector<Point>& corners)
{
    int hits = 0;
    for (int i = 0; i < samplesPerSide * samplesPerSide; ++i) {
        const double dx = (i % samplesPerSide + 0.5) / samplesPerSide;
        const double dy = (i / samplesPerSide + 0.5) / samplesPerSide;
        hits += inside({ x + dx, y + dy }, corners) ? 1 : 0;
    }
    return static_cast<double>(hits) / (samplesPerSide * samplesPerSide);
}

} // namespace

void Canvas::blend(int x, int y, double brightness, double amount)
{
    double& pixel = at(x, y);
    pixel += (brightness - pixel) * amount;
}

void Canvas::stroke(const Path& path, double halfWidth, double brightness, double opacity)
{
    for (int y = 0; y < imageSide; ++y) {
        for (int x = 0; x < imageSide; ++x) {
            const double cover = halfWidth + 0.5 - distance({ x + 0.5, y + 0.5 }, path);
            blend(x, y, brightness, opacity * std::clamp(cover, 0.0, 1.0));
        }
    }
}

void Canvas::fill(const Path& path, double brightness, double opacity)
{
    for (int y = 0; y < imageSide; ++y) {
        for (int x = 0; x < imageSide; ++x) {
            blend(x, y, brightness, opacity * insideShare(x, y, path.points));
        }
    }
}

void Canvas::soften(double amount)
{
    const auto before = m_pixels;
    const auto pixel = [&before](int x, int y) {
        const int column = std::clamp(x, 0, imageSide - 1);
        return before[static_cast<std::size_t>(std::clamp(y, 0, imageSide - 1) * imageSide + column)];
    };
    const auto row = [&pixel](int x, int y) { return pixel(x - 1, y) + 2 * pixel(x, y) + pixel(x + 1, y); };
    for (int y = 0; y < imageSide; ++y) {
        for (int x = 0; x < imageSide; ++x) {
            blend(x, y, (row(x, y - 1) + 2 * row(x, y) + row(x, y + 1)) / 16, amount);
        }
    }
}

Image Canvas::toImage() const
{
    Image image {};
    std::transform(m_pixels.begin(), m_pixels.end(), image.begin(),
        [](double value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0, 1.0) * 255 + 0.5); });
    return image;
}

} // namespace bw
