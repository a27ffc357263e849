#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

namespace bw {

namespace {
std::atomic<int> g_threads { 0 };

/// More than there are cores is no faster, and TBB would warn about it on the terminal.
int usefulThreads(int wanted)
{
    return std::min(wanted, std::max(1, tbb::info::default_concurrency()));
}

#ifdef __SANITIZE_THREAD__
/// Debian's TBB is not instrumented: the thread sanitizer would not see how tasks are handed over and would report all
/// of them. Plain threads let it check what the blocks themselves share.
void runBlocks(std::uint64_t blocks, int threads, const std::function<void(std::uint64_t)>& block)
{
    std::atomic<std::uint64_t> next { 0 };
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) {
        workers.emplace_back([&] {
            for (std::uint64_t mine = next++; mine < blocks; mine = next++) {
                block(mine);
            }
        });
    }
}
#else
/// The calling thread's own, so that jobs at the same time do not wait for each other; kept, as making one and calling
/// workers into it costs more than a small job.
tbb::task_arena& arenaFor(int threads)
{
    thread_local std::optional<tbb::task_arena> arena;
    if (!arena || arena->max_concurrency() != threads) {
        arena.emplace(threads);
    }
    return *arena;
}

void runBlocks(std::uint64_t blocks, int threads, const std::function<void(std::uint64_t)>& block)
{
    arenaFor(threads).execute([&] {
        tbb::parallel_for(tbb::blocked_range<std::uint64_t>(0, blocks, 1), [&](const auto& range) {
            for (auto mine = range.begin(); mine != range.end(); ++mine) {
                block(mine);
            }
        });
    });
}
#endif
} // namespace

void setThreadCount(int threads)
{
    g_threads = std::max(threads, 0);
}

int threadCount()
{
    const int wanted = g_threads;
    return wanted > 0 ? wanted : std::max(1, tbb::info::default_concurrency());
}

void parallelBlocks(std::uint64_t count, std::uint64_t blockSize, const JobContext& ctx,
    const std::function<void(std::uint64_t, std::uint64_t)>& work)
{
    const std::uint64_t blocks = (count + blockSize - 1) / blockSize;
    std::atomic<bool> failed { false };
    std::exception_ptr first;
    std::mutex firstMutex;
    // Canceled is caught here and rethrown on the calling thread, as TBB's own propagation is free to drop later
    // exceptions.
    const auto guarded = [&](std::uint64_t block) {
        if (failed.load(std::memory_order_relaxed)) {
            return;
        }
        try {
            ctx.checkpoint();
            work(block * blockSize, std::min(count, (block + 1) * blockSize));
        } catch (...) {
            const std::lock_guard lock(firstMutex);
            if (!failed.exchange(true)) {
                first = std::current_exception();
            }
        }
    };
    if (blocks <= 1 || threadCount() == 1) {
        for (std::uint64_t block = 0; block < blocks; ++block) {
            guarded(block);
        }
    } else {
        runBlocks(blocks, usefulThreads(threadCount()), guarded);
    }
    if (first) {
        std::rethrow_exception(first);
    }
}

} // namespace bw
