// The searches of ggml's quantizers, value by value in the reference's order of float32 operations: every sum below is
// part of the result, so nothing may be reordered. Section 3.5 of methods-formats-allocation.md.

#include "core/gguf/group_fit.h"

#include "core/base/simd.h"
#include "core/gguf/fit_kernels.h"

#include <algorithm>
#include <cmath>

namespace bw::gguf {

namespace {
/// Groups below this are taken for zeros.
constexpr float tiniest = 1e-15F;
constexpr int tableTries = 7;

/// The first of the values of largest magnitude.
float outermost(const float* values, int length)
{
    float largest = 0;
    float found = 0;
    for (int i = 0; i < length; ++i) {
        const float magnitude = std::fabs(values[i]);
        if (magnitude > largest) {
            largest = magnitude;
            found = values[i];
        }
    }
    return found;
}

float weightAt(const float* values, const float* weights, int i)
{
    return weights == nullptr ? values[i] * values[i] : weights[i];
}

/// Σ w·x·q and Σ w·q², in that order of factors.
struct FitSums
{
    float cross = 0;
    float square = 0;
    void add(float w, float x, float q)
    {
        cross += w * x * q;
        square += w * q * q;
    }
    /// Is this better than a fit whose scale · cross is `best`?
    bool beats(float best) const { return square > 0 && cross * cross > best * square; }
};

FitSums symmetricSums(const float* values, const float* weights, int length, float levels, float inverse)
{
    FitSums sums;
    for (int i = 0; i < length; ++i) {
        const auto q = static_cast<float>(nearestWithin(inverse * values[i], -levels, levels - 1));
        sums.add(weightAt(values, weights, i), values[i], q);
    }
    return sums;
}

GroupFit fitSymmetricGroup(const float* values, const float* weights, int length, float levels)
{
    GroupFit fit;
    const float end = outermost(values, length);
    if (std::fabs(end) < tiniest) {
        return fit;
    }
    fit.isEmpty = false;
    fit.inverse = -levels / end;
    const auto first = symmetricSums(values, weights, length, levels, fit.inverse);
    fit.scale = first.square != 0 ? first.cross / first.square : 0;
    float best = fit.scale * first.cross;
    for (int step = -9; step <= 9; ++step) {
        if (step == 0) {
            continue;
        }
        const float inverse = -(levels + 0.1F * static_cast<float>(step)) / end;
        const auto sums = symmetricSums(values, weights, length, levels, inverse);
        if (sums.beats(best)) {
            fit.inverse = inverse;
            fit.scale = sums.cross / sums.square;
            best = fit.scale * sums.cross;
        }
    }
    return fit;
}

/// Weighted sums over a group that a least-squares fit of scale and offset needs.
struct LineSums
{
    float w = 0;
    float x = 0;
    float l = 0;
    float l2 = 0;
    float xl = 0;
};

class OffsetFitter
{
public:
    OffsetFitter(const float* values, const float* weights, int length, int levels, const OffsetSearch& search)
        : m_values(values)
        , m_weights(weights)
        , m_length(length)
        , m_levels(static_cast<float>(levels))
        , m_search(search)
    {
    }

    GroupFit fit()
    {
        GroupFit fit;
        float low = m_values[0];
        float high = m_values[0];
        m_sums.w = m_weights[0];
        m_sums.x = m_sums.w * m_values[0];
        for (int i = 1; i < m_length; ++i) {
            low = m_values[i] < low ? m_values[i] : low;
            high = m_values[i] > high ? m_values[i] : high;
            m_sums.w += m_weights[i];
            m_sums.x += m_weights[i] * m_values[i];
        }
        low = low > 0 ? 0 : low;
        fit.offset = low;
        if (high == low) {
            return fit;
        }
        fit.isEmpty = false;
        fit.inverse = m_levels / (high - low);
        fit.origin = low;
        fit.scale = 1 / fit.inverse;
        choose(fit.inverse, low);
        float best = error(fit.scale, low);
        for (int i = 0; i <= m_search.steps; ++i) {
            const float inverse
                = (m_search.first + m_search.step * static_cast<float>(i) + m_levels) / (high - fit.offset);
            improve(inverse, fit, best);
        }
        return fit;
    }

private:
    void choose(float inverse, float origin)
    {
        for (int i = 0; i < m_length; ++i) {
            m_chosen[i] = static_cast<float>(nearestWithin(inverse * (m_values[i] - origin), 0, m_levels));
        }
    }
    float error(float scale, float offset) const
    {
        float sum = 0;
        for (int i = 0; i < m_length; ++i) {
            const float difference = scale * m_chosen[i] + offset - m_values[i];
            sum += m_weights[i] * (m_search.isAbsolute ? std::fabs(difference) : difference * difference);
        }
        return sum;
    }
    /// Codes by `inverse` above the offset found so far; taken over if their own best line errs less.
    void improve(float inverse, GroupFit& fit, float& best)
    {
        const float origin = fit.offset;
        choose(inverse, origin);
        float l = 0;
        float l2 = 0;
        float xl = 0;
        for (int i = 0; i < m_length; ++i) {
            l += m_weights[i] * m_chosen[i];
            l2 += m_weights[i] * m_chosen[i] * m_chosen[i];
            xl += m_weights[i] * m_chosen[i] * m_values[i];
        }
        const float determinant = m_sums.w * l2 - l * l;
        if (!(determinant > 0)) {
            return;
        }
        float scale = (m_sums.w * xl - m_sums.x * l) / determinant;
        float offset = (l2 * m_sums.x - l * xl) / determinant;
        if (offset > 0) {
            offset = 0;
            scale = xl / l2;
        }
        const float found = error(scale, offset);
        if (found < best) {
            best = found;
            fit.scale = scale;
            fit.offset = offset;
            fit.inverse = inverse;
            fit.origin = origin;
        }
    }

    const float* m_values;
    const float* m_weights;
    int m_length;
    float m_levels;
    OffsetSearch m_search;
    LineSums m_sums;
    float m_chosen[32] {};
};

FitSums tableSums(const float* values, const float* weights, int length, float inverse)
{
    FitSums sums;
    for (int i = 0; i < length; ++i) {
        const float q = tableLevels[tableCode(inverse * values[i])];
        const float w = weightAt(values, weights, i);
        sums.cross += w * q * values[i];
        sums.square += w * q * q;
    }
    return sums;
}

GroupFit fitTableGroup(const float* values, const float* weights, int length)
{
    GroupFit fit;
    const float end = outermost(values, length);
    if (std::fabs(end) < tiniest) {
        return fit;
    }
    fit.isEmpty = false;
    const auto first = tableSums(values, weights, length, 1 / (-end / tableLevels[0]));
    fit.scale = first.square > 0 ? first.cross / first.square : 0;
    float best = fit.scale * first.cross;
    for (int step = -tableTries; step <= tableTries; ++step) {
        const auto sums = tableSums(values, weights, length, (static_cast<float>(step) + tableLevels[0]) / end);
        if (sums.beats(best)) {
            fit.scale = sums.cross / sums.square;
            best = fit.scale * sums.cross;
        }
    }
    return fit;
}

const float* weightsOf(const Groups& groups, std::size_t group)
{
    return groups.weights == nullptr ? nullptr : groups.weights + group * static_cast<std::size_t>(groups.length);
}
const float* valuesOf(const Groups& groups, std::size_t group)
{
    return groups.values + group * static_cast<std::size_t>(groups.length);
}
} // namespace

int tableCode(float x)
{
    int code = 0;
    for (int i = 0; i < 15; ++i) {
        code += x >= (tableLevels[i] + tableLevels[i + 1]) / 2 ? 1 : 0;
    }
    return code;
}

void fitSymmetric(const Groups& groups, int levels, GroupFit* fits)
{
    if (groups.useVectors && !simd::isScalar()) {
        fitSymmetricVectors(groups, levels, fits);
        return;
    }
    for (std::size_t group = 0; group < groups.count; ++group) {
        fits[group] = fitSymmetricGroup(
            valuesOf(groups, group), weightsOf(groups, group), groups.length, static_cast<float>(levels));
    }
}

void symmetricCodes(const GroupFit& fit, const float* values, int length, int levels, std::uint8_t* codes)
{
    const auto low = static_cast<float>(-levels);
    for (int i = 0; i < length; ++i) {
        const int code = levels + nearestWithin(fit.inverse * values[i], low, -low - 1);
        codes[i] = static_cast<std::uint8_t>(fit.isEmpty ? 0 : code);
    }
}

void fitWithOffset(const Groups& groups, int levels, const OffsetSearch& search, GroupFit* fits)
{
    if (groups.useVectors && !simd::isScalar()) {
        fitWithOffsetVectors(groups, levels, search, fits);
        return;
    }
    for (std::size_t group = 0; group < groups.count; ++group) {
        fits[group]
            = OffsetFitter(valuesOf(groups, group), weightsOf(groups, group), groups.length, levels, search).fit();
    }
}

void offsetCodes(const GroupFit& fit, const float* values, int length, int levels, std::uint8_t* codes)
{
    for (int i = 0; i < length; ++i) {
        const int code = nearestWithin(fit.inverse * (values[i] - fit.origin), 0, static_cast<float>(levels));
        codes[i] = static_cast<std::uint8_t>(fit.isEmpty ? 0 : code);
    }
}

void fitTable(const Groups& groups, GroupFit* fits)
{
    if (groups.useVectors && !simd::isScalar()) {
        fitTableVectors(groups, fits);
        return;
    }
    for (std::size_t group = 0; group < groups.count; ++group) {
        fits[group] = fitTableGroup(valuesOf(groups, group), weightsOf(groups, group), groups.length);
    }
}

namespace {
/// One pass over the codes, each moved to where it is best while the others stay. True if one moved.
bool descendOnce(const float* values, int length, float levels, float* chosen, FitSums& sums)
{
    bool hasMoved = false;
    for (int i = 0; i < length; ++i) {
        const float w = values[i] * values[i];
        FitSums other { sums.cross - w * values[i] * chosen[i], 0 };
        if (!(other.cross > 0)) {
            continue;
        }
        other.square = sums.square - w * chosen[i] * chosen[i];
        const auto code
            = static_cast<float>(nearestWithin(values[i] * other.square / other.cross, -levels, levels - 1));
        if (code == chosen[i]) {
            continue;
        }
        other.add(w, values[i], code);
        if (other.square > 0 && other.cross * other.cross * sums.square > sums.cross * sums.cross * other.square) {
            chosen[i] = code;
            sums = other;
            hasMoved = true;
        }
    }
    return hasMoved;
}
} // namespace

float descendSymmetric(const float* values, int length, int levels, std::uint8_t* codes)
{
    constexpr int passes = 5;
    const float end = outermost(values, length);
    std::fill_n(codes, length, std::uint8_t { 0 });
    if (std::fabs(end) < tiniest) {
        return 0;
    }
    const auto high = static_cast<float>(levels);
    const float inverse = -high / end;
    float chosen[32];
    FitSums sums;
    for (int i = 0; i < length; ++i) {
        chosen[i] = static_cast<float>(nearestWithin(inverse * values[i], -high, high - 1));
        sums.add(values[i] * values[i], values[i], chosen[i]);
    }
    for (int pass = 0; pass < passes && descendOnce(values, length, high, chosen, sums); ++pass) { }
    for (int i = 0; i < length; ++i) {
        codes[i] = static_cast<std::uint8_t>(static_cast<int>(chosen[i]) + levels);
    }
    return sums.square > 0 ? sums.cross / sums.square : 0;
}

namespace {
/// The best of nine scales around `inverse`, by weighted squared error.
float bestInverse(const float* values, const float* weights, int length, float levels, float largest)
{
    float best = 0;
    float found = levels / largest;
    for (const int step : { 0, -4, -3, -2, -1, 1, 2, 3, 4 }) {
        const float inverse = step == 0 ? found : (0.1F * static_cast<float>(step) + levels) / largest;
        const float scale = 1 / inverse;
        float error = 0;
        for (int i = 0; i < length; ++i) {
            const float difference
                = values[i] - scale * static_cast<float>(nearestWithin(inverse * values[i], 0, levels));
            error += weights[i] * difference * difference;
        }
        if (step == 0 || error < best) {
            best = error;
            found = inverse;
        }
    }
    return found;
}
} // namespace

float fitPositive(const float* values, const float* weights, int length, int levels, std::uint8_t* codes)
{
    constexpr int passes = 5;
    float largest = 0;
    for (int i = 0; i < length; ++i) {
        largest = largest > values[i] ? largest : values[i];
    }
    std::fill_n(codes, length, std::uint8_t { 0 });
    if (largest < tiniest) {
        return 0;
    }
    const auto high = static_cast<float>(levels);
    const float inverse = bestInverse(values, weights, length, high, largest);
    FitSums sums;
    for (int i = 0; i < length; ++i) {
        codes[i] = static_cast<std::uint8_t>(nearestWithin(inverse * values[i], 0, high));
        sums.add(weights[i], values[i], codes[i]);
    }
    bool hasMoved = true;
    for (int pass = 0; pass < passes && hasMoved; ++pass) {
        hasMoved = false;
        for (int i = 0; i < length; ++i) {
            const float w = weights[i];
            FitSums other { sums.cross - w * values[i] * codes[i], sums.square - w * codes[i] * codes[i] };
            if (!(other.cross > 0 && other.square > 0)) {
                continue;
            }
            const int code = nearestWithin(values[i] * other.square / other.cross, 0, high);
            if (code == codes[i]) {
                continue;
            }
            other.add(w, values[i], static_cast<float>(code));
            if (other.cross * other.cross * sums.square > sums.cross * sums.cross * other.square) {
                codes[i] = static_cast<std::uint8_t>(code);
                sums = other;
                hasMoved = true;
            }
        }
    }
    return sums.square > 0 ? sums.cross / sums.square : 0;
}

} // namespace bw::gguf
