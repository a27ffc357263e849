#pragma once
// A file that HDF5 writes without ever learning that the disk is full. Include in .cpp files only.

#include "core/report/hdf5_handle.h"

#include <filesystem>

namespace bw::hdf5 {

/// A new file over `path`. HDF5 that fails to write keeps the file half-open and crashes at the end of the program, so
/// writing seems to succeed always; requireWritten() says whether it did.
Handle createOutput(const std::filesystem::path& path, hid_t creation, hid_t access);
/// Error{Io} with the system's reason if anything could not be written.
void requireWritten(hid_t file);

} // namespace bw::hdf5
