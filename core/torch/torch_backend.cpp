#include "core/torch/torch_backend.h"

#include "core/base/error.h"
#include "core/base/plugin.h"
#include "core/torch/model_view.h"
#include "core/torch/observation_session.h"
#include "core/torch/script_program.h"
#include "core/torch/torch_errors.h"
#include "core/torch/torch_session.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

namespace bw::torch_backend {

namespace {

/// Warnings of models and of LibTorch would land on the program's terminal.
class SilentWarnings final : public c10::WarningHandler
{
public:
    void process(const c10::SourceLocation&, const std::string&, bool) override { }
};

class TorchBackend final : public InferenceBackend
{
public:
    std::string version() const override { return "LibTorch " TORCH_VERSION; }

    ModelPtr openModel(const std::filesystem::path& path, const JobContext& ctx) override
    {
        return atTorchEdge([&] {
            auto program = openProgram(path, ctx);
            program.module.eval();
            return viewModel(path, program, ctx);
        });
    }

    std::unique_ptr<InferenceSession> openSession(const std::filesystem::path& path, const JobContext& ctx) override
    {
        return atTorchEdge([&] { return makeSession(path, openProgram(path, ctx)); });
    }

    std::unique_ptr<ObservationSession> openObservation(const std::filesystem::path& path,
        const std::vector<WatchedLayer>& layers, const JobContext& ctx) override
    {
        return atTorchEdge([&] { return makeObservation(openProgram(path, ctx), layers); });
    }
};

} // namespace

std::unique_ptr<InferenceBackend> makeTorchBackend(int threads)
{
    static SilentWarnings silence;
    c10::Warning::set_warning_handler(&silence);
    at::set_num_threads(threads);
    // Throws if set twice in a process.
    static const bool isInteropSet = [] {
        at::set_num_interop_threads(1);
        return true;
    }();
    static_cast<void>(isInteropSet);
    return std::make_unique<TorchBackend>();
}

} // namespace bw::torch_backend

BITWRIGHT_PLUGIN

extern "C" __attribute__((visibility("default"))) bw::InferenceBackend* bitwrightMakeInferenceBackend(int threads);
bw::InferenceBackend* bitwrightMakeInferenceBackend(int threads)
{
    return bw::torch_backend::makeTorchBackend(threads).release();
}
