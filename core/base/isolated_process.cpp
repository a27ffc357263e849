#include "core/base/isolated_process.h"

#include "core/base/checked_math.h"
#include "core/base/error.h"
#include "core/base/system_call_filter.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bw {

namespace {

constexpr std::uint64_t endMark = 0x64656e696d6178ULL;
constexpr int pollMilliseconds = 10;

/// An end of a pipe.
class Descriptor
{
public:
    explicit Descriptor(int fd)
        : m_fd(fd)
    {
    }
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_fd; }
    void close()
    {
        if (m_fd >= 0) {
            ::close(m_fd);
            m_fd = -1;
        }
    }

private:
    int m_fd;
};

bool sendAll(int out, std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const auto sent = ::write(out, bytes.data(), bytes.size());
        if (sent < 0 && errno != EINTR) {
            return false;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    }
    return true;
}

bool sendNumber(int out, std::uint64_t number)
{
    return sendAll(out, std::as_bytes(std::span(&number, 1)));
}

/// Private memory of this process, which the limit of its copy counts too.
std::uint64_t dataBytes()
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word == "VmData:") {
            std::uint64_t kilobytes = 0;
            status >> kilobytes;
            return kilobytes << 10;
        }
    }
    return std::numeric_limits<std::uint64_t>::max() / 2;
}

void setLimit(__rlimit_resource what, std::uint64_t value)
{
    const rlimit limit { value, value };
    ::setrlimit(what, &limit);
}

void closeAllBut(int a, int b)
{
    unsigned first = 3;
    for (const int kept : { std::min(a, b), std::max(a, b) }) {
        const auto number = static_cast<unsigned>(kept);
        if (kept >= static_cast<int>(first)) {
            if (number > first) {
                ::close_range(first, number - 1, 0);
            }
            first = number + 1;
        }
    }
    ::close_range(first, ~0U, 0);
}

void giveUpPowers(const IsolatedLimits& limits, int out)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Handlers of this process save its work; a copy must not.
    for (const int number : { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU, SIGTERM, SIGINT, SIGPIPE }) {
        std::signal(number, SIG_DFL);
    }
    setLimit(RLIMIT_CORE, 0);
    setLimit(RLIMIT_CPU, limits.seconds);
    setLimit(RLIMIT_DATA, dataBytes() + limits.memoryBytes);
    closeAllBut(out, limits.keptDescriptor);
    forbidSideEffects();
}

[[noreturn]] void runChild(const std::function<IsolatedPieces()>& work, const IsolatedLimits& limits, int out) noexcept
{
    giveUpPowers(limits, out);
    const auto result = work();
    std::uint64_t total = 0;
    for (const auto piece : result.pieces) {
        total += piece.size();
    }
    bool isSent = sendNumber(out, total);
    for (const auto piece : result.pieces) {
        isSent = isSent && sendAll(out, piece);
    }
    ::_exit(isSent && sendNumber(out, endMark) ? 0 : 1);
}

/// The child; ended and taken back by the system when this goes.
class Child
{
public:
    explicit Child(pid_t pid)
        : m_pid(pid)
    {
    }
    ~Child()
    {
        if (m_pid > 0) {
            ::kill(m_pid, SIGKILL);
            wait();
        }
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    int wait()
    {
        int status = 0;
        while (::waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {
        }
        m_pid = -1;
        return status;
    }

private:
    pid_t m_pid;
};

/// What comes through the pipe, never waiting longer than until the next look at `ctx`.
class Receiver
{
public:
    Receiver(int in, unsigned patienceSeconds, const JobContext& ctx)
        : m_in(in)
        , m_patience(patienceSeconds)
        , m_ctx(ctx)
    {
    }

    /// False if the child ended before.
    bool receive(std::span<std::byte> out)
    {
        using Clock = std::chrono::steady_clock;
        auto last = Clock::now();
        while (!out.empty()) {
            m_ctx.checkpoint();
            pollfd waited { m_in, POLLIN, 0 };
            if (::poll(&waited, 1, pollMilliseconds) <= 0) {
                if (Clock::now() - last > std::chrono::seconds(m_patience)) {
                    return false;
                }
                continue;
            }
            const auto count = ::read(m_in, out.data(), std::min<std::size_t>(out.size(), std::size_t { 1 } << 20));
            if (count == 0 || (count < 0 && errno != EINTR)) {
                return false;
            }
            out = out.subspan(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
            last = Clock::now();
        }
        return true;
    }

    std::uint64_t number()
    {
        std::uint64_t value = 0;
        return receive(std::as_writable_bytes(std::span(&value, 1))) ? value : ~std::uint64_t { 0 };
    }

private:
    int m_in;
    unsigned m_patience;
    const JobContext& m_ctx;
};

Error broken(int status)
{
    const auto how = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                         : "code " + std::to_string(WEXITSTATUS(status));
    return Error(ErrorKind::BadFile,
        BW_TR_NOOP("core",
            "the process that read it broke (%1), so the file is damaged or was made to do harm; nothing else was "
            "affected"),
        how);
}

} // namespace

std::vector<std::byte> runIsolated(const std::function<IsolatedPieces()>& work, AroundFork aroundFork,
    const IsolatedLimits& limits, const JobContext& ctx)
{
    ctx.checkpoint();
    std::array<int, 2> ends { -1, -1 };
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw Error(ErrorKind::OutOfMemory, BW_TR_NOOP("core", "a process to read the file in cannot be started: %1"),
            std::string(std::strerror(errno)));
    }
    Descriptor in(ends[0]);
    Descriptor out(ends[1]);
    pid_t pid = -1;
    aroundFork([&] {
        pid = ::fork();
        if (pid == 0) {
            runChild(work, limits, out.get());
        }
    });
    if (pid < 0) {
        throw Error(ErrorKind::OutOfMemory, BW_TR_NOOP("core", "a process to read the file in cannot be started: %1"),
            std::string(std::strerror(errno)));
    }
    Child child(pid);
    out.close();
    Receiver receiver(in.get(), 2 * limits.seconds, ctx);
    const auto total = receiver.number();
    if (total == ~std::uint64_t { 0 }) {
        ::kill(pid, SIGKILL); // it has ended, or has been silent for too long
        throw broken(child.wait());
    }
    if (total > limits.outputBytes) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "it would unpack to %1, more than a file of this size may"),
            sizeText(total));
    }
    std::vector<std::byte> bytes(static_cast<std::size_t>(total));
    if (!receiver.receive(bytes) || receiver.number() != endMark) {
        ::kill(pid, SIGKILL);
        throw broken(child.wait());
    }
    child.wait();
    return bytes;
}

} // namespace bw
