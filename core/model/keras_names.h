#pragma once

#include "core/model/keras_layer.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace bw {

/// A dataset of an HDF5 file, by its path ("model_weights/dense/dense/kernel:0").
struct KerasEntry
{
    std::string path;
    Shape shape;
};

/// Which entries are the model's weights and what users of Keras call them.
struct KerasNaming
{
    bool isKeras = false; ///< else paths are names
    std::vector<std::pair<std::size_t, std::string>> kept; ///< index of the entry and its name, in the model's order
    std::vector<std::pair<std::string, std::size_t>> leftOut; ///< an optimizer's state and how many entries it has
};

using KerasNameLists = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;
/// Knows the two ways in which Keras stores weights. Version 2: layer/weight-name with lists of both as attributes
/// (`lists`, by group path and "layer_names" or "weight_names"), giving "conv2d_1/kernel". Version 3:
/// layers/dense/vars/0, where the order of a layer's variables says which is which; `groupNames` holds layers' own
/// names, if the file has them.
KerasNaming kerasNaming(const std::vector<KerasEntry>& entries, const KerasNameLists& lists,
    const std::map<std::string, std::string>& groupNames);

} // namespace bw
