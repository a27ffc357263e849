#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <stop_token>
#include <thread>

namespace bw::cli {

/// Turns SIGINT, SIGTERM and SIGHUP into a stop request. Work that has not ended `patience` later is ended with the
/// process (exit 130), after temporary files are gone: Ctrl-C always works, also inside a library that cannot be
/// interrupted. Make it before any other thread, so that all threads leave these signals to its own.
class Interrupts
{
public:
    static constexpr std::chrono::milliseconds patience { 200 };

    /// `farewell` is called on the own thread just before the process ends that way.
    explicit Interrupts(std::function<void()> farewell);
    ~Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    std::stop_token stopToken() const { return m_stop.get_token(); }
    /// Stops the work without ending the process.
    void requestStop() { m_stop.request_stop(); }
    /// Ends the process (exit 130) without waiting for threads that may be inside a library; no temporary file is left.
    [[noreturn]] void endProcess() const;
    /// From here on a signal ends the process at once: all that is left is writing to stdout.
    void workIsDone() { m_isWorkDone = true; }

private:
    void watch();

    std::function<void()> m_farewell;
    std::stop_source m_stop;
    std::atomic<bool> m_isWorkDone { false };
    int m_signals = -1; ///< signalfd
    int m_finished = -1; ///< eventfd: the watcher may go
    std::thread m_watcher;
};

} // namespace bw::cli
