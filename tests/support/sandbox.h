#pragma once

#include <functional>
#include <string>

namespace bw::test {

/// How a function ended that ran in a process of its own.
struct SandboxResult
{
    bool isKilled = false; ///< it tried what is forbidden
    std::string text; ///< what it returned
};

/// Runs `work` in a child process from which the kernel (seccomp) ends at the first attempt to run a program, open a
/// socket, write, create, remove or rename a file, or change another process.
SandboxResult runSandboxed(const std::function<std::string()>& work);

} // namespace bw::test
