// Work in a process of its own: what it sends arrives, and whatever it does to itself stays there.

#include "core/base/error.h"
#include "core/base/isolated_process.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bw {
namespace {

void atOnce(const std::function<void()>& fork)
{
    fork();
}

IsolatedPieces pieceOf(std::vector<std::byte> bytes)
{
    const auto kept = std::make_shared<std::vector<std::byte>>(std::move(bytes));
    return { { *kept }, kept };
}

constexpr IsolatedLimits limits { std::uint64_t { 100 } << 20, std::uint64_t { 200 } << 20, -1, 1 };

/// The kind of error that running `work` gives; empty if none.
std::string outcome(const std::function<void()>& work)
{
    try {
        runIsolated(
            [&] {
                work();
                return IsolatedPieces {};
            },
            atOnce, limits, {});
        return "";
    } catch (const Error& error) {
        return errorKindName(error.kind()) + std::string(" ") + error.fullEnglish();
    }
}

TEST(IsolatedProcess, BytesArriveInOrder)
{
    std::vector<std::byte> large(50'000'000);
    for (std::size_t i = 0; i < large.size(); ++i) {
        large[i] = static_cast<std::byte>(i * 2654435761U >> 13);
    }
    const auto work = [&] {
        auto result = pieceOf(large);
        result.pieces.push_back(std::span(large).first(7));
        result.pieces.push_back({});
        return result;
    };
    auto expected = large;
    expected.insert(expected.end(), large.begin(), large.begin() + 7);
    EXPECT_EQ(runIsolated(work, atOnce, limits, {}), expected);
    EXPECT_TRUE(runIsolated([] { return IsolatedPieces {}; }, atOnce, limits, {}).empty());
}

TEST(IsolatedProcess, WhatBreaksItStaysThere)
{
    const test::TempDir dir;
    const auto path = (dir / "written").string();
    const auto expectBroken = [](const char* what, const std::function<void()>& work) {
        EXPECT_TRUE(outcome(work).starts_with("bad_file the process that read it broke")) << what << outcome(work);
    };
    expectBroken("segmentation fault", [] { std::raise(SIGSEGV); });
    expectBroken("abort", [] { std::abort(); });
    expectBroken("exception", [] { throw 1; });
    expectBroken("exit", [] { ::_exit(0); });
    expectBroken("endless loop", [] {
        for (volatile bool goOn = true; goOn;) {
        }
    });
    expectBroken("a program", [] { ::execl("/bin/true", "true", nullptr); });
    expectBroken("a socket", [] { ::socket(AF_INET, SOCK_STREAM, 0); });
    expectBroken("a file", [&] { std::ofstream(path) << "x"; });
    expectBroken("a removal", [&] { ::unlink("/nowhere"); });
    expectBroken("a signal", [] { ::kill(::getppid(), SIGTERM); });
    expectBroken("memory", [] {
        std::vector<char> all(std::size_t { 300 } << 20);
        std::fill(all.begin(), all.end(), 'x');
    });
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_EQ(outcome([] {}), "");
    int status = 0;
    EXPECT_EQ(::waitpid(-1, &status, WNOHANG), -1) << "no child is left";
}

TEST(IsolatedProcess, OutputHasALimit)
{
    try {
        runIsolated([] { return pieceOf(std::vector<std::byte>(std::size_t { 101 } << 20)); }, atOnce, limits, {});
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadFile);
    }
}

TEST(IsolatedProcess, CancelingEndsIt)
{
    std::stop_source stop;
    const JobContext ctx(stop.get_token());
    std::jthread canceler([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        stop.request_stop();
    });
    const auto before = std::chrono::steady_clock::now();
    const auto sleep = [] {
        ::sleep(30);
        return IsolatedPieces {};
    };
    EXPECT_THROW(runIsolated(sleep, atOnce, limits, ctx), Canceled);
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
    int status = 0;
    EXPECT_EQ(::waitpid(-1, &status, WNOHANG), -1) << "no child is left";
}

TEST(IsolatedProcess, ManyAtOnce)
{
    std::vector<std::jthread> threads;
    std::atomic<int> right = 0;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            for (int round = 0; round < 20; ++round) {
                const std::vector<std::byte> bytes(1000, static_cast<std::byte>(i));
                right += runIsolated([&] { return pieceOf(bytes); }, atOnce, limits, {}) == bytes ? 1 : 0;
            }
        });
    }
    threads.clear();
    EXPECT_EQ(right, 160);
}

} // namespace
} // namespace bw
