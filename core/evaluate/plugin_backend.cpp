#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/plugin.h"
#include "core/evaluate/inference_engine.h"

#include <cstdlib>

namespace bw {

namespace {
constexpr const char* pluginName = "libbitwright_torch.so";

/// OpenMP threads that wait by spinning made LibTorch 10 times slower beside other busy threads (ResNet-20 on 2 cores
/// under load: 49 s against 3.4 s). OpenMP reads this when it is loaded, with the plug-in; it is set before main()
/// because the environment must not change once there are threads.
[[maybe_unused]] const int openmpSleeps = ::setenv("OMP_WAIT_POLICY", "passive", /*overwrite=*/0);

std::filesystem::path requirePlugin()
{
    if (auto plugin = findPlugin(pluginName)) {
        return *plugin;
    }
    throw Error(ErrorKind::Unsupported,
        BW_TR_NOOP("core",
            "This build of Bitwright has no LibTorch engine (%1 is not beside the program), so it can neither open nor "
            "run TorchScript models. Build it with BITWRIGHT_WITH_TORCH=ON."),
        pluginName);
}
} // namespace

std::unique_ptr<InferenceBackend> makePluginBackend()
{
    const auto plugin = requirePlugin();
    const auto function = loadPlugin(plugin, makeInferenceBackendSymbol);
    if (function.symbol == nullptr) {
        throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "The LibTorch engine %1 cannot be loaded: %2."),
            printable(plugin.string()), printable(function.reason, 500));
    }
    const auto make = reinterpret_cast<MakeInferenceBackend>(function.symbol);
    return std::unique_ptr<InferenceBackend>(make(threadCount()));
}

} // namespace bw
