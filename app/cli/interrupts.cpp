#include "app/cli/interrupts.h"

#include "app/cli/error_output.h"
#include "core/base/atomic_file.h"

#include <array>
#include <csignal>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace bw::cli {

namespace {
sigset_t watchedSignals()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    // Under nohup the terminal's end is to be survived.
    struct sigaction current
    {
    };
    sigaction(SIGHUP, nullptr, &current);
    if (current.sa_handler != SIG_IGN) {
        sigaddset(&set, SIGHUP);
    }
    return set;
}

enum class Event
{
    Signal,
    Finished,
    Timeout
};

Event waitFor(int signals, int finished, int timeoutMs)
{
    std::array<pollfd, 2> ready { pollfd { finished, POLLIN, 0 }, pollfd { signals, POLLIN, 0 } };
    while (true) {
        const int count = ::poll(ready.data(), ready.size(), timeoutMs);
        if (count == 0) {
            return Event::Timeout;
        }
        if (count > 0) {
            return ready[0].revents != 0 ? Event::Finished : Event::Signal;
        }
    }
}
} // namespace

Interrupts::Interrupts(std::function<void()> farewell)
    : m_farewell(std::move(farewell))
{
    const sigset_t set = watchedSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    m_signals = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    m_finished = ::eventfd(0, EFD_CLOEXEC);
    m_watcher = std::thread([this] { watch(); });
}

Interrupts::~Interrupts()
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(m_finished, &one, sizeof one);
    m_watcher.join();
    const sigset_t set = watchedSignals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    ::close(m_signals);
    ::close(m_finished);
}

void Interrupts::watch()
{
    if (waitFor(m_signals, m_finished, -1) == Event::Finished) {
        return;
    }
    signalfd_siginfo info {};
    [[maybe_unused]] const auto size = ::read(m_signals, &info, sizeof info);
    if (!m_isWorkDone) {
        m_stop.request_stop();
        // A second signal means the same; impatience gains nothing in 200 ms.
        if (waitFor(-1, m_finished, static_cast<int>(patience.count())) == Event::Finished) {
            return;
        }
    }
    endProcess();
}

void Interrupts::endProcess() const
{
    removeTemporaryFilesOnSignal();
    m_farewell();
    // Once more: the work may have begun another file meanwhile.
    removeTemporaryFilesOnSignal();
    ::_exit(canceledExitCode);
}

} // namespace bw::cli
