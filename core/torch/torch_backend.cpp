#include "core/torch/torch_backend.h"

#include "core/base/error.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>

namespace bw::torch_backend {

namespace {
class TorchBackend final : public InferenceBackend
{
public:
    std::string version() const override { return "LibTorch " TORCH_VERSION; }

    ModelPtr openModel(const std::filesystem::path&, const JobContext& ctx) override
    {
        ctx.checkpoint();
        throw notYet();
    }

    std::unique_ptr<InferenceSession> openSession(const std::filesystem::path&, const JobContext&) override
    {
        throw notYet();
    }

private:
    static Error notYet()
    {
        return Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "This version cannot open TorchScript models yet."));
    }
};
} // namespace

std::unique_ptr<InferenceBackend> makeTorchBackend(int threads)
{
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

extern "C" __attribute__((visibility("default"))) bw::InferenceBackend* bitwrightMakeInferenceBackend(int threads);
bw::InferenceBackend* bitwrightMakeInferenceBackend(int threads)
{
    return bw::torch_backend::makeTorchBackend(threads).release();
}
