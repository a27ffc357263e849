#pragma once

#include "core/model/model.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace bw::test {

/// The same normally distributed values (mean 0, deviation `sigma`) for the same seed, everywhere.
std::vector<float> normalValues(std::size_t count, std::uint64_t seed, float sigma = 1);
/// A tensor of any float type with such values, rounded.
TensorView normalTensor(Shape shape, std::uint64_t seed, DType dtype = DType::F32, float sigma = 1);

struct NamedView
{
    std::string name;
    TensorView view;
};

/// Writes a safetensors file.
void writeModelFile(const std::filesystem::path& path, const std::vector<NamedView>& tensors,
    const std::map<std::string, std::string>& metadata = {});
/// A small network as a file: two convolutions with norm and bias, a linear layer in bf16, a counter. Opened.
ModelPtr smallModel(const std::filesystem::path& path);
/// A model that exists in memory only.
ModelPtr memoryModel(std::vector<LayerInfo> layers);
LayerInfo weightLayer(std::string name, TensorView view, LayerKind kind = LayerKind::Matrix, int outAxis = 0);

} // namespace bw::test
