#include "app/jobs/lanes.h"

#include <QThread>
#include <QThreadPool>

#include <algorithm>

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace bw {

namespace {
std::unique_ptr<QThreadPool> makePool(int threads)
{
    auto pool = std::make_unique<QThreadPool>();
    pool->setMaxThreadCount(threads);
    pool->setExpiryTimeout(-1);
    return pool;
}
} // namespace

Lanes::Lanes()
    : m_preview(makePool(1))
    , m_light(makePool(std::max(1, QThread::idealThreadCount() - 1)))
    , m_survey(makePool(1))
    , m_heavy(makePool(1))
    , m_files(makePool(2))
{
}

Lanes::~Lanes()
{
    waitForDone();
}

void Lanes::waitForDone()
{
    m_preview->waitForDone();
    m_light->waitForDone();
    m_survey->waitForDone();
    m_heavy->waitForDone();
    m_files->waitForDone();
}

void lowerThreadPriority(int steps)
{
#ifdef __linux__
    // On Linux a thread has a nice value of its own, and clone() hands it on.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), steps);
#else
    (void)steps;
#endif
}

} // namespace bw
