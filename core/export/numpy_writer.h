#pragma once

#include "core/export/array_contents.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace bw {

/// The first bytes of an .npy file of this type and shape, C order (format version 1.0, numpy/lib/format.py).
std::string numpyHeader(DType dtype, const Shape& shape);

/// An .npz archive over the existing file: one NAME.npy per array, stored, and the description as bitwright.json.
void writeNumpyArchive(const ArrayContents& contents, const std::filesystem::path& path, const JobContext& ctx);
std::uint64_t numpyArchiveBytes(const ArrayContents& contents);
/// Reads `path` as any reader would and compares every byte; Error{Verification} names the array and the index.
void checkNumpyArchive(const ArrayContents& contents, const std::filesystem::path& path, const JobContext& ctx);

} // namespace bw
