#pragma once

#include "core/model/model.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace bw::test {

/// Bell-shaped values from a fixed generator.
inline std::vector<float> bellValues(std::size_t count, std::uint32_t seed)
{
    std::vector<float> values(count);
    std::uint32_t state = seed * 2654435761U + 1;
    const auto next = [&state] {
        state = state * 1664525U + 1013904223U;
        return static_cast<double>(state >> 8) / static_cast<double>(1U << 24);
    };
    for (auto& value : values) {
        value = static_cast<float>(0.05 * (next() + next() + next() + next() - 2));
    }
    return values;
}

inline LayerInfo layer(const std::string& name, LayerKind kind, Shape shape, std::uint32_t seed)
{
    LayerInfo info;
    info.name = name;
    info.kind = kind;
    info.view = makeTensor(shape, bellValues(static_cast<std::size_t>(elementCount(shape)), seed));
    return info;
}

/// Three weights and a bias: enough for every part of the window.
inline ModelPtr smallModel()
{
    Model::Data data;
    data.path = "/nowhere/small.safetensors";
    data.format = "safetensors";
    data.layers = { layer("conv1.weight", LayerKind::Conv2d, { 8, 3, 3, 3 }, 1),
        layer("conv1.bias", LayerKind::Bias, { 8 }, 2), layer("conv2.weight", LayerKind::Conv2d, { 16, 8, 3, 3 }, 3),
        layer("fc.weight", LayerKind::Linear, { 10, 64 }, 4) };
    return std::make_shared<const Model>(std::move(data));
}

/// One weight of `rows` × `columns`.
inline ModelPtr oneLayerModel(std::int64_t rows, std::int64_t columns)
{
    Model::Data data;
    data.path = "/nowhere/large.safetensors";
    data.format = "safetensors";
    data.layers = { layer("big.weight", LayerKind::Linear, { rows, columns }, 9) };
    return std::make_shared<const Model>(std::move(data));
}

} // namespace bw::test
