#pragma once

#include <QCoreApplication>
#include <QElapsedTimer>

namespace bw::test {

/// Runs the event loop until `isDone()`; false after `milliseconds`.
template <class Condition>
bool await(Condition isDone, int milliseconds = 20000)
{
    QElapsedTimer clock;
    clock.start();
    while (!isDone()) {
        if (clock.elapsed() > milliseconds) {
            return false;
        }
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 10);
    }
    return true;
}

} // namespace bw::test
