#include "app/document/format_survey.h"

#include "app/jobs/coalescing_job.h"
#include "app/jobs/lanes.h"
#include "core/engine/result_cache.h"

#include <QThreadPool>

#include <algorithm>
#include <mutex>

namespace bw {

namespace {
constexpr int refreshMs = 80;
} // namespace

/// The worker writes, the timer of the GUI thread reads.
struct FormatSurvey::Inbox
{
    std::mutex mutex;
    std::vector<RankedFormat> fresh;
    double fraction = 0;
};

FormatSurvey::FormatSurvey(Lanes& lanes, QObject* parent)
    : QObject(parent)
    , m_job(std::make_unique<CoalescingJob>(lanes.survey(), CoalescePolicy::CancelRunning))
{
    m_timer.setInterval(refreshMs);
    connect(&m_timer, &QTimer::timeout, this, &FormatSurvey::take);
    connect(m_job.get(), &CoalescingJob::failed, this, [this](const Error& error) {
        m_timer.stop();
        m_isBusy = false;
        m_failure = error;
        Q_EMIT changed();
    });
}

FormatSurvey::~FormatSurvey() = default;

void FormatSurvey::start(RankRequest request, std::shared_ptr<ResultCache> cache)
{
    clear();
    m_isBusy = true;
    m_inbox = std::make_shared<Inbox>();
    m_timer.start();
    m_job->submit([this, request = std::move(request), cache = std::move(cache), inbox = m_inbox](
                      const JobContext& ctx) -> Delivery {
        const JobContext reporting(ctx.stopToken(), [inbox](const Progress& progress) {
            const std::lock_guard lock(inbox->mutex);
            inbox->fraction = progress.fraction;
        });
        const auto listener = [&inbox](const RankedFormat& format) {
            const std::lock_guard lock(inbox->mutex);
            inbox->fresh.push_back(format);
        };
        auto ranking = std::make_shared<const Ranking>(rankFormats(request, cache.get(), listener, reporting));
        return [this, ranking] {
            take();
            m_timer.stop();
            m_isBusy = false;
            m_ranking = *ranking;
            Q_EMIT changed();
        };
    });
    Q_EMIT changed();
}

void FormatSurvey::take()
{
    std::vector<RankedFormat> fresh;
    {
        const std::lock_guard lock(m_inbox->mutex);
        fresh.swap(m_inbox->fresh);
        m_fraction = m_inbox->fraction;
    }
    for (RankedFormat& format : fresh) {
        if (!format.isUsable()) {
            continue;
        }
        const auto known = std::find_if(m_found.begin(), m_found.end(),
            [&](const RankedFormat& earlier) { return earlier.format == format.format; });
        if (known == m_found.end()) {
            m_found.push_back(std::move(format));
        } else {
            *known = std::move(format);
        }
    }
    Q_EMIT changed();
}

void FormatSurvey::stop()
{
    m_job->stop();
    m_timer.stop();
    if (std::exchange(m_isBusy, false)) {
        Q_EMIT changed();
    }
}

void FormatSurvey::clear()
{
    m_job->stop();
    m_timer.stop();
    m_isBusy = false;
    m_found.clear();
    m_ranking.reset();
    m_failure.reset();
    m_fraction = 0;
}

} // namespace bw
