#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

namespace bw {

namespace {
std::atomic<int> g_threads { 0 };
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
        // More than there are cores is no faster, and TBB would warn about it on the terminal.
        tbb::task_arena arena(std::min(threadCount(), std::max(1, tbb::info::default_concurrency())));
        arena.execute([&] {
            tbb::parallel_for(tbb::blocked_range<std::uint64_t>(0, blocks, 1), [&](const auto& range) {
                for (auto block = range.begin(); block != range.end(); ++block) {
                    guarded(block);
                }
            });
        });
    }
    if (first) {
        std::rethrow_exception(first);
    }
}

} // namespace bw
