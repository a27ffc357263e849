#include "core/diff/alignment.h"

#include "core/diff/row_matching.h"
#include "core/stats/error_metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bw::diff {

namespace {
constexpr std::size_t sampleRuns = 64;
constexpr std::size_t runLength = 64;
/// Orders are kept apart from this cosine on: a 2-bit format still reaches it, unrelated values do not.
constexpr double closeCosine = 0.7;

/// A tensor's values with the axes in another order.
class MovedAxes : public TensorSource
{
public:
    /// Axis i of the result is axis `axes[i]` of `base`.
    MovedAxes(TensorView base, const std::vector<std::size_t>& axes)
        : m_base(std::move(base))
    {
        std::vector<std::uint64_t> strides(axes.size(), 1);
        for (std::size_t i = axes.size(); i-- > 1;) {
            strides[i - 1] = strides[i] * static_cast<std::uint64_t>(m_base.shape[i]);
        }
        for (const std::size_t axis : axes) {
            m_sizes.push_back(static_cast<std::uint64_t>(m_base.shape[axis]));
            m_strides.push_back(strides[axis]);
        }
    }

    void read(std::uint64_t first, std::span<float> out) const override
    {
        std::size_t done = 0;
        while (done < out.size()) {
            const std::uint64_t column = (first + done) % m_sizes.back();
            const auto run = std::min<std::uint64_t>(m_sizes.back() - column, out.size() - done);
            const std::uint64_t start = placeOf(first + done);
            if (m_strides.back() == 1) {
                m_base.read(start, out.subspan(done, static_cast<std::size_t>(run)));
            } else {
                for (std::uint64_t i = 0; i < run; ++i) {
                    m_base.read(start + i * m_strides.back(), out.subspan(done + static_cast<std::size_t>(i), 1));
                }
            }
            done += static_cast<std::size_t>(run);
        }
    }

private:
    std::uint64_t placeOf(std::uint64_t index) const
    {
        std::uint64_t place = 0;
        for (std::size_t i = m_sizes.size(); i-- > 0;) {
            place += index % m_sizes[i] * m_strides[i];
            index /= m_sizes[i];
        }
        return place;
    }

    TensorView m_base;
    std::vector<std::uint64_t> m_sizes;
    std::vector<std::uint64_t> m_strides;
};

/// A matrix's values with rows or columns in another order.
class MovedLines : public TensorSource
{
public:
    MovedLines(TensorView base, std::uint64_t columns, std::vector<std::uint32_t> order, bool areRows)
        : m_base(std::move(base))
        , m_columns(columns)
        , m_order(std::move(order))
        , m_areRows(areRows)
    {
    }

    void read(std::uint64_t first, std::span<float> out) const override
    {
        std::vector<float> whole(m_areRows ? 0 : static_cast<std::size_t>(m_columns));
        std::size_t done = 0;
        while (done < out.size()) {
            const std::uint64_t row = (first + done) / m_columns;
            const auto column = static_cast<std::size_t>((first + done) % m_columns);
            const auto run = std::min(static_cast<std::size_t>(m_columns) - column, out.size() - done);
            if (m_areRows) {
                m_base.read(m_order[static_cast<std::size_t>(row)] * m_columns + column, out.subspan(done, run));
            } else {
                m_base.read(row * m_columns, whole);
                for (std::size_t i = 0; i < run; ++i) {
                    out[done + i] = whole[m_order[column + i]];
                }
            }
            done += run;
        }
    }

private:
    TensorView m_base;
    std::uint64_t m_columns;
    std::vector<std::uint32_t> m_order;
    bool m_areRows;
};

/// Without dimensions of one value.
TensorView squeezed(TensorView view)
{
    std::erase(view.shape, 1);
    return view;
}

ErrorSums sampledSums(const TensorView& a, const TensorView& b)
{
    const std::uint64_t count = a.count();
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(runLength, count));
    const std::uint64_t runs
        = std::min<std::uint64_t>(sampleRuns, (count + length - 1) / std::max<std::size_t>(1, length));
    std::vector<float> x(length);
    std::vector<float> y(length);
    ErrorSums sums;
    for (std::uint64_t i = 0; i < runs; ++i) {
        const std::uint64_t first = runs == 1 ? 0 : (count - length) / (runs - 1) * i;
        a.read(first, x);
        b.read(first, y);
        for (std::size_t k = 0; k < length; ++k) {
            if (!std::isfinite(x[k]) || !std::isfinite(y[k])) {
                x[k] = y[k] = 0;
            }
        }
        sums.add(errorSums(x, y));
    }
    return sums;
}

double closeness(const TensorView& a, const TensorView& b)
{
    const ErrorSums sums = sampledSums(a, b);
    return sums.squaredError == 0 ? 1 : std::min(std::abs(cosineSimilarity(sums)), std::nextafter(1.0, 0.0));
}

TensorView flat(TensorView view)
{
    view.shape = { static_cast<std::int64_t>(view.count()) };
    return view;
}

/// The order of axes in which B has A's shape and is nearest to A.
void tryMovedAxes(const TensorView& a, const TensorView& b, double& best, Aligned& result)
{
    constexpr std::size_t mostAxes = 5;
    if (a.shape.size() != b.shape.size() || a.shape.size() < 2 || a.shape.size() > mostAxes) {
        return;
    }
    std::vector<std::size_t> axes(a.shape.size());
    std::iota(axes.begin(), axes.end(), std::size_t { 0 });
    while (std::next_permutation(axes.begin(), axes.end())) {
        bool fits = true;
        for (std::size_t i = 0; i < axes.size(); ++i) {
            fits = fits && b.shape[axes[i]] == a.shape[i];
        }
        if (!fits) {
            continue;
        }
        // Exact as float32 is: a source may only stand for types float32 holds, so it says F32.
        const auto moved = makeTensor(DType::F32, a.shape, std::make_shared<MovedAxes>(b, axes));
        const double found = closeness(a, moved);
        if (found > best) {
            best = found;
            result.b = moved;
            result.order = Order::AxesMoved;
        }
    }
}

void tryMovedLines(double& best, Aligned& result, const JobContext& ctx)
{
    for (const bool areRows : { true, false }) {
        auto order = (areRows ? matchRows : matchColumns)(result.a, result.b, result.rows, result.columns, ctx);
        if (order.empty()) {
            continue;
        }
        auto moved = makeTensor(DType::F32, result.a.shape,
            std::make_shared<MovedLines>(result.b, result.columns, std::move(order), areRows));
        const double found = closeness(result.a, moved);
        if (found > std::max(best, closeCosine)) {
            best = found;
            result.b = std::move(moved);
            result.order = areRows ? Order::RowsMoved : Order::ColumnsMoved;
            return;
        }
    }
}

std::optional<Aligned> alignShapes(const LayerInfo& a, const LayerInfo& b, double& best)
{
    if (a.count() != b.count()) {
        return std::nullopt;
    }
    const auto x = squeezed(withAxisFirst(a.view, a.outAxis));
    const auto y = squeezed(withAxisFirst(b.view, b.outAxis));
    Aligned result;
    result.a = x;
    result.b = y;
    result.order = x.shape == y.shape ? Order::Same : Order::Reshaped;
    result.rows = x.shape.size() < 2 ? 1 : static_cast<std::uint64_t>(x.shape.front());
    result.columns = result.rows == 0 ? 0 : x.count() / result.rows;
    if (x.count() == 0) {
        best = 1;
        return result;
    }
    best = closeness(flat(x), flat(y));
    if (best < closeCosine) {
        tryMovedAxes(x, y, best, result);
    }
    return result;
}
} // namespace

std::optional<Aligned> align(const LayerInfo& a, const LayerInfo& b, bool mayMoveRows, const JobContext& ctx)
{
    double best = 0;
    auto result = alignShapes(a, b, best);
    const bool hasRows = result && result->rows > 1 && result->columns > 1 && result->order == Order::Same;
    if (hasRows && mayMoveRows && best < closeCosine) {
        tryMovedLines(best, *result, ctx);
    }
    return result;
}

double sampledCosine(const LayerInfo& a, const LayerInfo& b)
{
    double best = 0;
    return alignShapes(a, b, best) ? best : 0;
}

} // namespace bw::diff
