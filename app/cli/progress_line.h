#pragma once

#include "app/cli/global_options.h"
#include "core/base/job_context.h"

#include <chrono>
#include <mutex>
#include <string>

namespace bw::cli {

/// Shows a job's progress on stderr: on a terminal one line that updates (phase, share done, rate, time left); as JSON,
/// one object a line; otherwise nothing. report() may come from any thread, however often.
class ProgressLine
{
public:
    ProgressLine(ProgressMode mode, bool isQuiet);
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// Empty if nothing is to be shown, so that jobs need not even report.
    ProgressFunction function();
    /// Takes the line off the screen, before other text is written.
    void clear();

private:
    using Clock = std::chrono::steady_clock;
    struct Facts
    {
        double rate = 0; ///< units a second; 0 if unknown
        double secondsLeft = -1; ///< of the whole job; negative if unknown
    };
    void show(const Progress& progress);
    bool isDue(const Progress& progress, Clock::time_point now);
    Facts factsAt(const Progress& progress, Clock::time_point now) const;

    bool m_isLine = false;
    bool m_isJson = false;
    std::mutex m_mutex;
    Clock::time_point m_started = Clock::now();
    Clock::time_point m_countStarted = m_started;
    Clock::time_point m_lastShown {};
    std::string m_phase;
    double m_fraction = 0;
    // One run of counting: phases that go on counting the same things ("Quantizing a", "Quantizing b") share a rate.
    std::uint64_t m_countTotal = 0;
    std::uint64_t m_countFrom = 0;
    std::uint64_t m_countLast = 0;
    bool m_isOnScreen = false;
};

/// "Quantizing  42 %  12.3 M weights/s  0:12 left", cut to `width` columns.
std::string progressText(const Progress& progress, double rate, double secondsLeft, int width);
/// One JSON object and a line end.
std::string progressJson(const Progress& progress, double rate, double secondsLeft);
/// "0:07", "3:20", "1:02:00"
std::string durationText(double seconds);

} // namespace bw::cli
