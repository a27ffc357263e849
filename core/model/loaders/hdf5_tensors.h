#pragma once
// Reading arrays of HDF5 files that anybody may have made. Include in .cpp files only.

#include "core/base/job_context.h"
#include "core/model/model.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// A dataset of numbers.
struct Hdf5Tensor
{
    std::string path; ///< "model_weights/dense/dense/kernel:0", without the leading '/'
    TensorView view;
    std::vector<std::string> otherPaths; ///< further hard links to the same dataset
};

struct Hdf5Tensors
{
    std::vector<Hdf5Tensor> tensors; ///< in natural order of their paths
    /// Lists of names that groups carry as attributes (Keras' layer_names and weight_names, in which order matters),
    /// by group path and attribute.
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> nameLists;
    std::map<std::string, std::string> groupNames; ///< the attribute "name" of groups, by path
    std::string schema; ///< root attribute "schema"
    std::string description; ///< root attribute "description", of at most 16 MB
    std::string kerasVersion; ///< root attribute "keras_version", also of the group model_weights
    std::vector<Text> warnings; ///< what was left out
};

/// Everything of numbers in the file, read in a process of its own: the HDF5 library was not made for files from
/// strangers. Dense little-endian datasets are not copied: their views lie in the mapped file.
/// Refused are links and values that lie in other files, virtual datasets and filters other than deflate, shuffle and
/// Fletcher-32. Error{BadFile|Refused|Unsupported} without the file's name.
Hdf5Tensors readHdf5File(const std::filesystem::path& path, const JobContext& ctx);
/// The same of a file in memory, which is copied. `allowance` is the size that limits on memory count from.
Hdf5Tensors readHdf5Image(std::span<const std::byte> image, std::uint64_t allowance, const JobContext& ctx);

/// True for bytes that begin like an HDF5 file, also one after a user block.
bool isHdf5(std::span<const std::byte> head);

} // namespace bw
