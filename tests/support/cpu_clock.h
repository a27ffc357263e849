#pragma once

#include <ctime>

namespace bw {

/// Processor time of the calling thread, so that a busy machine does not fail a test.
class CpuClock
{
public:
    double milliseconds() const { return now() - m_start; }

private:
    static double now()
    {
        timespec time {};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
    }
    double m_start = now();
};

} // namespace bw
