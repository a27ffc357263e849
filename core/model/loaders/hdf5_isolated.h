#pragma once
// Keeps the HDF5 library away from the program while it reads a stranger's file. Include in loaders/ only.

#include "core/base/mapped_file.h"
#include "core/model/loaders/hdf5_tensors.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace bw {

/// Calls `read` in a child process, which keeps `descriptor` open (-1 for none), and gives what it found, or throws the
/// Error that it threw. Views into `mapped` stay views into it; other values (at most `mostUnpacked` bytes) are copied.
/// A file of its own, so that a fuzzer can put a reading in the same process in its place.
Hdf5Tensors readIsolated(const std::function<Hdf5Tensors()>& read, const std::shared_ptr<const MappedFile>& mapped,
    int descriptor, std::uint64_t mostUnpacked, const JobContext& ctx);

} // namespace bw
