#include "core/export/onnx_sizes.h"

#include "core/export/array_contents.h"

#include <algorithm>

namespace bw {

namespace {
/// Measured, without names: three or four nodes, the heads of the arrays and the line that describes the layer.
constexpr std::uint64_t nodeBytes = 330;
constexpr std::uint64_t namesPerLayer = 14;
/// The head of a TensorProto, without its name.
constexpr std::uint64_t headBytes = 24;

/// Codes are whole bytes, or two a byte.
std::uint64_t bitsInFile(int codeBits, const OnnxFlavour& flavour)
{
    if (codeBits <= 4 && flavour.style == OnnxStyle::Packed) {
        return 4;
    }
    return codeBits <= 8 ? 8 : codeBits <= 16 ? 16 : static_cast<std::uint64_t>(codeBits);
}

bool hasHalfScales(const LayerOutline& outline)
{
    return std::any_of(outline.parts.begin(), outline.parts.end(),
        [](const PartOutline& part) { return part.name == "scales" && part.dtype == DType::F16; });
}
} // namespace

std::uint64_t onnxCodeBytes(const LayerInfo& layer, int codeBits, const OnnxFlavour& flavour)
{
    return (layer.count() * bitsInFile(codeBits, flavour) + 7) / 8;
}

std::uint64_t onnxKeptBytes(const LayerInfo& layer)
{
    return layer.storedBytes() + layer.name.size() + headBytes;
}

std::uint64_t onnxFixedBytes(const Model& model, const OnnxFlavour& flavour)
{
    QuantizedModel kept;
    kept.model = std::shared_ptr<const Model>(&model, [](const Model*) {}); // used within this call only
    kept.plan.recipe = defaultRecipe();
    kept.layers.resize(model.layers().size(), KeptLayer {});
    auto bytes = onnxFileBytes(kept, {}, flavour, {});
    for (const LayerId id : model.quantizableLayers()) {
        bytes -= std::min(bytes, onnxKeptBytes(model.layer(id)));
    }
    return bytes;
}

std::uint64_t onnxLayerBytes(const LayerInfo& layer, const LayerOutline& outline, const OnnxFlavour& flavour)
{
    std::uint64_t bytes = nodeBytes + namesPerLayer * layer.name.size();
    for (const auto& [name, size] : arraySizes(layer, outline).arrays) {
        if (name.ends_with(".codes")) {
            bytes += onnxCodeBytes(layer, outline.codeBits, flavour);
        } else {
            bytes += name.ends_with(".scales") && hasHalfScales(outline) ? 2 * size : size; // float32 there
        }
    }
    return bytes;
}

} // namespace bw
