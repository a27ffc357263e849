#pragma once

#include "core/base/job_context.h"

#include <filesystem>
#include <vector>

namespace bw {

/// How often each token of a vocabulary occurs in some text: figure i is token i's.
/// From a NumPy array (.npy, one dimension, as numpy.bincount makes it) or a text: a line per token with its count, or
/// with its number and its count; tokens that are not listed do not occur, and lines that begin with "#" are remarks.
/// Safe for files from strangers. Error{NotFound|BadFile}: names the line or the token.
std::vector<float> readTokenCounts(const std::filesystem::path& file, const JobContext& ctx);

} // namespace bw
