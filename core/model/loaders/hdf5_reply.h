#pragma once
// What the process that reads a stranger's HDF5 file sends back. Include in loaders/ only.

#include "core/base/isolated_process.h"
#include "core/base/mapped_file.h"
#include "core/model/loaders/hdf5_tensors.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace bw {

/// What `read` finds, or the Error that it throws, to be sent. Values in `mapped` are sent as where they are.
IsolatedPieces packHdf5Tensors(const std::function<Hdf5Tensors()>& read, const MappedFile* mapped) noexcept;

/// What a child sent, checked like a file. Error{BadFile}, or the Error that the child met.
Hdf5Tensors unpackHdf5Tensors(std::vector<std::byte> bytes, const std::shared_ptr<const MappedFile>& mapped);

} // namespace bw
