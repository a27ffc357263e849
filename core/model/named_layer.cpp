#include "core/model/named_layer.h"

namespace bw {

LayerInfo namedLayer(std::string name, TensorView view)
{
    LayerInfo layer;
    const auto guess = classifyByName(name, view.shape);
    layer.name = std::move(name);
    layer.kind = guess.kind;
    layer.role = guess.role;
    layer.outAxis = guess.kind == LayerKind::ConvTransposed ? 1 : 0;
    layer.view = std::move(view);
    return layer;
}

} // namespace bw
