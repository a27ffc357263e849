#include "core/formats/sort_floats.h"

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
constexpr std::size_t smallCount = 1024; // below it, comparing is faster than counting digits
constexpr std::size_t largeCount = 65536; // from here, vectors are faster than digits
constexpr int digitBits = 11;
constexpr std::size_t digitCount = std::size_t { 1 } << digitBits;
constexpr int passes = 3;

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
    for (std::size_t start = 0; start < count; start += sortPollEvery) {
        ctx.checkpoint();
        const std::size_t end = std::min(count, start + sortPollEvery);
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
/// Puts keys into buckets of their leading bits, then sorts these with Highway's vector sort.
void sortBuckets(std::vector<float>& values, const JobContext& ctx)
{
    std::vector<std::uint64_t> ends(sortBucketCount + 1);
    forEachPolled(values.size(), ctx, [&](std::size_t i) { ++ends[sortBucketOf(floatKey(values[i])) + 1]; });
    std::partial_sum(ends.begin(), ends.end(), ends.begin());
    auto places = ends;
    Buffer<std::uint32_t> keys(values.size());
    forEachPolled(values.size(), ctx, [&](std::size_t i) {
        const auto key = floatKey(values[i]);
        keys[places[sortBucketOf(key)]++] = key;
    });
    parallelBlocks(sortBucketCount, 1, ctx, [&](std::uint64_t bucket, std::uint64_t) {
        const auto part = keys.all().subspan(ends[bucket], ends[bucket + 1] - ends[bucket]);
        if (!part.empty()) {
            hwy::Sorter()(part.data(), part.size(), hwy::SortAscending());
            std::transform(
                part.begin(), part.end(), values.begin() + static_cast<std::ptrdiff_t>(ends[bucket]), floatOfKey);
        }
    });
}

void sortDigits(std::vector<float>& values, const JobContext& ctx)
{
    Buffer<std::uint32_t> keys(values.size());
    forEachPolled(keys.size, ctx, [&](std::size_t i) { keys[i] = floatKey(values[i]); });
    if (keys.size < smallCount) {
        std::sort(keys.all().begin(), keys.all().end());
    } else {
        radixSort(keys, 0, ctx);
    }
    forEachPolled(keys.size, ctx, [&](std::size_t i) { values[i] = floatOfKey(keys[i]); });
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

void sortFloats(std::vector<float>& values, std::vector<float>& weights, const JobContext& ctx)
{
    Buffer<std::uint64_t> records(values.size());
    forEachPolled(records.size, ctx, [&](std::size_t i) {
        records[i] = static_cast<std::uint64_t>(floatKey(values[i])) << 32 | std::bit_cast<std::uint32_t>(weights[i]);
    });
    if (records.size < smallCount) {
        const auto byKey = [](std::uint64_t a, std::uint64_t b) { return (a >> 32) < (b >> 32); };
        std::stable_sort(records.all().begin(), records.all().end(), byKey);
    } else {
        radixSort(records, 32, ctx);
    }
    forEachPolled(records.size, ctx, [&](std::size_t i) {
        values[i] = floatOfKey(static_cast<std::uint32_t>(records[i] >> 32));
        weights[i] = std::bit_cast<float>(static_cast<std::uint32_t>(records[i] & 0xFFFFFFFFU));
    });
}

namespace {
template <class Record>
void sortRecords(std::span<Record> records)
{
    if (simd::targetName() == "scalar") {
        std::sort(records.begin(), records.end());
    } else {
        hwy::Sorter()(records.data(), records.size(), hwy::SortAscending());
    }
}

struct PlainRecord
{
    using Word = std::uint32_t;
    static constexpr int keyShift = 0;
    static Word make(float value, float) { return floatKey(value); }
    static void finish(Word record, std::byte* to)
    {
        const float value = floatOfKey(record);
        std::memcpy(to, &value, sizeof(value));
    }
};
struct WeightedRecord
{
    using Word = std::uint64_t;
    static constexpr int keyShift = 32;
    static Word make(float value, float weight)
    {
        return static_cast<Word>(floatKey(value)) << 32 | std::bit_cast<std::uint32_t>(weight);
    }
    static void finish(Word record, std::byte* to)
    {
        const float value = floatOfKey(static_cast<std::uint32_t>(record >> 32));
        const auto weight = static_cast<std::uint32_t>(record & 0xFFFFFFFFU);
        std::memcpy(to, &value, sizeof(value));
        std::memcpy(to + sizeof(value), &weight, sizeof(weight));
    }
};

/// Counts records by bucket, puts them there, sorts every bucket: nothing but the file grows with their number.
template <class Kind>
std::shared_ptr<ScratchFile> sortToFile(std::uint64_t count, const FloatReader& reader, const JobContext& ctx)
{
    using Word = typename Kind::Word;
    std::vector<float> values(sortPollEvery);
    std::vector<float> weights(Kind::keyShift > 0 ? sortPollEvery : 0);
    const auto forEachRecord = [&](auto&& work) {
        for (std::uint64_t at = 0; at < count; at += sortPollEvery) {
            ctx.checkpoint();
            const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(sortPollEvery, count - at));
            reader(at, std::span(values).first(size), std::span(weights).first(weights.empty() ? 0 : size));
            for (std::size_t i = 0; i < size; ++i) {
                work(sortBucketOf(floatKey(values[i])), Kind::make(values[i], weights.empty() ? 0 : weights[i]));
            }
        }
    };
    std::vector<std::uint64_t> ends(sortBucketCount + 1);
    forEachRecord([&](std::size_t bucket, Word) { ++ends[bucket + 1]; });
    std::partial_sum(ends.begin(), ends.end(), ends.begin());
    auto file = ScratchFile::create(count * sizeof(Word));
    const std::span records(reinterpret_cast<Word*>(file->bytes().data()), static_cast<std::size_t>(count));
    auto places = ends;
    forEachRecord([&](std::size_t bucket, Word record) { records[places[bucket]++] = record; });
    parallelBlocks(sortBucketCount, 1, ctx, [&](std::uint64_t bucket, std::uint64_t) {
        const auto part = records.subspan(ends[bucket], ends[bucket + 1] - ends[bucket]);
        if (!part.empty()) {
            sortRecords(part);
            for (Word& record : part) {
                Kind::finish(record, reinterpret_cast<std::byte*>(&record));
            }
        }
    });
    return file;
}
} // namespace

std::shared_ptr<ScratchFile> sortFloatsToFile(
    std::uint64_t count, bool hasWeights, const FloatReader& reader, const JobContext& ctx)
{
    simd::prepare();
    return hasWeights ? sortToFile<WeightedRecord>(count, reader, ctx) : sortToFile<PlainRecord>(count, reader, ctx);
}

} // namespace bw
