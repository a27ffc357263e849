#include "app/cli/cache_folder.h"

#include <cstdlib>

namespace bw::cli {

namespace {
std::filesystem::path folderFrom(const char* variable)
{
    const char* value = std::getenv(variable);
    // The XDG specification: paths that are not absolute are to be ignored.
    return value != nullptr && value[0] == '/' ? std::filesystem::path(value) : std::filesystem::path();
}
} // namespace

std::filesystem::path userCacheFolder()
{
    if (const auto cache = folderFrom("XDG_CACHE_HOME"); !cache.empty()) {
        return cache / "bitwright";
    }
    const auto home = folderFrom("HOME");
    return home.empty() ? home : home / ".cache" / "bitwright";
}

} // namespace bw::cli
