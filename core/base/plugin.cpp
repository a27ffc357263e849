#include "core/base/plugin.h"

#include <cstdlib>
#include <string_view>
#include <vector>

#include <dlfcn.h>

namespace bw {

namespace {
std::vector<std::filesystem::path> pluginFolders()
{
    if (const char* chosen = std::getenv("BITWRIGHT_PLUGIN_DIR"); chosen != nullptr && *chosen != '\0') {
        return { chosen };
    }
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) {
        return {};
    }
    return { program.parent_path(), program.parent_path().parent_path() / "lib" / "bitwright" };
}

std::string loadError()
{
    const char* reason = ::dlerror();
    return reason != nullptr ? reason : "unknown reason";
}
} // namespace

std::optional<std::filesystem::path> findPlugin(const std::string& fileName)
{
    for (const auto& folder : pluginFolders()) {
        std::error_code error;
        if (std::filesystem::is_regular_file(folder / fileName, error)) {
            return folder / fileName;
        }
    }
    return std::nullopt;
}

PluginFunction loadPlugin(const std::filesystem::path& library, const char* symbol)
{
    void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        return { nullptr, loadError() };
    }
    const auto version = reinterpret_cast<PluginInterfaceVersion>(::dlsym(handle, pluginInterfaceSymbol));
    if (version == nullptr || std::string_view(version()) != interfaceVersion()) {
        return { nullptr, "it was built with another version of Bitwright; build both together" };
    }
    PluginFunction function { ::dlsym(handle, symbol), {} };
    if (function.symbol == nullptr) {
        function.reason = loadError();
    }
    return function;
}

} // namespace bw
