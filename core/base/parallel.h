#pragma once

#include "core/base/job_context.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <type_traits>
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

/// As above, keeping one T per block, for a few blocks at a time, and folding them in block order: the same result
/// for any thread count.
template <class T, class Work, class Fold>
T parallelReduce(std::uint64_t count, std::uint64_t blockSize, const JobContext& ctx, T start, Work&& work, Fold&& fold)
{
    const std::uint64_t blocks = (count + blockSize - 1) / blockSize;
    // Small results can wait for many blocks, which costs fewer meetings of the threads.
    constexpr std::uint64_t smallResult = 128;
    const std::uint64_t perThread = std::is_trivially_copyable_v<T> && sizeof(T) <= smallResult ? 256 : 2;
    const auto most = std::max<std::uint64_t>(16, perThread * static_cast<std::uint64_t>(threadCount()));
    std::vector<T> parts(static_cast<std::size_t>(std::min(blocks, most)), start);
    T total = std::move(start);
    for (std::uint64_t begin = 0; begin < blocks; begin += most) {
        const std::uint64_t values = std::min(count, (begin + most) * blockSize) - begin * blockSize;
        parallelBlocks(values, blockSize, ctx, [&](std::uint64_t first, std::uint64_t last) {
            parts[static_cast<std::size_t>(first / blockSize)]
                = work(begin * blockSize + first, begin * blockSize + last);
        });
        const auto used = static_cast<std::size_t>(std::min(most, blocks - begin));
        for (std::size_t i = 0; i < used; ++i) {
            fold(total, parts[i]);
        }
    }
    return total;
}

} // namespace bw
