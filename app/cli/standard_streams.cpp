#include "app/cli/standard_streams.h"

#include "core/base/error.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace bw::cli {

namespace {
std::atomic<bool> g_isClaimed { false };

/// 0, or the error number.
int writeAll(int fd, std::string_view text) noexcept
{
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            pollfd ready { fd, POLLOUT, 0 };
            ::poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}
} // namespace

void prepareStandardStreams()
{
    for (int fd = 0; fd <= 2; ++fd) {
        if (::fcntl(fd, F_GETFD) < 0) {
            // The wrong way round, so that using it fails instead of vanishing.
            ::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
        }
    }
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // a file over "ulimit -f": an error of the write, as any other
}

void writeOutput(std::string_view text)
{
    claimOutput();
    const int error = writeAll(STDOUT_FILENO, text);
    if (error != 0 && error != EPIPE) {
        throw Error(ErrorKind::Io, "cannot write to standard output: %1", std::generic_category().message(error));
    }
}

void writeDiagnostics(std::string_view text) noexcept
{
    writeAll(STDERR_FILENO, text);
}

bool claimOutput() noexcept
{
    return !g_isClaimed.exchange(true);
}

void writeOutputWithoutBlocking(std::string_view text) noexcept
{
    pollfd ready { STDOUT_FILENO, POLLOUT, 0 };
    if (text.size() <= PIPE_BUF && ::poll(&ready, 1, 0) == 1) {
        [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
    }
}

bool isOutputTerminal() noexcept
{
    return ::isatty(STDOUT_FILENO) == 1;
}
bool isDiagnosticsTerminal() noexcept
{
    return ::isatty(STDERR_FILENO) == 1;
}

int diagnosticsWidth() noexcept
{
    winsize size {};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? std::max<int>(size.ws_col, 20) : 80;
}

} // namespace bw::cli
