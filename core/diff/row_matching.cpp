#include "core/diff/row_matching.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace bw::diff {

namespace {
constexpr std::size_t width = 48; // directions: of 16,384 unrelated rows the nearest has a cosine of about 0.6
using Sketch = std::array<float, width>;

/// 48 signs of an index, as bits (splitmix64: Steele, Lea and Flood 2014).
std::uint64_t signsOf(std::uint64_t index)
{
    std::uint64_t x = (index + 1) * 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31U);
}

void addSigned(Sketch& sketch, float value, std::uint64_t signs)
{
    for (std::size_t i = 0; i < width; ++i) {
        sketch[i] += ((signs >> i) & 1U) != 0 ? value : -value;
    }
}

void normalize(Sketch& sketch)
{
    const double norm = std::sqrt(std::inner_product(sketch.begin(), sketch.end(), sketch.begin(), 0.0));
    if (norm > 0 && std::isfinite(norm)) {
        for (float& value : sketch) {
            value = static_cast<float>(value / norm);
        }
    }
}

std::vector<Sketch> rowSketches(
    const TensorView& view, std::uint64_t rows, std::uint64_t columns, const JobContext& ctx)
{
    std::vector<Sketch> sketches(static_cast<std::size_t>(rows), Sketch {});
    parallelBlocks(rows, 16, ctx, [&](std::uint64_t first, std::uint64_t last) {
        std::vector<float> values(static_cast<std::size_t>(columns));
        for (std::uint64_t row = first; row < last; ++row) {
            ctx.checkpoint();
            view.read(row * columns, values);
            Sketch& sketch = sketches[static_cast<std::size_t>(row)];
            for (std::size_t c = 0; c < values.size(); ++c) {
                addSigned(sketch, values[c], signsOf(c));
            }
            normalize(sketch);
        }
    });
    return sketches;
}

std::vector<Sketch> columnSketches(
    const TensorView& view, std::uint64_t rows, std::uint64_t columns, const JobContext& ctx)
{
    std::vector<Sketch> sketches(static_cast<std::size_t>(columns), Sketch {});
    std::vector<float> values(static_cast<std::size_t>(columns));
    for (std::uint64_t row = 0; row < rows; ++row) {
        ctx.checkpoint();
        view.read(row * columns, values);
        const auto signs = signsOf(row);
        for (std::size_t c = 0; c < values.size(); ++c) {
            addSigned(sketches[c], values[c], signs);
        }
    }
    for (Sketch& sketch : sketches) {
        normalize(sketch);
    }
    return sketches;
}

std::uint32_t nearest(const Sketch& wanted, const std::vector<Sketch>& candidates)
{
    float best = -2;
    std::uint32_t found = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        float product = 0;
        for (std::size_t k = 0; k < width; ++k) {
            product += wanted[k] * candidates[i][k];
        }
        if (product > best) {
            best = product;
            found = static_cast<std::uint32_t>(i);
        }
    }
    return found;
}

bool isPermutation(const std::vector<std::uint32_t>& order)
{
    std::vector<bool> isUsed(order.size(), false);
    for (const auto index : order) {
        if (isUsed[index]) {
            return false;
        }
        isUsed[index] = true;
    }
    return !std::is_sorted(order.begin(), order.end());
}

std::vector<std::uint32_t> matched(const std::vector<Sketch>& a, const std::vector<Sketch>& b, const JobContext& ctx)
{
    std::vector<std::uint32_t> order(a.size());
    parallelBlocks(a.size(), 8, ctx, [&](std::uint64_t first, std::uint64_t last) {
        for (auto i = static_cast<std::size_t>(first); i < last; ++i) {
            ctx.checkpoint();
            order[i] = nearest(a[i], b);
        }
    });
    return isPermutation(order) ? order : std::vector<std::uint32_t>();
}
} // namespace

std::vector<std::uint32_t> matchRows(
    const TensorView& a, const TensorView& b, std::uint64_t rows, std::uint64_t columns, const JobContext& ctx)
{
    if (rows > mostMatchedRows || columns < 2) {
        return {};
    }
    return matched(rowSketches(a, rows, columns, ctx), rowSketches(b, rows, columns, ctx), ctx);
}

std::vector<std::uint32_t> matchColumns(
    const TensorView& a, const TensorView& b, std::uint64_t rows, std::uint64_t columns, const JobContext& ctx)
{
    if (columns > mostMatchedRows || rows < 2) {
        return {};
    }
    return matched(columnSketches(a, rows, columns, ctx), columnSketches(b, rows, columns, ctx), ctx);
}

} // namespace bw::diff
