#include "app/jobs/coalescing_job.h"
#include "app/jobs/job_runner.h"
#include "app/jobs/lanes.h"
#include "tests/app/await.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QThread>
#include <QThreadPool>

#include <atomic>
#include <thread>
#include <vector>

namespace bw {
namespace {

using test::await;

/// `milliseconds` of work that notices a request to stop within a millisecond.
void busyWork(int milliseconds, const JobContext& ctx)
{
    for (int passed = 0; passed < milliseconds; ++passed) {
        ctx.checkpoint();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

/// Feeds 100 values, a millisecond apart, to a job of 30 ms, as a dragged slider does. Returns what was shown, and when
/// the last value was fed.
struct DragTrace
{
    std::vector<int> shown;
    std::size_t shownDuringDrag = 0;
    int started = 0;
};

DragTrace drag(CoalescePolicy policy)
{
    QThreadPool pool;
    CoalescingJob job(pool, policy);
    DragTrace trace;
    for (int value = 0; value < 100; ++value) {
        job.submit([&trace, value](const JobContext& ctx) -> Delivery {
            busyWork(30, ctx);
            return [&trace, value] { trace.shown.push_back(value); };
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        QCoreApplication::processEvents();
    }
    trace.shownDuringDrag = trace.shown.size();
    EXPECT_TRUE(await([&] { return !job.isBusy(); }));
    trace.started = job.startedCount();
    return trace;
}

TEST(CoalescingJob, FinishRunningShowsPicturesDuringADragAndEndsOnTheNewest)
{
    const DragTrace trace = drag(CoalescePolicy::FinishRunning);
    EXPECT_GE(trace.shownDuringDrag, 1U);
    EXPECT_LE(trace.started, 20);
    EXPECT_EQ(trace.shown.size(), static_cast<std::size_t>(trace.started));
    EXPECT_TRUE(std::is_sorted(trace.shown.begin(), trace.shown.end()));
    EXPECT_EQ(trace.shown.back(), 99);
}

TEST(CoalescingJob, CancelRunningShowsTheNewestOnly)
{
    const DragTrace trace = drag(CoalescePolicy::CancelRunning);
    EXPECT_EQ(trace.shown, std::vector<int> { 99 });
}

TEST(CoalescingJob, StoppedAndDestroyedJobsDeliverNothing)
{
    QThreadPool pool;
    std::atomic<int> ended = 0;
    int delivered = 0;
    const auto work = [&](const JobContext& ctx) -> Delivery {
        struct AtEnd
        {
            std::atomic<int>& count;
            ~AtEnd() { ++count; }
        } atEnd { ended };
        busyWork(200, ctx);
        return [&delivered] { ++delivered; };
    };
    {
        CoalescingJob job(pool, CoalescePolicy::FinishRunning);
        job.submit(work);
        job.submit(work);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        job.stop();
        EXPECT_TRUE(await([&] { return !job.isBusy(); }, 100));
        job.submit(work);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    pool.waitForDone();
    QCoreApplication::processEvents();
    EXPECT_EQ(ended, 2) << "the waiting request never ran";
    EXPECT_EQ(delivered, 0);
}

TEST(CoalescingJob, AFailureIsReportedAndTheNextRequestRuns)
{
    QThreadPool pool;
    CoalescingJob job(pool, CoalescePolicy::FinishRunning);
    QString message;
    QObject::connect(&job, &CoalescingJob::failed,
        [&](const Error& error) { message = QString::fromStdString(error.fullEnglish()); });
    int shown = 0;
    job.submit([](const JobContext&) -> Delivery { throw Error(ErrorKind::BadFile, "broken"); });
    job.submit([&](const JobContext&) -> Delivery { return [&] { ++shown; }; });
    EXPECT_TRUE(await([&] { return !job.isBusy(); }));
    EXPECT_EQ(message, QStringLiteral("broken"));
    EXPECT_EQ(shown, 1);
}

TEST(JobRunner, DeliversOnTheGuiThreadWithProgress)
{
    Lanes lanes;
    JobRunner runner;
    QThread* deliveredOn = nullptr;
    bool sawProgress = false;
    QObject::connect(&runner, &JobRunner::changed, [&] {
        const auto jobs = runner.jobs();
        sawProgress = sawProgress
            || (!jobs.isEmpty() && jobs.front().progress.done == 5 && jobs.front().status == JobStatus::Running);
    });
    const quint64 id = runner.start(lanes.heavy(),
        { QStringLiteral("count"), {},
            [&](const JobContext& ctx) -> Delivery {
                ctx.report("counting", 5, 10, "things");
                busyWork(150, ctx);
                return [&] { deliveredOn = QThread::currentThread(); };
            },
            {}, {} });
    EXPECT_TRUE(await([&] { return runner.activeCount() == 0; }));
    EXPECT_EQ(deliveredOn, QThread::currentThread());
    EXPECT_TRUE(sawProgress);
    EXPECT_EQ(runner.job(id)->status, JobStatus::Done);
}

TEST(JobRunner, CancelStopsWithin200ms)
{
    Lanes lanes;
    JobRunner runner;
    bool wasCanceled = false;
    const quint64 id = runner.start(lanes.heavy(),
        { {}, {},
            [](const JobContext& ctx) -> Delivery {
                busyWork(60000, ctx);
                return {};
            },
            {}, [&] { wasCanceled = true; } });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    runner.cancel(id);
    EXPECT_TRUE(await([&] { return runner.activeCount() == 0; }, 200));
    EXPECT_TRUE(wasCanceled);
    EXPECT_EQ(runner.job(id)->status, JobStatus::Canceled);
}

TEST(JobRunner, FailuresOfEveryKindAreKept)
{
    Lanes lanes;
    JobRunner runner;
    std::vector<ErrorKind> kinds;
    const auto start = [&](const Work& work) {
        runner.start(lanes.heavy(), { {}, {}, work, [&](const Error& error) { kinds.push_back(error.kind()); }, {} });
    };
    start([](const JobContext&) -> Delivery { throw Error(ErrorKind::Io, "no space"); });
    start([](const JobContext&) -> Delivery { throw std::bad_alloc(); });
    start([](const JobContext&) -> Delivery { throw std::runtime_error("odd"); });
    EXPECT_TRUE(await([&] { return runner.activeCount() == 0; }));
    EXPECT_EQ(kinds, (std::vector { ErrorKind::Io, ErrorKind::OutOfMemory, ErrorKind::Internal }));
    EXPECT_EQ(runner.jobs().front().status, JobStatus::Failed);
    EXPECT_EQ(runner.jobs().back().error->fullEnglish(), "no space");
}

TEST(JobRunner, DestroyedWhileAJobRunsDeliversNothing)
{
    Lanes lanes;
    bool delivered = false;
    {
        JobRunner runner;
        runner.start(lanes.heavy(),
            { {}, {},
                [&](const JobContext&) -> Delivery {
                    std::this_thread::sleep_for(std::chrono::milliseconds(50));
                    return [&] { delivered = true; };
                },
                {}, {} });
    }
    lanes.waitForDone();
    QCoreApplication::processEvents();
    EXPECT_FALSE(delivered);
}

} // namespace
} // namespace bw
