#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/formats/scale_rule.h"

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
    std::vector<float> scales(ranges.size());
    parallelBlocks(ranges.size(), scalesPerBlock, task.ctx, [&](std::uint64_t first, std::uint64_t last) {
        for (auto i = first; i < last; ++i) {
            scales[i] = storedScale(store, static_cast<double>(ranges[i].absMax()) * share, span, reach);
        }
    });
    return scales;
}

float largestScale(const ScaleTask& task, std::span<const float> values)
{
    return storedScale(task, static_cast<double>(largestMagnitude(values)), task.grid.span());
}

double rootMeanSquare(std::span<const float> values)
{
    double sum = 0;
    for (const float value : values) {
        sum += static_cast<double>(value) * static_cast<double>(value);
    }
    return std::sqrt(sum / static_cast<double>(values.size()));
}

std::vector<float> scalesByGroup(
    const ScaleTask& task, const std::function<float(std::span<const float> values)>& scaleOf)
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
            if (direct.empty()) {
                buffer.resize(size);
                task.matrix.read(begin, buffer);
            }
            const auto values = direct.empty() ? std::span<const float>(buffer) : direct.subspan(begin, size);
            scales[group] = largestMagnitude(values) == 0 ? 0.0F : scaleOf(values);
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
