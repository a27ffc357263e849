#include "core/formats/sorted_values.h"

#include "core/base/half.h"
#include "core/base/parallel.h"
#include "core/base/simd.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <numeric>
#include <utility>

#include <hwy/contrib/sort/vqsort.h>

namespace bw {

namespace {
constexpr std::size_t pollEvery = 65536; // values: well under a millisecond of work
constexpr std::size_t smallCount = 1024; // below it, comparing is faster than counting digits
constexpr std::size_t largeCount = 65536; // from here, vectors are faster than digits
constexpr int digitBits = 11;
constexpr std::size_t digitCount = std::size_t { 1 } << digitBits;
constexpr int passes = 3;

/// Unsigned numbers in the order of the floats.
std::uint32_t keyOf(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}
float valueOf(std::uint32_t key)
{
    return std::bit_cast<float>((key & 0x80000000U) != 0 ? key & 0x7FFFFFFFU : ~key);
}

using Counts = std::array<std::array<std::uint32_t, digitCount>, passes>;

/// Uninitialised memory: filling it here would be a long step without a poll.
template <class T>
struct Buffer
{
    explicit Buffer(std::size_t count)
        : data(std::make_unique_for_overwrite<T[]>(count))
        , size(count)
    {
    }
    T& operator[](std::size_t i) { return data[i]; }
    std::span<T> all() { return { data.get(), size }; }

    std::unique_ptr<T[]> data;
    std::size_t size;
};

/// Calls work(i) for 0 … count - 1, polling.
template <class Work>
void forEachPolled(std::size_t count, const JobContext& ctx, Work&& work)
{
    for (std::size_t start = 0; start < count; start += pollEvery) {
        ctx.checkpoint();
        const std::size_t end = std::min(count, start + pollEvery);
        for (std::size_t i = start; i < end; ++i) {
            work(i);
        }
    }
}

template <class Record>
std::size_t digitOf(Record record, int keyShift, int pass)
{
    return static_cast<std::size_t>(record >> (keyShift + pass * digitBits)) & (digitCount - 1);
}

/// Least significant digit first: each pass keeps the order of the one before.
template <class Record>
void radixSort(Buffer<Record>& records, int keyShift, const JobContext& ctx)
{
    Counts counts {};
    forEachPolled(records.size, ctx, [&](std::size_t i) {
        for (int pass = 0; pass < passes; ++pass) {
            ++counts[static_cast<std::size_t>(pass)][digitOf(records[i], keyShift, pass)];
        }
    });
    Buffer<Record> other(records.size);
    for (int pass = 0; pass < passes; ++pass) {
        auto& places = counts[static_cast<std::size_t>(pass)];
        if (places[digitOf(records[0], keyShift, pass)] == records.size) {
            continue; // all the same digit
        }
        std::exclusive_scan(places.begin(), places.end(), places.begin(), std::uint32_t { 0 });
        const Record* from = records.data.get();
        Record* to = other.data.get();
        forEachPolled(
            records.size, ctx, [&](std::size_t i) { to[places[digitOf(from[i], keyShift, pass)]++] = from[i]; });
        std::swap(records.data, other.data);
    }
}
} // namespace

namespace {
constexpr int bucketBits = 12; // sign, exponent and three more: the largest buckets of weights stay in the cache
constexpr std::size_t bucketCount = std::size_t { 1 } << bucketBits;

std::size_t bucketOf(std::uint32_t key)
{
    return key >> (32 - bucketBits);
}

/// Puts keys into buckets of their leading bits, then sorts these with Highway's vector sort.
void sortBuckets(std::vector<float>& values, const JobContext& ctx)
{
    std::vector<std::uint64_t> ends(bucketCount + 1);
    forEachPolled(values.size(), ctx, [&](std::size_t i) { ++ends[bucketOf(keyOf(values[i])) + 1]; });
    std::partial_sum(ends.begin(), ends.end(), ends.begin());
    auto places = ends;
    Buffer<std::uint32_t> keys(values.size());
    forEachPolled(values.size(), ctx, [&](std::size_t i) {
        const auto key = keyOf(values[i]);
        keys[places[bucketOf(key)]++] = key;
    });
    parallelBlocks(bucketCount, 1, ctx, [&](std::uint64_t bucket, std::uint64_t) {
        const auto part = keys.all().subspan(ends[bucket], ends[bucket + 1] - ends[bucket]);
        if (!part.empty()) {
            hwy::Sorter()(part.data(), part.size(), hwy::SortAscending());
            std::transform(
                part.begin(), part.end(), values.begin() + static_cast<std::ptrdiff_t>(ends[bucket]), valueOf);
        }
    });
}

void sortDigits(std::vector<float>& values, const JobContext& ctx)
{
    Buffer<std::uint32_t> keys(values.size());
    forEachPolled(keys.size, ctx, [&](std::size_t i) { keys[i] = keyOf(values[i]); });
    if (keys.size < smallCount) {
        std::sort(keys.all().begin(), keys.all().end());
    } else {
        radixSort(keys, 0, ctx);
    }
    forEachPolled(keys.size, ctx, [&](std::size_t i) { values[i] = valueOf(keys[i]); });
}
} // namespace

void sortFloats(std::vector<float>& values, const JobContext& ctx)
{
    simd::prepare();
    if (values.size() < largeCount || simd::targetName() == "scalar") {
        sortDigits(values, ctx);
    } else {
        sortBuckets(values, ctx);
    }
}

namespace {
constexpr std::size_t shortCount = 65536; // numbers of 16 bits

/// How often each number of 16 bits occurs.
std::vector<std::uint64_t> countShorts(const TensorView& tensor, const JobContext& ctx)
{
    std::vector<std::uint64_t> counts(shortCount);
    const std::byte* bytes = tensor.bytes.data();
    forEachPolled(static_cast<std::size_t>(tensor.count()), ctx, [&](std::size_t i) {
        std::uint16_t value = 0;
        std::memcpy(&value, bytes + i * sizeof(value), sizeof(value));
        ++counts[value];
    });
    return counts;
}

/// The same as the numbers go up: half precision and bfloat16 are sign and magnitude.
std::uint16_t shortOfRank(std::size_t rank)
{
    return static_cast<std::uint16_t>(rank < shortCount / 2 ? shortCount - 1 - rank : rank - shortCount / 2);
}
} // namespace

std::vector<float> sortedFloats(const TensorView& tensor, const JobContext& ctx)
{
    const bool isShort = tensor.dtype == DType::F16 || tensor.dtype == DType::BF16;
    if (!isShort || tensor.count() < largeCount) {
        auto values = toFloats(tensor);
        sortFloats(values, ctx);
        return values;
    }
    const auto counts = countShorts(tensor, ctx);
    std::vector<float> values(static_cast<std::size_t>(tensor.count()));
    auto to = values.begin();
    for (std::size_t rank = 0; rank < shortCount; ++rank) {
        const std::uint16_t bits = shortOfRank(rank);
        const float value = tensor.dtype == DType::F16 ? halfToFloat(bits) : bfloatToFloat(bits);
        if (counts[bits] > 0) {
            ctx.checkpoint();
            to = std::fill_n(to, counts[bits], value);
        }
    }
    return values;
}

void sortFloats(std::vector<float>& values, std::vector<float>& weights, const JobContext& ctx)
{
    Buffer<std::uint64_t> records(values.size());
    forEachPolled(records.size, ctx, [&](std::size_t i) {
        records[i] = static_cast<std::uint64_t>(keyOf(values[i])) << 32 | std::bit_cast<std::uint32_t>(weights[i]);
    });
    if (records.size < smallCount) {
        const auto byKey = [](std::uint64_t a, std::uint64_t b) { return (a >> 32) < (b >> 32); };
        std::stable_sort(records.all().begin(), records.all().end(), byKey);
    } else {
        radixSort(records, 32, ctx);
    }
    forEachPolled(records.size, ctx, [&](std::size_t i) {
        values[i] = valueOf(static_cast<std::uint32_t>(records[i] >> 32));
        weights[i] = std::bit_cast<float>(static_cast<std::uint32_t>(records[i] & 0xFFFFFFFFU));
    });
}

namespace {
constexpr std::size_t runningStep = 64;
} // namespace

SortedValues::SortedValues(std::vector<float> values, const JobContext& ctx)
    : m_values(std::move(values))
{
    sortFloats(m_values, ctx);
    accumulate(ctx);
}

SortedValues SortedValues::fromSorted(std::vector<float> values, const JobContext& ctx)
{
    SortedValues sorted;
    sorted.m_values = std::move(values);
    sorted.accumulate(ctx);
    return sorted;
}

SortedValues::SortedValues(std::vector<float> values, std::vector<float> weights, const JobContext& ctx)
    : m_values(std::move(values))
    , m_weights(std::move(weights))
{
    sortFloats(m_values, m_weights, ctx);
    accumulate(ctx);
}

void SortedValues::accumulate(const JobContext& ctx)
{
    m_running.resize(m_values.size() / runningStep + 1);
    Sums sums;
    for (std::size_t block = 0; block < m_running.size(); ++block) {
        if (block % (pollEvery / runningStep) == 0) {
            ctx.checkpoint();
        }
        m_running[block] = sums;
        Sums part;
        for (std::size_t i = block * runningStep; i < std::min(m_values.size(), (block + 1) * runningStep); ++i) {
            const double w = weight(i);
            const auto x = static_cast<double>(m_values[i]);
            part.weight += w;
            part.first += w * x;
            part.second += w * x * x;
        }
        sums.weight += part.weight;
        sums.first += part.first;
        sums.second += part.second;
    }
}

std::size_t SortedValues::countBelow(double threshold) const
{
    const auto found = std::lower_bound(
        m_values.begin(), m_values.end(), threshold, [](float x, double t) { return static_cast<double>(x) < t; });
    return static_cast<std::size_t>(found - m_values.begin());
}

std::size_t SortedValues::countUpTo(double threshold) const
{
    const auto found = std::upper_bound(
        m_values.begin(), m_values.end(), threshold, [](double t, float x) { return t < static_cast<double>(x); });
    return static_cast<std::size_t>(found - m_values.begin());
}

SortedValues::Sums SortedValues::sumsOf(std::size_t rank) const
{
    Sums sums = m_running[rank / runningStep];
    for (std::size_t i = rank / runningStep * runningStep; i < rank; ++i) {
        const double w = weight(i);
        const auto x = static_cast<double>(m_values[i]);
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
