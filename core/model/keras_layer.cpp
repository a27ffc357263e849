#include "core/model/keras_layer.h"

#include "core/model/named_layer.h"

#include <algorithm>
#include <array>

namespace bw {

namespace {

constexpr auto kernelNames
    = std::to_array<std::string_view>({ "kernel", "depthwise_kernel", "pointwise_kernel", "recurrent_kernel" });

std::string_view lastPart(std::string_view name)
{
    return name.substr(name.find_last_of("./") + 1);
}

bool has(std::string_view name, std::string_view part)
{
    return name.find(part) != std::string_view::npos;
}

LayerKind kernelKind(std::string_view name, std::size_t rank, bool isTransposed)
{
    switch (rank) {
    case 2:
        return LayerKind::Linear;
    case 3: // dense layers over several axes, as of attention, have three dimensions too
        return !has(name, "conv") ? LayerKind::Linear : isTransposed ? LayerKind::ConvTransposed : LayerKind::Conv1d;
    case 4:
        return isTransposed ? LayerKind::ConvTransposed : LayerKind::Conv2d;
    case 5:
        return isTransposed ? LayerKind::ConvTransposed : LayerKind::Conv3d;
    default:
        return LayerKind::Matrix;
    }
}

} // namespace

bool isKerasName(std::string_view name)
{
    const auto last = lastPart(name);
    return last == "embeddings" || std::find(kernelNames.begin(), kernelNames.end(), last) != kernelNames.end();
}

LayerInfo kerasLayer(std::string name, TensorView view)
{
    const auto last = std::string(lastPart(name));
    const auto rank = view.shape.size();
    const bool isKernel = std::find(kernelNames.begin(), kernelNames.end(), last) != kernelNames.end();
    auto layer = namedLayer(std::move(name), std::move(view));
    if (last == "embeddings" && rank == 2) {
        layer.kind = LayerKind::Embedding;
        layer.role = "embedding";
    } else if (isKernel && rank >= 2) {
        // Transposed convolutions are [height, width, out, in], depthwise ones [height, width, in, multiplier] with a
        // filter for each input channel; all others end with the output channels.
        const bool isTransposed = has(layer.name, "transpose") || has(layer.name, "deconv");
        const bool isDepthwise = last == "depthwise_kernel" || (last == "kernel" && has(layer.name, "depthwise"));
        layer.kind = kernelKind(layer.name, rank, isTransposed);
        const bool isSecondLast = rank > 2 && (isDepthwise || layer.kind == LayerKind::ConvTransposed);
        layer.outAxis = static_cast<int>(rank) - (isSecondLast ? 2 : 1);
    }
    return layer;
}

} // namespace bw
