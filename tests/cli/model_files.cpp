#include "tests/cli/model_files.h"

#include "tests/support/temp_dir.h"

#include <cmath>
#include <cstring>
#include <random>

namespace bw::test {

namespace {
std::string lengthBytes(std::uint64_t length)
{
    std::string out(sizeof length, '\0');
    std::memcpy(out.data(), &length, sizeof length);
    return out;
}

std::string shapeJson(const std::vector<std::int64_t>& shape)
{
    std::string out;
    for (const auto size : shape) {
        out += (out.empty() ? "" : ",") + std::to_string(size);
    }
    return "[" + out + "]";
}

std::string entryJson(
    const std::string& name, const std::vector<std::int64_t>& shape, std::uint64_t begin, std::uint64_t end)
{
    return "\"" + name + "\":{\"dtype\":\"F32\",\"shape\":" + shapeJson(shape) + ",\"data_offsets\":["
        + std::to_string(begin) + "," + std::to_string(end) + "]}";
}

std::vector<FileTensor> smallTensors()
{
    return { { "conv1.weight", { 8, 3, 3, 3 }, bellValues(216, 1) }, { "conv1.bias", { 8 }, bellValues(8, 2) },
        { "head.weight", { 10, 72 }, bellValues(720, 3) }, { "head.bias", { 10 }, bellValues(10, 4) } };
}
} // namespace

void writeSafetensors(const std::filesystem::path& path, const std::vector<FileTensor>& tensors)
{
    std::string header = "{";
    std::string data;
    for (const auto& tensor : tensors) {
        const auto begin = data.size();
        data.append(reinterpret_cast<const char*>(tensor.values.data()), tensor.values.size() * sizeof(float));
        header += (header.size() > 1 ? "," : "") + entryJson(tensor.name, tensor.shape, begin, data.size());
    }
    header += "}";
    writeFile(path, lengthBytes(header.size()) + header + data);
}

std::vector<float> bellValues(std::size_t count, unsigned seed)
{
    // Sums of the generator's own integers: the same on every system, which std::normal_distribution is not.
    std::mt19937 random(seed);
    std::vector<float> values(count);
    for (float& value : values) {
        double sum = 0;
        for (int i = 0; i < 12; ++i) {
            sum += static_cast<double>(random()) / 4294967296.0;
        }
        value = static_cast<float>((sum - 6) * 0.1);
    }
    return values;
}

std::filesystem::path writeSmallModel(const std::filesystem::path& folder, const std::string& name)
{
    writeSafetensors(folder / name, smallTensors());
    return folder / name;
}

std::filesystem::path writeModelWithNan(const std::filesystem::path& folder)
{
    auto tensors = smallTensors();
    tensors[2].values[13] = std::nanf("");
    tensors[2].values[20] = INFINITY;
    writeSafetensors(folder / "nan.safetensors", tensors);
    return folder / "nan.safetensors";
}

std::filesystem::path writeBigModel(const std::filesystem::path& folder, std::int64_t rows, std::int64_t matrices)
{
    const std::int64_t columns = 65536;
    const auto bytesOfOne = static_cast<std::uint64_t>(rows / matrices * columns) * sizeof(float);
    std::string header;
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(matrices); ++i) {
        header += (i == 0 ? "{" : ",")
            + entryJson("big" + std::to_string(i) + ".weight", { rows / matrices, columns }, i * bytesOfOne,
                (i + 1) * bytesOfOne);
    }
    header += "}";
    const auto bytes = bytesOfOne * static_cast<std::uint64_t>(matrices);
    const auto path = folder / "big.safetensors";
    writeFile(path, lengthBytes(header.size()) + header);
    std::filesystem::resize_file(path, sizeof(std::uint64_t) + header.size() + bytes);
    return path;
}

std::filesystem::path writeShardedModel(const std::filesystem::path& folder)
{
    const auto tensors = smallTensors();
    writeSafetensors(folder / "model-00001-of-00002.safetensors", { tensors[0], tensors[1] });
    writeSafetensors(folder / "model-00002-of-00002.safetensors", { tensors[2], tensors[3] });
    const auto index = folder / "model.safetensors.index.json";
    writeFile(index,
        R"({"metadata":{"total_size":3816},"weight_map":{"conv1.weight":"model-00001-of-00002.safetensors",)"
        R"("conv1.bias":"model-00001-of-00002.safetensors","head.weight":"model-00002-of-00002.safetensors",)"
        R"("head.bias":"model-00002-of-00002.safetensors"}})");
    return index;
}

} // namespace bw::test
