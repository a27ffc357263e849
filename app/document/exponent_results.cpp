#include "app/document/exponent_results.h"

#include "app/jobs/coalescing_job.h"
#include "app/jobs/lanes.h"

#include <QThreadPool>

#include <algorithm>

namespace bw {

namespace {
constexpr std::size_t keptCurves = 6;
constexpr std::uint64_t firstValues = std::uint64_t { 1 } << 17;
/// Sorted magnitudes take some 30 bytes a weight.
constexpr std::uint64_t mostValues = std::uint64_t { 1 } << 24;
constexpr int priority = 2;
} // namespace

ExponentResults::ExponentResults(Lanes& lanes, QObject* parent)
    : QObject(parent)
    , m_job(std::make_unique<CoalescingJob>(lanes.light(), CoalescePolicy::CancelRunning, priority))
{
    connect(m_job.get(), &CoalescingJob::failed, this, [this](const Error& error) {
        m_isComputing = false;
        m_failure = error;
        Q_EMIT ready();
    });
}

ExponentResults::~ExponentResults() = default;

void ExponentResults::setModel(ModelPtr model)
{
    m_job->stop();
    m_entries.clear();
    m_wanted.reset();
    m_failure.reset();
    m_isComputing = false;
    m_model = std::move(model);
}

ExponentResults::Entry* ExponentResults::find(const Key& key)
{
    const auto found
        = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) { return entry.key == key; });
    return found == m_entries.end() ? nullptr : &*found;
}

ExponentFactsPtr ExponentResults::request(const Key& key)
{
    if (m_wanted != key) {
        m_wanted = key;
        m_failure.reset();
        m_job->stop();
        m_isComputing = false;
    }
    start();
    const Entry* entry = find(key);
    return entry != nullptr ? entry->facts : nullptr;
}

void ExponentResults::setPaused(bool isPaused)
{
    m_isPaused = isPaused;
    start();
}

void ExponentResults::start()
{
    if (!m_model || !m_wanted || m_isPaused || m_isComputing || m_failure) {
        return;
    }
    const Key key = *m_wanted;
    const Entry* known = find(key);
    if (known != nullptr && known->isFinal) {
        return;
    }
    const std::uint64_t values = known == nullptr ? firstValues : mostValues;
    const bool isFinal = m_model->layer(key.layer).count() <= values || values == mostValues;
    m_isComputing = true;
    m_job->submit([this, model = m_model, key, values, isFinal](const JobContext& ctx) -> Delivery {
        return
            [this, key, isFinal, facts = computeExponent(model->layer(key.layer), key.scaling, key.bits, values, ctx)] {
                m_isComputing = false;
                store({ key, facts, isFinal });
                Q_EMIT ready();
                start();
            };
    });
}

void ExponentResults::store(Entry entry)
{
    if (Entry* known = find(entry.key)) {
        *known = std::move(entry);
        return;
    }
    m_entries.push_front(std::move(entry));
    if (m_entries.size() > keptCurves) {
        m_entries.pop_back();
    }
}

} // namespace bw
