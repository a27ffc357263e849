#include "core/base/error.h"
#include "core/evaluate/inference_engine.h"

#include <gtest/gtest.h>

#include <new>

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
TEST(TorchPlugin, ErrorsThrownInsideAreCaughtOutsideWithKindAndContext)
{
    try {
        InferenceEngine::instance().run(
            [](InferenceBackend& backend) { backend.openModel("/nonexistent/model.pt", {}); });
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::NotFound);
        EXPECT_NE(std::string(error.what()).find("model.pt"), std::string::npos);
    }
    try {
        InferenceEngine::instance().run([](InferenceBackend& backend) { backend.openModel("/bin/sh", {}); });
        FAIL();
    } catch (const std::exception& error) {
        EXPECT_NE(dynamic_cast<const Error*>(&error), nullptr);
    }
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
