#include "core/base/error.h"
#include "core/evaluate/inference_engine.h"

#include <gtest/gtest.h>

namespace bw {
namespace {

TEST(TorchPlugin, LoadsOnTheEngineThreadAndNamesItsVersion)
{
    InferenceEngine::instance().run([](InferenceBackend& backend) {
        EXPECT_TRUE(backend.version().starts_with("LibTorch 1.")) << backend.version();
    });
    EXPECT_TRUE(InferenceEngine::instance().isLoaded());
}

// The plug-in has its own copy of core, and its symbols are hidden: exception types must still match by name.
TEST(TorchPlugin, ErrorsThrownInsideAreCaughtOutside)
{
    InferenceEngine::instance().run([](InferenceBackend& backend) {
        try {
            backend.openModel("/nonexistent/model.pt", {});
            FAIL();
        } catch (const Error& error) {
            EXPECT_FALSE(error.message().empty());
        }
    });
}

TEST(TorchPlugin, CanceledThrownInsideIsCaughtOutside)
{
    std::stop_source stop;
    stop.request_stop();
    const JobContext ctx(stop.get_token());
    EXPECT_THROW(InferenceEngine::instance().run([&](InferenceBackend& backend) { backend.openModel("/bin/sh", ctx); }),
        Canceled);
}

} // namespace
} // namespace bw
