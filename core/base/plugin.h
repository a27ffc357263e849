#pragma once

#include "core/base/version.h"

#include <filesystem>
#include <optional>
#include <string>

namespace bw {

/// A shared library of this program, looked for in $BITWRIGHT_PLUGIN_DIR, beside the program and in ../lib/bitwright.
/// Nothing if there is none.
std::optional<std::filesystem::path> findPlugin(const std::string& fileName);

/// Loads a library for the rest of the process (what plug-ins stand on registers handlers that must stay mapped) and
/// finds its one function. nullptr with a reason if it cannot be loaded, or was built with other headers than this.
struct PluginFunction
{
    void* symbol = nullptr;
    std::string reason; ///< empty if there is a symbol
};
PluginFunction loadPlugin(const std::filesystem::path& library, const char* symbol);

/// What a plug-in says of itself; each has BITWRIGHT_PLUGIN in one of its sources.
extern "C" using PluginInterfaceVersion = const char* (*)();
inline constexpr const char* pluginInterfaceSymbol = "bitwrightInterfaceVersion";

} // namespace bw

#define BITWRIGHT_PLUGIN                                                                                               \
    extern "C" __attribute__((visibility("default"))) const char* bitwrightInterfaceVersion();                         \
    const char* bitwrightInterfaceVersion()                                                                            \
    {                                                                                                                  \
        return bw::interfaceVersion();                                                                                 \
    }
