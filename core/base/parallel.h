#pragma once

#include "core/base/job_context.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace bw {

/// Threads core may use for one job (oneTBB). 0 = all the machine has. Set once by the program; results never depend on
/// it.
void setThreadCount(int threads);
int threadCount();

/// Calls `work(first, last)` for consecutive blocks of at most `blockSize` of 0…count, several at a time, in no fixed
/// order. Polls `ctx` before each block; the first exception (or Canceled) is rethrown here after the running blocks
/// ended.
void parallelBlocks(std::uint64_t count, std::uint64_t blockSize, const JobContext& ctx,
    const std::function<void(std::uint64_t first, std::uint64_t last)>& work);

/// As above, keeping one T per block and folding them in block order: the same result for any thread count.
template <class T, class Work, class Fold>
T parallelReduce(std::uint64_t count, std::uint64_t blockSize, const JobContext& ctx, T start, Work&& work, Fold&& fold)
{
    std::vector<T> parts(static_cast<std::size_t>((count + blockSize - 1) / blockSize), start);
    parallelBlocks(count, blockSize, ctx, [&](std::uint64_t first, std::uint64_t last) {
        parts[static_cast<std::size_t>(first / blockSize)] = work(first, last);
    });
    T total = std::move(start);
    for (auto& part : parts) {
        fold(total, part);
    }
    return total;
}

} // namespace bw
