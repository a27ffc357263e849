#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace bw::test {

/// A float32 tensor to be written to a safetensors file.
struct FileTensor
{
    std::string name;
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

void writeSafetensors(const std::filesystem::path& path, const std::vector<FileTensor>& tensors);

/// Bell-shaped values, the same for the same seed.
std::vector<float> bellValues(std::size_t count, unsigned seed);

/// "conv1.weight" [8,3,3,3], "conv1.bias" [8], "head.weight" [10,72], "head.bias" [10].
std::filesystem::path writeSmallModel(
    const std::filesystem::path& folder, const std::string& name = "small.safetensors");
/// As above with a NaN in head.weight at index 13 and an infinity at 20.
std::filesystem::path writeModelWithNan(const std::filesystem::path& folder);
/// Matrices "big0.weight", … that together have `rows` × 65536 zeros and take no disk space: much work, made in no
/// time.
std::filesystem::path writeBigModel(const std::filesystem::path& folder, std::int64_t rows, std::int64_t matrices = 1);
/// The small model in two shards with their index; returns the index.
std::filesystem::path writeShardedModel(const std::filesystem::path& folder);

} // namespace bw::test
