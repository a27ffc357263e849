#pragma once

#include <QElapsedTimer>
#include <QFile>
#include <QObject>
#include <QTimer>

namespace bw {

/// Measures how long the event loop was deaf: the longest time between two heartbeats beyond the heartbeat's own
/// interval. Time in which the thread was ready but the machine ran something else does not count, where the system
/// tells (Linux).
class EventLoopWatchdog : public QObject
{
    Q_OBJECT
public:
    explicit EventLoopWatchdog(QObject* parent = nullptr);
    void start();
    /// The longest stall since start(), in milliseconds.
    double longestStallMs() const { return m_longestMs; }
    int beats() const { return m_beats; }

private:
    void beat();
    double waitedForCpuMs();

    QTimer m_timer;
    QElapsedTimer m_clock;
    QFile m_schedule;
    double m_waitedMs = 0;
    double m_longestMs = 0;
    int m_beats = 0;
};

} // namespace bw
