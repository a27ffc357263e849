#include "tests/support/model_builders.h"

#include "core/export/content.h"
#include "core/model/loader.h"
#include "core/model/safetensors_header.h"

#include <cmath>
#include <fstream>
#include <numbers>

namespace bw::test {

namespace {
/// SplitMix64: std's distributions differ between libraries.
double uniform(std::uint64_t& state)
{
    state += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}
} // namespace

std::vector<float> normalValues(std::size_t count, std::uint64_t seed, float sigma)
{
    std::vector<float> values(count);
    std::uint64_t state = seed * 1000003 + 17;
    for (auto& value : values) {
        const double radius = std::sqrt(-2 * std::log(1 - uniform(state)));
        value = sigma * static_cast<float>(radius * std::cos(2 * std::numbers::pi * uniform(state)));
    }
    return values;
}

TensorView normalTensor(Shape shape, std::uint64_t seed, DType dtype, float sigma)
{
    const auto values = normalValues(static_cast<std::size_t>(elementCount(shape)), seed, sigma);
    std::vector<std::byte> bytes(values.size() * info(dtype).size);
    castFloats(values, dtype, bytes);
    return makeTensor(dtype, std::move(shape), std::move(bytes));
}

void writeModelFile(const std::filesystem::path& path, const std::vector<NamedView>& tensors,
    const std::map<std::string, std::string>& metadata)
{
    std::vector<SafetensorsEntry> entries;
    for (const auto& tensor : tensors) {
        entries.push_back({ tensor.name, tensor.view.dtype, tensor.view.shape, 0, 0 });
    }
    std::ofstream file(path, std::ios::binary);
    file << buildSafetensorsHeader(entries, metadata);
    for (const auto& tensor : tensors) {
        file.write(reinterpret_cast<const char*>(tensor.view.bytes.data()),
            static_cast<std::streamsize>(tensor.view.bytes.size()));
    }
}

ModelPtr smallModel(const std::filesystem::path& path)
{
    writeModelFile(path,
        { { "conv1.weight", normalTensor({ 8, 3, 3, 3 }, 1) }, { "conv1.bias", normalTensor({ 8 }, 2) },
            { "bn1.weight", normalTensor({ 8 }, 3) },
            { "bn1.num_batches_tracked", makeTensor(DType::I64, {}, std::vector<std::byte>(8, std::byte { 7 })) },
            { "conv2.weight", normalTensor({ 16, 8, 3, 3 }, 4, DType::F32, 0.1F) },
            { "fc.weight", normalTensor({ 10, 144 }, 5, DType::BF16, 0.05F) },
            { "fc.bias", normalTensor({ 10 }, 6, DType::BF16) } },
        { { "format", "pt" }, { "note", "a small network" } });
    return openModel(path);
}

ModelPtr memoryModel(std::vector<LayerInfo> layers)
{
    Model::Data data;
    data.path = "memory.safetensors";
    data.format = "safetensors";
    data.layers = std::move(layers);
    return std::make_shared<const Model>(std::move(data));
}

LayerInfo weightLayer(std::string name, TensorView view, LayerKind kind, int outAxis)
{
    LayerInfo layer;
    layer.name = std::move(name);
    layer.kind = kind;
    layer.view = std::move(view);
    layer.outAxis = outAxis;
    return layer;
}

} // namespace bw::test
