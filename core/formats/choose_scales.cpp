#include "core/base/error.h"
#include "core/base/half.h"
#include "core/base/parallel.h"
#include "core/formats/scale_rule.h"
#include "core/formats/sorted_values.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bw {

namespace {
constexpr const char* scalesName = "scales";
constexpr const char* unitName = "scale_unit";
constexpr const char* unitStore = "bf16";
constexpr const char* exactStore = "f32";
constexpr std::uint64_t scalesPerBlock = 32768;

float largestMagnitude(std::span<const float> values)
{
    float largest = 0;
    for (const float value : values) {
        largest = std::max(largest, std::abs(value));
    }
    return largest;
}

/// What the store of bfloat16 rounds to, in a loop that the compiler sees through: most formats have such scales, and
/// one for every few weights.
void roundAll(std::span<float> scales)
{
    constexpr float largest = bfloatToFloat(0x7F7F);
    for (float& scale : scales) {
        const float rounded = bfloatToFloat(floatToBfloat(scale));
        scale = scale == 0 ? 0.0F : std::clamp(rounded, std::numeric_limits<float>::min(), largest);
    }
}

/// A scale of the same sign, rounded by `round`; 0 stays 0.
template <class Round>
float withSign(float scale, Round&& round)
{
    return scale == 0 ? 0 : std::copysign(round(std::abs(scale)), scale);
}

} // namespace

float storedScale(const ScaleStore& store, double magnitude, float span, float reach)
{
    if (magnitude == 0) {
        return 0;
    }
    const double wanted = magnitude / static_cast<double>(span);
    const double largest = static_cast<double>(std::numeric_limits<float>::max());
    float scale = store.round(static_cast<float>(std::min(wanted, largest)));
    // Only weights near the end of float32 get here: the next lower stored value that keeps all levels finite.
    while (static_cast<double>(scale) * static_cast<double>(reach) > largest) {
        const float lower = store.round(scale * (1 - 0x1p-8F));
        scale = lower < scale ? lower : store.round(scale / 2);
    }
    return scale;
}

float storedScale(const ScaleTask& task, double magnitude, float span)
{
    return storedScale(scaleStore(task.scaling.store), magnitude, span, task.grid.reach());
}

std::vector<float> storedScales(const ScaleTask& task, std::span<const GroupRange> ranges, double share)
{
    const auto& store = scaleStore(task.scaling.store);
    const float span = task.grid.span();
    const float reach = task.grid.reach();
    const auto largest = static_cast<double>(std::numeric_limits<float>::max());
    std::vector<float> scales(ranges.size());
    parallelBlocks(ranges.size(), scalesPerBlock, task.ctx, [&](std::uint64_t first, std::uint64_t last) {
        // As storedScale() does, step by step for all.
        for (auto i = first; i < last; ++i) {
            const double wanted = static_cast<double>(ranges[i].absMax()) * share / static_cast<double>(span);
            scales[i] = static_cast<float>(std::min(wanted, largest));
        }
        const auto part
            = std::span(scales).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first));
        if (store.dtype == DType::BF16) {
            roundAll(part);
        } else {
            std::transform(part.begin(), part.end(), part.begin(),
                [&](float scale) { return scale == 0 ? 0.0F : store.round(scale); });
        }
        for (auto i = first; i < last; ++i) {
            const bool isTooLarge = static_cast<double>(scales[i]) * static_cast<double>(reach) > largest;
            const bool isLost = scales[i] == 0 && ranges[i].absMax() != 0;
            if (isTooLarge || isLost) {
                scales[i] = storedScale(store, static_cast<double>(ranges[i].absMax()) * share, span, reach);
            }
        }
    });
    return scales;
}

float largestScale(const ScaleTask& task, const GroupValues& values)
{
    return storedScale(task, static_cast<double>(values.largestMagnitude()), task.grid.span());
}

double rootMeanSquare(const GroupValues& values, const JobContext& ctx)
{
    double sum = 0;
    values.forEachPiece(ctx, [&](std::span<const float> piece) {
        for (const float value : piece) {
            sum += static_cast<double>(value) * static_cast<double>(value);
        }
    });
    return std::sqrt(sum / static_cast<double>(values.count()));
}

namespace {
using ScaleOf = std::function<float(const GroupValues& values)>;

float scaleOfLong(const TensorView& view, const JobContext& ctx, const ScaleOf& scaleOf)
{
    FloatChunks chunks(view);
    float largest = 0;
    for (std::uint64_t at = 0; at < view.count(); at += FloatChunks::chunkSize) {
        ctx.checkpoint();
        const auto end = std::min<std::uint64_t>(view.count(), at + FloatChunks::chunkSize);
        largest = std::max(largest, largestMagnitude(chunks.values(at, end)));
    }
    return largest == 0 ? 0.0F : scaleOf({ view, largest });
}
} // namespace

std::vector<float> scalesByGroup(const ScaleTask& task, const ScaleOf& scaleOf)
{
    const auto& groups = task.groups;
    requireFinite(task.matrix, task.ctx);
    std::vector<float> scales(static_cast<std::size_t>(groups.count()));
    const auto perBlock = std::max<std::uint64_t>(1, 4096 / std::max<std::uint64_t>(1, groups.length()));
    const auto direct = task.matrix.asFloats();
    parallelBlocks(groups.count(), perBlock, task.ctx, [&](std::uint64_t first, std::uint64_t last) {
        std::vector<float> buffer;
        for (std::uint64_t group = first; group < last; ++group) {
            const auto begin = static_cast<std::size_t>(groups.begin(group));
            const auto size = static_cast<std::size_t>(groups.size(group));
            if (size > mostSortedInMemory) {
                const auto view = task.matrix.part(begin, size, { static_cast<std::int64_t>(size) });
                scales[group] = scaleOfLong(view, task.ctx, scaleOf);
                continue;
            }
            if (direct.empty()) {
                buffer.resize(size);
                task.matrix.read(begin, buffer);
            }
            const auto values = direct.empty() ? std::span<const float>(buffer) : direct.subspan(begin, size);
            const float largest = largestMagnitude(values);
            scales[group] = largest == 0 ? 0.0F : scaleOf({ values, largest });
        }
    });
    return scales;
}

Scaling beforeUnit(Scaling scaling)
{
    if (scaleStore(scaling.store).largestMultiple != 0) {
        scaling.store = exactStore;
    }
    return scaling;
}

std::vector<float> inUnits(std::vector<float> scales, const Scaling& scaling)
{
    const auto& store = scaleStore(scaling.store);
    const float largest = store.largestMultiple == 0 ? 0 : largestMagnitude(scales);
    if (largest == 0) {
        return scales;
    }
    const float unit = scaleStore(unitStore).round(largest / store.largestMultiple);
    for (float& scale : scales) {
        scale = withSign(scale, [&](float magnitude) { return store.round(magnitude / unit) * unit; });
    }
    return scales;
}

std::vector<float> chooseScales(
    const TensorView& matrix, const Groups& groups, const Scaling& scaling, const UnitGrid& grid, const JobContext& ctx)
{
    return inUnits(scaleRule(scaling.rule).choose({ matrix, groups, beforeUnit(scaling), grid, ctx }), scaling);
}

std::vector<TensorPart> scaleParts(const Scaling& scaling, const Shape& shape, std::span<const float> scales)
{
    const auto& store = scaleStore(scaling.store);
    if (store.largestMultiple == 0) {
        return { storedPart(scalesName, scaling.store, shape, scales) };
    }
    const float largest = largestMagnitude(scales);
    const float unit = largest == 0 ? 0 : largest / store.largestMultiple;
    std::vector<float> multiples(scales.begin(), scales.end());
    for (float& scale : multiples) {
        scale = withSign(scale, [&](float magnitude) { return magnitude / unit; });
    }
    return { storedPart(scalesName, scaling.store, shape, multiples),
        storedPart(unitName, unitStore, { 1 }, std::span(&unit, 1)) };
}

std::vector<float> readScales(
    std::span<const TensorPart> parts, const Scaling& scaling, std::uint64_t count, float reach)
{
    auto scales = readStoredPart(parts, scalesName, scaling.store, count);
    const bool hasUnit = scaleStore(scaling.store).largestMultiple != 0;
    const float unit = hasUnit ? readStoredPart(parts, unitName, unitStore, 1).front() : 1;
    const bool isSigned = scaleRule(scaling.rule).isSigned;
    for (std::size_t i = 0; i < scales.size(); ++i) {
        scales[i] *= unit;
        if (!(scales[i] >= 0 || isSigned) || !std::isfinite(scales[i] * reach)) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "scale %1 of the quantized tensor is not a usable number"), toText(i));
        }
    }
    return scales;
}

} // namespace bw
