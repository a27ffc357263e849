#pragma once

#include "core/base/job_context.h"
#include "core/tensor/tensor_view.h"

#include <filesystem>

namespace bw {

/// Reads an IDX file (LeCun's MNIST page: 2 zero bytes, type, rank, big-endian sizes, values), plain or gzipped, into
/// memory. A gzip stream is unpacked no further than the sizes in its header say. Error{NotFound|BadFile}, without the
/// file's name.
TensorView readIdxFile(const std::filesystem::path& path, const JobContext& ctx);

/// True if these are the first bytes of a plain or gzipped file that may be an IDX file.
bool looksLikeIdx(std::string_view head);

} // namespace bw
