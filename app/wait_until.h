#pragma once

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTimer>

namespace bw {

/// Runs the event loop until `isDone()`, which is asked every 10 ms and after events; false after `milliseconds`.
template <class Condition>
bool waitUntil(Condition isDone, int milliseconds)
{
    QElapsedTimer clock;
    clock.start();
    // processEvents() with a limit of time does not sleep, and would take a core from the work that is waited for.
    QTimer wake;
    wake.start(10);
    while (!isDone()) {
        if (clock.elapsed() > milliseconds) {
            return false;
        }
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    }
    return true;
}

} // namespace bw
