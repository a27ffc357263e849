#pragma once

#include "app/wait_until.h"

namespace bw::test {

/// Runs the event loop until `isDone()`; false after `milliseconds`.
template <class Condition>
bool await(Condition isDone, int milliseconds = 20000)
{
    return waitUntil(isDone, milliseconds);
}

} // namespace bw::test
