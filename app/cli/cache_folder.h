#pragma once

#include <filesystem>

namespace bw::cli {

/// Where this user's results are kept between runs: $XDG_CACHE_HOME/bitwright or ~/.cache/bitwright. Empty if neither
/// is known. The folder need not exist.
std::filesystem::path userCacheFolder();

} // namespace bw::cli
