#pragma once

#include "core/model/model.h"

#include <string_view>

namespace bw {

/// True if the last part of a tensor's name is one that Keras, TensorFlow and Flax use: their weights have the output
/// channels in the last dimension, where PyTorch has them in the first.
bool isKerasName(std::string_view name);

/// A layer of a file without a graph, laid out as Keras does: kind, role and axis are guessed from name
/// ("conv2d_1/kernel") and shape. Other names are taken as namedLayer() takes them.
LayerInfo kerasLayer(std::string name, TensorView view);

} // namespace bw
