#pragma once

#include "core/base/job_context.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace bw {

/// Bytes that work in another process sends back, in this order.
struct IsolatedPieces
{
    std::vector<std::span<const std::byte>> pieces;
    std::shared_ptr<const void> owner; ///< keeps them alive
};

struct IsolatedLimits
{
    std::uint64_t outputBytes = 0; ///< of all pieces
    std::uint64_t memoryBytes = std::uint64_t { 4 } << 30; ///< beyond what this process has
    int keptDescriptor = -1; ///< stays open in the child, beside the standard ones
    unsigned seconds = 60; ///< of processor time; twice as long without any output ends it too
};

/// Calls its argument once, at a moment at which no other thread holds the locks that the work will need.
using AroundFork = void (*)(const std::function<void()>& fork);

/// Runs `work`, which handles files that could break or take over the code that reads them, in a child process: a copy
/// of this one, from which the kernel takes memory, time and, where it can (seccomp), the means to run programs, open
/// sockets and write files. What it sends must be checked like a file. `work` may not throw; it may use no locks that
/// other threads could hold (other than malloc's). Error{BadFile}: the child broke; {OutOfMemory}: no process to be had.
std::vector<std::byte> runIsolated(const std::function<IsolatedPieces()>& work, AroundFork aroundFork,
    const IsolatedLimits& limits, const JobContext& ctx);

} // namespace bw
