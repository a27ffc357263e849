#include "core/diff/tensor_diff.h"

#include "core/base/mapped_pages.h"
#include "core/base/parallel.h"
#include "core/diff/grid_evidence.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace bw::diff {

namespace {
/// Σa², Σab, Σb² of the values that belong to one factor.
struct FactorSums
{
    double aa = 0;
    double ab = 0;
    double bb = 0;
    /// What is left of Σb² when a is taken times the best factor.
    double rest() const { return std::max(0.0, aa == 0 ? bb : bb - ab * ab / aa); }
};

struct Part
{
    ErrorSums sums;
    double restByRow = 0;
    std::uint64_t nonFiniteChanges = 0;
    std::uint64_t worstIndex = 0;
    bool areEqual = true;

    void add(const Part& other)
    {
        if (other.sums.maxAbsError > sums.maxAbsError) {
            worstIndex = other.worstIndex;
        }
        sums.add(other.sums);
        restByRow += other.restByRow;
        nonFiniteChanges += other.nonFiniteChanges;
        areEqual = areEqual && other.areEqual;
    }
};

bool isSame(float a, float b)
{
    return a == b || (std::isnan(a) && std::isnan(b));
}

/// Values that are not finite are counted and taken out (0 on both sides).
void takeOutNonFinite(std::span<float> a, std::span<float> b, Part& part)
{
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!std::isfinite(a[i]) || !std::isfinite(b[i])) {
            part.nonFiniteChanges += isSame(a[i], b[i]) ? 0 : 1;
            a[i] = b[i] = 0;
        }
    }
}

std::uint64_t worstOf(std::span<const float> a, std::span<const float> b, double largest)
{
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (std::abs(static_cast<double>(b[i]) - static_cast<double>(a[i])) >= largest) {
            return i;
        }
    }
    return 0;
}

/// Compares the values from `first` on, which lie in one row, and adds them to the row's sums.
void compareRun(
    const Aligned& pair, std::uint64_t first, std::span<float> a, std::span<float> b, Part& part, FactorSums& row)
{
    pair.a.read(first, a);
    pair.b.read(first, b);
    ErrorSums sums = errorSums(a, b);
    const bool isFinite = std::isfinite(sums.squaredSignal) && std::isfinite(sums.squaredQuantized);
    if (!isFinite) {
        takeOutNonFinite(a, b, part);
        sums = errorSums(a, b);
    }
    if (sums.maxAbsError > part.sums.maxAbsError) {
        part.worstIndex = first + worstOf(a, b, sums.maxAbsError);
    }
    part.areEqual = part.areEqual && sums.squaredError == 0 && sums.maxAbsError == 0;
    part.sums.add(sums);
    row.aa += sums.squaredSignal;
    row.ab += sums.product;
    row.bb += sums.squaredQuantized;
}

/// Where a layer's values are in its file, whose pages need not stay in memory once they were read.
class FilePages
{
public:
    explicit FilePages(const LayerInfo& layer)
        : m_bytes(layer.stored && layer.view.source ? layer.stored->data.bytes : layer.view.bytes)
    {
    }

    /// Of rows first … last of `rows`, if the file has them in this order; others are read once more.
    void release(std::uint64_t first, std::uint64_t last, std::uint64_t rows) const
    {
        const std::uint64_t perRow = m_bytes.size() / std::max<std::uint64_t>(1, rows);
        const auto begin = static_cast<std::size_t>(first * perRow);
        const auto end = last == rows ? m_bytes.size() : static_cast<std::size_t>(last * perRow);
        releasePages(m_bytes.subspan(begin, end - begin));
    }

private:
    std::span<const std::byte> m_bytes;
};

Part compareRows(const Aligned& pair, std::uint64_t first, std::uint64_t last, const JobContext& ctx)
{
    const auto longest = static_cast<std::size_t>(std::min<std::uint64_t>(pair.columns, FloatChunks::chunkSize));
    std::vector<float> a(longest);
    std::vector<float> b(longest);
    Part part;
    for (std::uint64_t row = first; row < last; ++row) {
        FactorSums factor;
        for (std::uint64_t column = 0; column < pair.columns; column += longest) {
            ctx.checkpoint();
            const auto run = static_cast<std::size_t>(std::min<std::uint64_t>(longest, pair.columns - column));
            compareRun(
                pair, row * pair.columns + column, std::span(a).first(run), std::span(b).first(run), part, factor);
        }
        part.restByRow += factor.rest();
    }
    part.areEqual = part.areEqual && part.nonFiniteChanges == 0;
    return part;
}

/// What is left of Σb² when each input channel of A has its own best factor.
double restByColumn(const Aligned& pair, const FilePages& pagesOfA, const FilePages& pagesOfB, const JobContext& ctx)
{
    constexpr std::uint64_t releasedRows = 1024;
    const auto columns = static_cast<std::size_t>(pair.columns);
    std::vector<FactorSums> factors(columns);
    std::vector<float> a(columns);
    std::vector<float> b(columns);
    for (std::uint64_t row = 0; row < pair.rows; ++row) {
        ctx.checkpoint();
        pair.a.read(row * pair.columns, a);
        pair.b.read(row * pair.columns, b);
        for (std::size_t c = 0; c < columns; ++c) {
            const auto x = static_cast<double>(a[c]);
            const auto y = static_cast<double>(b[c]);
            factors[c].aa += x * x;
            factors[c].ab += x * y;
            factors[c].bb += y * y;
        }
        if ((row + 1) % releasedRows == 0) {
            pagesOfA.release(row + 1 - releasedRows, row + 1, pair.rows);
            pagesOfB.release(row + 1 - releasedRows, row + 1, pair.rows);
        }
    }
    return std::accumulate(
        factors.begin(), factors.end(), 0.0, [](double sum, const FactorSums& f) { return sum + f.rest(); });
}

/// Relative rounding of a floating-point type; 0 for types without rounding.
double roundingOf(DType type)
{
    switch (type) {
    case DType::BF16:
        return 0x1p-8;
    case DType::F16:
        return 0x1p-11;
    case DType::F8E4M3:
        return 0x1p-4;
    case DType::F8E5M2:
        return 0x1p-3;
    case DType::F32:
        return 0x1p-24;
    default:
        return 0;
    }
}

/// float32 holds every value of the type.
bool isHeldByFloat(DType type)
{
    return type != DType::F64 && type != DType::I64 && type != DType::U64 && type != DType::I32 && type != DType::U32;
}

/// Of one type, in one order, and equal to the last bit. Values beyond float32 can only be compared so.
bool areBytesEqual(const LayerInfo& a, const LayerInfo& b)
{
    return a.view.dtype == b.view.dtype && a.outAxis == b.outAxis && !a.view.source && !b.view.source
        && a.view.bytes.size() == b.view.bytes.size()
        && std::equal(a.view.bytes.begin(), a.view.bytes.end(), b.view.bytes.begin());
}

class Judge
{
public:
    Judge(const LayerInfo& a, const LayerInfo& b, const Aligned& pair, const Part& part, TensorDiff& diff)
        : m_a(a)
        , m_b(b)
        , m_pair(pair)
        , m_part(part)
        , m_diff(diff)
        , m_rounding(std::max(roundingOf(a.view.dtype), roundingOf(b.view.dtype)))
    {
    }

    void decide(const JobContext& ctx)
    {
        const ErrorSums& sums = m_part.sums;
        m_diff.scale = sums.squaredSignal == 0 ? 1 : sums.product / sums.squaredSignal;
        const bool isExact = isHeldByFloat(m_a.view.dtype) || isHeldByFloat(m_b.view.dtype);
        if (m_part.areEqual) {
            m_diff.verdict = isExact || areBytesEqual(m_a, m_b) ? TensorVerdict::Identical : TensorVerdict::Changed;
        } else if (m_part.nonFiniteChanges > 0 || sums.squaredSignal == 0 || sums.squaredQuantized == 0) {
            m_diff.verdict = TensorVerdict::Changed;
        } else if (rescaledBy(ctx)) {
            m_diff.verdict = TensorVerdict::Rescaled;
        } else {
            m_diff.verdict = isRequantized() ? TensorVerdict::Requantized : TensorVerdict::Changed;
        }
    }

private:
    bool isSmall(double rest) const
    {
        // Rounding to a type's digits leaves at most rounding/√3 of the values' root mean square; sums in float64 leave
        // about 1e-8 of it.
        const double tolerance = std::max(m_rounding, 1e-7);
        return rest <= tolerance * tolerance * m_part.sums.squaredQuantized;
    }

    bool rescaledBy(const JobContext& ctx)
    {
        const FactorSums whole { m_part.sums.squaredSignal, m_part.sums.product, m_part.sums.squaredQuantized };
        const bool isNear = m_part.sums.squaredError <= 4 * m_rounding * m_rounding * m_part.sums.squaredSignal;
        if (isNear) {
            return false; // the factor would be 1
        }
        if (isSmall(whole.rest()) && m_part.sums.count > 1) {
            m_diff.scaledBy = ScaledBy::Tensor;
        } else if (m_pair.rows > 1 && m_pair.columns > 1 && isSmall(m_part.restByRow)) {
            m_diff.scaledBy = ScaledBy::Row;
        } else if (m_pair.rows > 1 && m_pair.columns > 1 && isSmall(restByColumn(m_pair, FilePages(m_a), FilePages(m_b), ctx))) {
            m_diff.scaledBy = ScaledBy::Column;
        }
        return m_diff.scaledBy != ScaledBy::Nothing;
    }

    bool isRequantized() const
    {
        // A 2-bit format on heavy tails keeps a cosine of about 0.8; below, "close" would be a courtesy.
        constexpr double leastCosine = 0.75;
        if (cosineSimilarity(m_part.sums) < leastCosine) {
            return false;
        }
        const bool areDigitsLost = m_a.view.dtype != m_b.view.dtype
            && m_part.sums.squaredError <= m_rounding * m_rounding * m_part.sums.squaredSignal;
        const bool isStoredSo = m_a.stored != nullptr || m_b.stored != nullptr;
        return areDigitsLost || isStoredSo || looksQuantized(m_pair.b, m_pair.rows, m_pair.columns)
            || looksQuantized(m_pair.a, m_pair.rows, m_pair.columns);
    }

    const LayerInfo& m_a;
    const LayerInfo& m_b;
    const Aligned& m_pair;
    const Part& m_part;
    TensorDiff& m_diff;
    double m_rounding;
};
} // namespace

TensorDiff compareTensors(const LayerInfo& a, const LayerInfo& b, const Aligned& aligned, const JobContext& ctx)
{
    TensorDiff diff;
    diff.a = a.id;
    diff.b = b.id;
    diff.order = aligned.order;
    const std::uint64_t blockRows
        = std::max<std::uint64_t>(1, (std::uint64_t { 1 } << 18U) / std::max<std::uint64_t>(1, aligned.columns));
    const FilePages pagesOfA(a);
    const FilePages pagesOfB(b);
    const Part part = parallelReduce(
        aligned.rows, blockRows, ctx, Part {},
        [&](std::uint64_t first, std::uint64_t last) {
            const Part rows = compareRows(aligned, first, last, ctx);
            pagesOfA.release(first, last, aligned.rows);
            pagesOfB.release(first, last, aligned.rows);
            return rows;
        },
        [](Part& total, const Part& next) { total.add(next); });
    diff.sums = part.sums;
    diff.nonFiniteChanges = part.nonFiniteChanges;
    diff.worstIndex = part.worstIndex;
    Judge(a, b, aligned, part, diff).decide(ctx);
    pagesOfA.release(0, 1, 1);
    pagesOfB.release(0, 1, 1);
    return diff;
}

} // namespace bw::diff
