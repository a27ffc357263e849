#include "draw_shapes.h"

#include "random.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace bw {

namespace {

constexpr double pi = std::numbers::pi;
constexpr std::uint64_t labelSalt = 0x6c6162656c73U;

/// Upright unit shape -> pixels: a slight waviness as of a hand, then an affine map.
class Placement
{
public:
    explicit Placement(Random& random)
        : m_angle(random.uniform(-0.45, 0.45))
        , m_radius(random.uniform(7.2, 12.4))
        , m_aspect(random.uniform(0.82, 1.22))
        , m_shear(random.uniform(-0.25, 0.25))
        , m_wave(random.uniform(0.0, 0.09))
        , m_phase(random.uniform(0.0, 2 * pi))
    {
        const double room = imageSide / 2.0 - m_radius;
        m_center = { imageSide / 2.0 + random.uniform(-room, room), imageSide / 2.0 + random.uniform(-room, room) };
    }

    Path placed(Path path) const
    {
        for (Point& p : path.points) {
            p = placed(p);
        }
        return path;
    }

private:
    Point placed(Point p) const
    {
        const double x = p.x + m_wave * std::sin(2.6 * p.y + m_phase);
        const double y = p.y + m_wave * std::sin(2.6 * p.x + 1.7 * m_phase);
        const double wide = m_radius * (std::sqrt(m_aspect) * x + m_shear * y);
        const double high = m_radius * y / std::sqrt(m_aspect);
        return { m_center.x + std::cos(m_angle) * wide - std::sin(m_angle) * high,
            m_center.y + std::sin(m_angle) * wide + std::cos(m_angle) * high };
    }

    double m_angle;
    double m_radius;
    double m_aspect;
    double m_shear;
    double m_wave;
    double m_phase;
    Point m_center;
};

/// How hard an image is to read. Most are easy to look at, a few are meant to be lost.
struct Difficulty
{
    double contrast;
    double noise;
    int strays;
    int gaps;

    explicit Difficulty(Random& random)
    {
        const double hardness = random.uniform();
        const double hard = hardness * hardness * hardness;
        contrast = random.uniform(0.75, 1.0) - 0.4 * hard;
        noise = 0.015 + 0.02 * random.uniform() + 0.095 * hard;
        strays = random.below(2) + static_cast<int>(4.5 * hard);
        gaps = static_cast<int>(3.2 * hard + 0.35 * random.uniform());
    }
};

void paintBackground(Canvas& canvas, Random& random)
{
    const double level = random.uniform(0.02, 0.12);
    const double angle = random.uniform(0.0, 2 * pi);
    const double slope = random.uniform(0.0, 0.1) / imageSide;
    for (int y = 0; y < imageSide; ++y) {
        for (int x = 0; x < imageSide; ++x) {
            canvas.at(x, y) = level + slope * (std::cos(angle) * x + std::sin(angle) * y);
        }
    }
}

/// A straight mark of `length` pixels through a place near the middle.
Path mark(Random& random, double length)
{
    const Point middle { random.uniform(3.0, imageSide - 3.0), random.uniform(3.0, imageSide - 3.0) };
    const double angle = random.uniform(0.0, pi);
    const Point half { 0.5 * length * std::cos(angle), 0.5 * length * std::sin(angle) };
    return { { { middle.x - half.x, middle.y - half.y }, { middle.x + half.x, middle.y + half.y } }, false };
}

// Numbers are drawn in statements of their own: the order of arguments is up to the compiler.
void paintStray(Canvas& canvas, double contrast, Random& random)
{
    const double length = random.uniform(2.0, 9.0);
    const Path path = mark(random, length);
    const double halfWidth = random.uniform(0.3, 0.9);
    canvas.stroke(path, halfWidth, contrast, random.uniform(0.25, 0.8));
}

void paintGap(Canvas& canvas, Random& random)
{
    const Path path = mark(random, 2.0 * imageSide);
    canvas.stroke(path, random.uniform(0.8, 2.0), 0.08);
}

void paintShape(Canvas& canvas, int shape, double contrast, Random& random)
{
    const Placement placement(random);
    const double halfWidth = random.uniform(0.5, 1.15);
    const double body = random.chance(0.45) ? random.uniform(0.2, 0.6) : 0.0;
    for (const Path& path : shapePaths(shape)) {
        const Path placed = placement.placed(path);
        if (placed.closed && body > 0) {
            canvas.fill(placed, contrast, body);
        }
        canvas.stroke(placed, halfWidth, contrast);
    }
}

void addNoise(Canvas& canvas, double deviation, Random& random)
{
    for (int y = 0; y < imageSide; ++y) {
        for (int x = 0; x < imageSide; ++x) {
            canvas.at(x, y) += deviation * random.bell();
        }
    }
}

} // namespace

int shapeOfImage(std::uint64_t seed, std::uint64_t index)
{
    Random random = Random::stream(seed ^ labelSalt, index / shapeCount);
    std::array<int, shapeCount> order {};
    std::iota(order.begin(), order.end(), 0);
    for (int i = shapeCount - 1; i > 0; --i) {
        std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(random.below(i + 1))]);
    }
    return order[index % shapeCount];
}

Image drawShape(int shape, std::uint64_t seed, std::uint64_t index)
{
    Random random = Random::stream(seed, index);
    const Difficulty difficulty(random);
    Canvas canvas;
    paintBackground(canvas, random);
    for (int i = 0; i < difficulty.strays; ++i) {
        paintStray(canvas, difficulty.contrast, random);
    }
    paintShape(canvas, shape, difficulty.contrast, random);
    for (int i = 0; i < difficulty.gaps; ++i) {
        paintGap(canvas, random);
    }
    canvas.soften(random.uniform(0.0, 0.5));
    addNoise(canvas, difficulty.noise, random);
    return canvas.toImage();
}

LabelledImages drawImages(std::uint64_t seed, std::uint64_t first, int count)
{
    LabelledImages result;
    result.pixels.reserve(static_cast<std::size_t>(count) * imagePixels);
    for (int i = 0; i < count; ++i) {
        const std::uint64_t index = first + static_cast<std::uint64_t>(i);
        const int shape = shapeOfImage(seed, index);
        const Image image = drawShape(shape, seed, index);
        result.pixels.insert(result.pixels.end(), image.begin(), image.end());
        result.labels.push_back(shape);
    }
    return result;
}

} // namespace bw
