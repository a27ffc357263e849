#include "app/watchdog.h"

#include <algorithm>
#include <utility>

namespace bw {

namespace {
constexpr int intervalMs = 5;
} // namespace

EventLoopWatchdog::EventLoopWatchdog(QObject* parent)
    : QObject(parent)
    , m_schedule(QStringLiteral("/proc/thread-self/schedstat"))
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(intervalMs);
    connect(&m_timer, &QTimer::timeout, this, &EventLoopWatchdog::beat);
}

void EventLoopWatchdog::start()
{
    m_longestMs = 0;
    m_beats = 0;
    m_waitedMs = waitedForCpuMs();
    m_clock.start();
    m_timer.start();
}

/// Second figure of schedstat: nanoseconds this thread spent ready on a run queue.
double EventLoopWatchdog::waitedForCpuMs()
{
    if (!m_schedule.isOpen() && !m_schedule.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        return 0;
    }
    m_schedule.seek(0);
    const QList<QByteArray> figures = m_schedule.readAll().simplified().split(' ');
    return figures.size() == 3 ? figures[1].toDouble() / 1e6 : 0;
}

void EventLoopWatchdog::beat()
{
    const double passed = static_cast<double>(m_clock.nsecsElapsed()) / 1e6 - intervalMs;
    m_clock.restart();
    const double waited = waitedForCpuMs();
    m_longestMs = std::max(m_longestMs, passed - (waited - std::exchange(m_waitedMs, waited)));
    ++m_beats;
}

} // namespace bw
