#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/evaluate/inference_engine.h"

#include <cstdlib>
#include <vector>

#include <dlfcn.h>

namespace bw {

namespace {
constexpr const char* pluginName = "libbitwright_torch.so";

/// OpenMP threads that wait by spinning made LibTorch 10 times slower beside other busy threads (ResNet-20 on 2 cores
/// under load: 49 s against 3.4 s). OpenMP reads this when it is loaded, with the plug-in; it is set before main()
/// because the environment must not change once there are threads.
[[maybe_unused]] const int openmpSleeps = ::setenv("OMP_WAIT_POLICY", "passive", /*overwrite=*/0);

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

std::filesystem::path findPlugin()
{
    for (const auto& folder : pluginFolders()) {
        std::error_code error;
        if (std::filesystem::is_regular_file(folder / pluginName, error)) {
            return folder / pluginName;
        }
    }
    throw Error(ErrorKind::Unsupported,
        BW_TR_NOOP("core",
            "This build of Bitwright has no LibTorch engine (%1 is not beside the program), so it can neither open nor "
            "run TorchScript models. Build it with BITWRIGHT_WITH_TORCH=ON."),
        pluginName);
}

[[noreturn]] void failLoading(const std::filesystem::path& plugin)
{
    const char* reason = ::dlerror();
    throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "The LibTorch engine %1 cannot be loaded: %2."),
        printable(plugin.string()), printable(reason != nullptr ? reason : "unknown reason", 500));
}
} // namespace

std::unique_ptr<InferenceBackend> makePluginBackend()
{
    const auto plugin = findPlugin();
    // Never closed again: LibTorch registers thread-local and exit handlers that must stay mapped.
    void* library = ::dlopen(plugin.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        failLoading(plugin);
    }
    void* symbol = ::dlsym(library, makeInferenceBackendSymbol);
    if (symbol == nullptr) {
        failLoading(plugin);
    }
    const auto make = reinterpret_cast<MakeInferenceBackend>(symbol);
    return std::unique_ptr<InferenceBackend>(make(threadCount()));
}

} // namespace bw
