#include "core/formats/group_scales.h"

#include "core/base/error.h"
#include "core/base/half.h"
#include "core/base/parallel.h"
#include "core/formats/grid_kernels.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

namespace bw {

namespace {
constexpr std::uint64_t blockValues = 65536;
constexpr std::uint64_t chunkValues = 4096; // stay in the nearest cache

void include(GroupRange& range, const GroupRange& other)
{
    range.low = std::min(range.low, other.low);
    range.high = std::max(range.high, other.high);
}

/// Position of the first NaN or infinity in first … last; `last` if there is none.
std::uint64_t firstNonFinite(std::span<const float> values)
{
    const auto found = std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
    return static_cast<std::uint64_t>(found - values.begin());
}

void keepLower(std::atomic<std::uint64_t>& lowest, std::uint64_t candidate)
{
    std::uint64_t seen = lowest;
    while (candidate < seen && !lowest.compare_exchange_weak(seen, candidate)) { }
}

/// Calls work(first, values) for pieces of the matrix, which returns whether they are finite; throws for the first
/// value that is not.
template <class Work>
void forFiniteBlocks(const TensorView& matrix, std::uint64_t blockSize, const JobContext& ctx, Work&& work)
{
    std::atomic<std::uint64_t> bad { std::numeric_limits<std::uint64_t>::max() };
    parallelBlocks(matrix.count(), blockSize, ctx, [&](std::uint64_t first, std::uint64_t last) {
        FloatChunks chunks(matrix);
        for (std::uint64_t at = first; at < last; at += chunkValues) {
            ctx.checkpoint();
            const auto values = chunks.values(at, std::min<std::uint64_t>(last, at + chunkValues));
            if (!work(at, values)) {
                keepLower(bad, at + firstNonFinite(values));
                return;
            }
        }
    });
    if (bad != std::numeric_limits<std::uint64_t>::max()) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "value %1 is not a finite number, so the tensor cannot be quantized"),
            toText(bad.load()));
    }
}
} // namespace

void requireFinite(const TensorView& matrix, const JobContext& ctx)
{
    forFiniteBlocks(
        matrix, blockValues, ctx, [](std::uint64_t, std::span<const float> values) { return allFinite(values); });
}

std::vector<GroupRange> groupRanges(const TensorView& matrix, const Groups& groups, const JobContext& ctx)
{
    std::vector<GroupRange> ranges(static_cast<std::size_t>(groups.count()));
    if (ranges.empty()) {
        return ranges;
    }
    // Every block has slots for the groups it touches: the inner ones are its own, those at its ends are shared with
    // neighbours.
    struct Ends
    {
        GroupRange first;
        GroupRange last;
    };
    const auto blocks = (groups.valueCount() + blockValues - 1) / blockValues;
    std::vector<Ends> ends(static_cast<std::size_t>(blocks));
    forFiniteBlocks(matrix, blockValues, ctx, [&](std::uint64_t at, std::span<const float> values) {
        const std::uint64_t block = at / blockValues;
        const std::uint64_t firstGroup = groups.at(block * blockValues);
        const std::uint64_t lastGroup = groups.at(std::min(groups.valueCount(), (block + 1) * blockValues) - 1);
        const auto noScale = [](std::uint64_t) { return 0.0F; };
        bool isFinite = true;
        const auto take = [&](std::span<const ScaledRun> runs, std::uint64_t group, std::size_t offset) {
            std::array<GroupRange, Groups::mostRuns> found;
            isFinite = rangesOf(runs, values.data() + offset, found.data()) && isFinite;
            for (std::size_t i = 0; i < runs.size(); ++i, ++group) {
                auto& own = group == firstGroup ? ends[block].first
                    : group == lastGroup        ? ends[block].last
                                                : ranges[group];
                include(own, found[i]);
            }
        };
        groups.forEachRuns(at, values.size(), noScale, take);
        return isFinite;
    });
    for (std::uint64_t block = 0; block < blocks; ++block) {
        include(ranges[groups.at(block * blockValues)], ends[block].first);
        include(ranges[groups.at(std::min(groups.valueCount(), (block + 1) * blockValues) - 1)], ends[block].last);
    }
    return ranges;
}

std::vector<double> groupRms(const TensorView& matrix, const Groups& groups, const JobContext& ctx)
{
    requireFinite(matrix, ctx);
    std::vector<double> rms(static_cast<std::size_t>(groups.count()));
    const auto perBlock = std::max<std::uint64_t>(1, blockValues / std::max<std::uint64_t>(1, groups.length()));
    parallelBlocks(groups.count(), perBlock, ctx, [&](std::uint64_t first, std::uint64_t last) {
        FloatChunks chunks(matrix);
        for (std::uint64_t group = first; group < last; ++group) {
            const auto end = groups.begin(group) + groups.size(group);
            double sum = 0;
            for (auto at = groups.begin(group); at < end; at += FloatChunks::chunkSize) {
                ctx.checkpoint();
                for (const float value : chunks.values(at, std::min<std::uint64_t>(end, at + FloatChunks::chunkSize))) {
                    sum += static_cast<double>(value) * static_cast<double>(value);
                }
            }
            rms[group] = std::sqrt(sum / static_cast<double>(groups.size(group)));
        }
    });
    return rms;
}

TensorPart storedPart(std::string name, const std::string& store, Shape shape, std::span<const float> values)
{
    const auto& target = scaleStore(store);
    const auto size = info(target.dtype).size;
    std::vector<std::byte> bytes(values.size() * size);
    if (target.dtype == DType::BF16) { // what most formats have, and as many as there are blocks
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::uint16_t bits = floatToBfloat(values[i]);
            std::memcpy(bytes.data() + i * sizeof(bits), &bits, sizeof(bits));
        }
    } else {
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::uint32_t bits = target.pack(values[i]);
            std::memcpy(bytes.data() + i * size, &bits, size);
        }
    }
    return { std::move(name), makeTensor(target.dtype, std::move(shape), std::move(bytes)) };
}

const TensorPart* findPart(std::span<const TensorPart> parts, std::string_view name)
{
    const auto found
        = std::find_if(parts.begin(), parts.end(), [&](const TensorPart& part) { return part.name == name; });
    return found == parts.end() ? nullptr : &*found;
}

std::vector<float> readStoredPart(
    std::span<const TensorPart> parts, std::string_view name, const std::string& store, std::uint64_t count)
{
    const TensorPart* part = findPart(parts, name);
    if (part == nullptr) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the quantized tensor has no \"%1\""), std::string(name));
    }
    const auto& source = scaleStore(store);
    const auto size = info(source.dtype).size;
    const auto bytes = part->data.bytes;
    if (part->data.dtype != source.dtype || part->data.count() != count || bytes.size() != count * size) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "\"%1\" of the quantized tensor must be %2 values of type %3"), std::string(name),
            toText(count), std::string(info(source.dtype).name));
    }
    std::vector<float> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, bytes.data() + i * size, size);
        values[i] = source.unpack(bits);
    }
    return values;
}

std::uint64_t medianIndex(std::span<const float> values)
{
    if (values.empty()) {
        return 0;
    }
    std::vector<std::uint64_t> order(values.size());
    std::iota(order.begin(), order.end(), std::uint64_t { 0 });
    const auto middle = order.begin() + static_cast<std::ptrdiff_t>((order.size() - 1) / 2);
    std::nth_element(order.begin(), middle, order.end(), [&](std::uint64_t a, std::uint64_t b) {
        const float left = std::abs(values[a]);
        const float right = std::abs(values[b]);
        return left < right || (left == right && a < b);
    });
    return *middle;
}

} // namespace bw
