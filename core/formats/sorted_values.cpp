#include "core/formats/sorted_values.h"

#include "core/base/half.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

namespace bw {

namespace {
constexpr std::size_t shortCount = 65536; // numbers of 16 bits
constexpr std::size_t leastStep = 64;
constexpr std::size_t mostRunning = std::size_t { 1 } << 17; // sums kept: 3 MB

bool isShort(DType dtype)
{
    return dtype == DType::F16 || dtype == DType::BF16;
}

float floatOfShort(DType dtype, std::uint16_t bits)
{
    return dtype == DType::F16 ? halfToFloat(bits) : bfloatToFloat(bits);
}

/// How often each number of 16 bits occurs.
std::vector<std::uint64_t> countShorts(const TensorView& tensor, const JobContext& ctx)
{
    std::vector<std::uint64_t> counts(shortCount);
    std::array<std::uint16_t, FloatChunks::chunkSize> shorts;
    FloatChunks chunks(tensor);
    for (std::uint64_t at = 0; at < tensor.count(); at += shorts.size()) {
        ctx.checkpoint();
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(shorts.size(), tensor.count() - at));
        if (!tensor.source) {
            std::memcpy(shorts.data(), tensor.bytes.data() + at * sizeof(std::uint16_t), size * sizeof(std::uint16_t));
        } else {
            const auto values = chunks.values(at, at + size);
            std::transform(values.begin(), values.end(), shorts.begin(),
                [&](float value) { return tensor.dtype == DType::F16 ? floatToHalf(value) : floatToBfloat(value); });
        }
        for (std::size_t i = 0; i < size; ++i) {
            ++counts[shorts[i]];
        }
    }
    return counts;
}
} // namespace

void SortedValues::keep(std::vector<float> values, std::vector<float> weights)
{
    using Vectors = std::pair<std::vector<float>, std::vector<float>>;
    const auto owner = std::make_shared<const Vectors>(std::move(values), std::move(weights));
    m_values = owner->first.data();
    m_count = owner->first.size();
    m_weights = owner->second.empty() ? nullptr : owner->second.data();
    m_owner = owner;
}

void SortedValues::dropInfinities()
{
    while (m_count > 0 && value(m_count - 1) == std::numeric_limits<float>::infinity()) {
        --m_count;
    }
}

SortedValues::SortedValues(std::vector<float> values, const JobContext& ctx)
{
    sortFloats(values, ctx);
    keep(std::move(values), {});
    accumulate(ctx);
}

SortedValues::SortedValues(std::vector<float> values, std::vector<float> weights, const JobContext& ctx)
{
    sortFloats(values, weights, ctx);
    keep(std::move(values), std::move(weights));
    accumulate(ctx);
}

SortedValues SortedValues::read(std::uint64_t count, bool hasWeights, const FloatReader& reader, const JobContext& ctx)
{
    SortedValues sorted;
    if (count <= mostSortedInMemory) {
        std::vector<float> values(static_cast<std::size_t>(count));
        std::vector<float> weights(hasWeights ? values.size() : 0);
        reader(0, values, weights);
        if (hasWeights) {
            sortFloats(values, weights, ctx);
        } else {
            sortFloats(values, ctx);
        }
        sorted.keep(std::move(values), std::move(weights));
    } else {
        auto file = sortFloatsToFile(count, hasWeights, reader, ctx);
        sorted.m_values = reinterpret_cast<const float*>(file->bytes().data());
        sorted.m_weights = hasWeights ? sorted.m_values + 1 : nullptr;
        sorted.m_stride = hasWeights ? 2 : 1;
        sorted.m_count = static_cast<std::size_t>(count);
        sorted.m_owner = std::move(file);
    }
    sorted.dropInfinities();
    sorted.accumulate(ctx);
    return sorted;
}

SortedValues SortedValues::of(const TensorView& tensor, const std::function<float(float)>& map, const JobContext& ctx)
{
    if (!isShort(tensor.dtype) || tensor.count() < shortCount) {
        return read(
            tensor.count(), false,
            [&](std::uint64_t first, std::span<float> values, std::span<float>) {
                tensor.read(first, values);
                std::transform(values.begin(), values.end(), values.begin(), map);
            },
            ctx);
    }
    const auto counts = countShorts(tensor, ctx);
    std::vector<std::pair<float, double>> entries;
    for (std::size_t bits = 0; bits < shortCount; ++bits) {
        if (counts[bits] > 0) {
            entries.emplace_back(
                map(floatOfShort(tensor.dtype, static_cast<std::uint16_t>(bits))), static_cast<double>(counts[bits]));
        }
    }
    std::sort(entries.begin(), entries.end());
    std::vector<float> values;
    SortedValues sorted;
    for (const auto& [value, number] : entries) {
        if (values.empty() || values.back() != value) {
            values.push_back(value);
            sorted.m_numbers.push_back(number);
        } else {
            sorted.m_numbers.back() += number;
        }
    }
    sorted.keep(std::move(values), {});
    sorted.accumulate(ctx);
    return sorted;
}

SortedValues SortedValues::of(const TensorView& tensor, const JobContext& ctx)
{
    return of(
        tensor, [](float value) { return value; }, ctx);
}

void SortedValues::accumulate(const JobContext& ctx)
{
    m_step = leastStep;
    while (m_count / m_step > mostRunning) {
        m_step *= 2;
    }
    m_running.resize(m_count / m_step + 1);
    Sums sums;
    for (std::size_t block = 0; block < m_running.size(); ++block) {
        if (block % std::max<std::size_t>(1, sortPollEvery / m_step) == 0) {
            ctx.checkpoint();
        }
        m_running[block] = sums;
        Sums part;
        for (std::size_t i = block * m_step; i < std::min(m_count, (block + 1) * m_step); ++i) {
            const double w = weight(i);
            const auto x = static_cast<double>(value(i));
            part.weight += w;
            part.first += w * x;
            part.second += w * x * x;
        }
        sums.weight += part.weight;
        sums.first += part.first;
        sums.second += part.second;
    }
}

template <class Before>
std::size_t SortedValues::partition(Before&& before) const
{
    std::size_t begin = 0;
    std::size_t left = m_count;
    while (left > 0) {
        const std::size_t half = left / 2;
        if (before(static_cast<double>(value(begin + half)))) {
            begin += half + 1;
            left -= half + 1;
        } else {
            left = half;
        }
    }
    return begin;
}

std::size_t SortedValues::countBelow(double threshold) const
{
    return partition([&](double x) { return x < threshold; });
}

std::size_t SortedValues::countUpTo(double threshold) const
{
    return partition([&](double x) { return x <= threshold; });
}

SortedValues::Sums SortedValues::sumsOf(std::size_t rank) const
{
    Sums sums = m_running[rank / m_step];
    for (std::size_t i = rank / m_step * m_step; i < rank; ++i) {
        const double w = weight(i);
        const auto x = static_cast<double>(value(i));
        sums.weight += w;
        sums.first += w * x;
        sums.second += w * x * x;
    }
    return sums;
}

double SortedValues::squaredError(std::span<const float> levels, std::span<const float> thresholds, double scale) const
{
    double error = 0;
    Sums from;
    for (std::size_t k = 0; k < levels.size(); ++k) {
        const auto rank = k < thresholds.size() ? countUpTo(static_cast<double>(thresholds[k]) * scale) : count();
        const Sums to = sumsOf(rank);
        error += squaredErrorOf(from, to, static_cast<double>(levels[k]) * scale);
        from = to;
    }
    return std::max(error, 0.0);
}

} // namespace bw
