#include "core/base/error.h"
#include "core/base/plugin.h"
#include "core/evaluate/inference_engine.h"

#include <cstdlib>

namespace bw {

namespace {
constexpr const char* pluginName = "libbitwright_torch.so";

/// OpenMP threads that spin without end while they wait made LibTorch 10 times slower beside other busy threads
/// (ResNet-20 on 2 cores under load: 49 s against 3.4 s); threads that sleep at once are woken so late that a second
/// core gains nothing (ResNet-56, 32 pictures: 0.10 s; one thread 0.10 s). Spinning for about 0.2 ms is as good as
/// sleeping under load and twice as fast without (0.05 s). OpenMP reads this when it is loaded, with the plug-in; it is
/// set before main() because the environment must not change once there are threads.
[[maybe_unused]] const int openmpSpins
    = std::getenv("OMP_WAIT_POLICY") != nullptr ? 0 : ::setenv("GOMP_SPINCOUNT", "10000", /*overwrite=*/0);

/// LibTorch splits sums of matrix products by its number of threads, so that figures differ in the ninth digit. It
/// always gets two, whatever --threads says and however many cores there are: on one core two are as fast as one
/// (ResNet-56, 32 pictures: 0.08 s), on two twice as fast.
constexpr int inferenceThreads = 2;

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
    return std::unique_ptr<InferenceBackend>(make(inferenceThreads));
}

} // namespace bw
