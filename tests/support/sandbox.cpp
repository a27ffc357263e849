#include "tests/support/sandbox.h"

#include "core/base/system_call_filter.h"

#include <array>

#include <sys/wait.h>
#include <unistd.h>

namespace bw::test {

namespace {

[[noreturn]] void runChild(const std::function<std::string()>& work, int out)
{
    if (!forbidSideEffects()) {
        ::_exit(3);
    }
    const auto text = work();
    const auto written = ::write(out, text.data(), text.size());
    ::_exit(written == static_cast<ssize_t>(text.size()) ? 0 : 4);
}

} // namespace

SandboxResult runSandboxed(const std::function<std::string()>& work)
{
    std::array<int, 2> ends {};
    if (::pipe(ends.data()) != 0) {
        return { true, "no pipe" };
    }
    const pid_t child = ::fork();
    if (child == 0) {
        runChild(work, ends[1]);
    }
    ::close(ends[1]);
    SandboxResult result;
    std::array<char, 4096> buffer {};
    while (const auto count = ::read(ends[0], buffer.data(), buffer.size())) {
        if (count < 0) {
            break;
        }
        result.text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    result.isKilled = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    return result;
}

} // namespace bw::test
