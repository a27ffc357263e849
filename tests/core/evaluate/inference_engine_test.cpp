#include "core/base/error.h"
#include "core/evaluate/inference_engine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace bw {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class NoModels final : public InferenceBackend
{
public:
    std::string version() const override { return "none"; }
    ModelPtr openModel(const std::filesystem::path&, const JobContext&) override { return nullptr; }
    std::unique_ptr<InferenceSession> openSession(const std::filesystem::path&, const JobContext&) override
    {
        return nullptr;
    }
};

std::unique_ptr<InferenceBackend> makeNoModels()
{
    return std::make_unique<NoModels>();
}

TEST(InferenceEngine, RunsEverythingOnOneThreadAndStartsItOnFirstUse)
{
    int made = 0;
    InferenceEngine engine([&] {
        ++made;
        return makeNoModels();
    });
    EXPECT_FALSE(engine.isLoaded());
    std::thread::id first;
    std::thread::id second;
    engine.run([&](InferenceBackend& backend) {
        first = std::this_thread::get_id();
        EXPECT_EQ(backend.version(), "none");
        engine.run([&](InferenceBackend&) { second = std::this_thread::get_id(); }); // nested: no deadlock
    });
    EXPECT_EQ(first, second);
    std::thread([&] { engine.run([&](InferenceBackend&) { second = std::this_thread::get_id(); }); }).join();
    EXPECT_EQ(first, second);
    EXPECT_NE(first, std::this_thread::get_id());
    EXPECT_EQ(made, 1);
    EXPECT_TRUE(engine.isLoaded());
}

TEST(InferenceEngine, CarriesExceptionsBack)
{
    InferenceEngine engine(makeNoModels);
    EXPECT_THROW(engine.run([](InferenceBackend&) { throw Canceled {}; }), Canceled);
    EXPECT_THROW(engine.run([](InferenceBackend&) { throw std::bad_alloc(); }), std::bad_alloc);
    try {
        engine.run([](InferenceBackend&) { throw Error(ErrorKind::Refused, "no"); });
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Refused);
    }
    bool ran = false;
    engine.run([&](InferenceBackend&) { ran = true; });
    EXPECT_TRUE(ran);
}

TEST(InferenceEngine, AFailedLoadIsTriedAgain)
{
    int tries = 0;
    InferenceEngine engine([&]() -> std::unique_ptr<InferenceBackend> {
        if (++tries == 1) {
            throw Error(ErrorKind::Unsupported, "absent");
        }
        return makeNoModels();
    });
    EXPECT_THROW(engine.run([](InferenceBackend&) {}), Error);
    EXPECT_FALSE(engine.isLoaded());
    engine.run([](InferenceBackend&) {});
    EXPECT_TRUE(engine.isLoaded());
}

/// Work that does not look at anything until it is released.
struct Blocker
{
    std::atomic<bool> isRunning { false };
    std::atomic<bool> mayEnd { false };
    InferenceEngine::Work work(std::shared_ptr<Blocker> self)
    {
        return [self](InferenceBackend&) {
            self->isRunning = true;
            while (!self->mayEnd) {
                std::this_thread::sleep_for(1ms);
            }
        };
    }
};

/// Runs the blocker from another thread, cancels it and returns how long run() took to throw Canceled.
Clock::duration abandon(InferenceEngine& engine, const std::shared_ptr<Blocker>& blocker)
{
    std::stop_source stop;
    Clock::time_point thrown;
    std::thread caller([&] {
        EXPECT_THROW(engine.run(blocker->work(blocker), JobContext(stop.get_token())), Canceled);
        thrown = Clock::now();
    });
    while (!blocker->isRunning) {
        std::this_thread::sleep_for(1ms);
    }
    const auto asked = Clock::now();
    stop.request_stop();
    caller.join();
    return thrown - asked;
}

TEST(InferenceEngine, WorkThatNeverReturnsIsAbandonedAndLaterCallsSaySo)
{
    InferenceEngine engine(makeNoModels);
    const auto blocker = std::make_shared<Blocker>();
    EXPECT_LT(abandon(engine, blocker), 600ms);
    EXPECT_TRUE(engine.isStuck());
    for (const bool withContext : { false, true }) {
        try {
            withContext ? engine.run([](InferenceBackend&) {}, JobContext()) : engine.run([](InferenceBackend&) {});
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Backend);
            EXPECT_STREQ(error.what(), "The model does not return; restart Bitwright to run models again.");
        }
    }
    blocker->mayEnd = true; // it does return after all: the engine is usable again
    engine.run([](InferenceBackend&) {});
    EXPECT_FALSE(engine.isStuck());
}

TEST(InferenceEngine, WorkWaitingBehindAnAbandonedCallFailsToo)
{
    InferenceEngine engine(makeNoModels);
    const auto blocker = std::make_shared<Blocker>();
    std::thread waiting([&] {
        while (!blocker->isRunning) {
            std::this_thread::sleep_for(1ms);
        }
        EXPECT_THROW(engine.run([](InferenceBackend&) {}), Error);
    });
    abandon(engine, blocker);
    waiting.join();
    blocker->mayEnd = true;
    EXPECT_TRUE(engine.shutDown());
}

TEST(InferenceEngine, ShutDownSaysWhenTheThreadDoesNotEnd)
{
    const auto blocker = std::make_shared<Blocker>();
    {
        InferenceEngine engine(makeNoModels);
        abandon(engine, blocker);
        EXPECT_FALSE(engine.shutDown());
        EXPECT_THROW(engine.run([](InferenceBackend&) {}), Error);
    }
    blocker->mayEnd = true; // the thread keeps what it needs alive
    std::this_thread::sleep_for(50ms);
}

TEST(InferenceEngine, ACanceledContextDoesNotStartWork)
{
    InferenceEngine engine(makeNoModels);
    std::stop_source stop;
    stop.request_stop();
    bool ran = false;
    EXPECT_THROW(engine.run([&](InferenceBackend&) { ran = true; }, JobContext(stop.get_token())), Canceled);
    EXPECT_FALSE(ran);
}

TEST(InferenceEngine, AfterShutDownCallsFail)
{
    InferenceEngine engine(makeNoModels);
    engine.run([](InferenceBackend&) {});
    EXPECT_TRUE(engine.shutDown());
    EXPECT_THROW(engine.run([](InferenceBackend&) {}), Error);
}

TEST(PluginBackend, AMissingPluginSaysWhatToDo)
{
    ::setenv("BITWRIGHT_PLUGIN_DIR", "/nonexistent", 1);
    try {
        makePluginBackend();
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
        EXPECT_NE(std::string(error.what()).find("BITWRIGHT_WITH_TORCH"), std::string::npos);
    }
    ::unsetenv("BITWRIGHT_PLUGIN_DIR");
}

} // namespace
} // namespace bw
