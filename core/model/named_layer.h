#pragma once

#include "core/model/model.h"

namespace bw {

/// A layer of a file without a graph: kind, role and axis are guessed from name and shape as PyTorch lays weights out.
LayerInfo namedLayer(std::string name, TensorView view);

} // namespace bw
