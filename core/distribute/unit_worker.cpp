#include "core/distribute/unit_worker.h"

#include "core/base/error.h"

#include <exception>

namespace bw {

UnitWorker::~UnitWorker()
{
    m_stopWithJob.reset();
    m_stop.request_stop();
}

void UnitWorker::start(std::size_t unit, const JobContext& ctx)
{
    m_stop = {};
    m_stopWithJob.emplace(ctx.stopToken(), [stop = m_stop]() mutable { stop.request_stop(); });
    m_thread = std::jthread([this, unit, token = m_stop.get_token()] {
        auto outcome = outcomeOf(unit, JobContext(token));
        const std::lock_guard lock(m_mutex);
        m_outcome = std::move(outcome);
    });
}

UnitOutcome UnitWorker::outcomeOf(std::size_t unit, const JobContext& ctx) const
{
    if (unit >= m_units.size()) {
        return { unit, false, "there is no such piece of work" };
    }
    try {
        return { unit, true, m_doUnit(m_units[unit], ctx) };
    } catch (const Error& error) {
        return { unit, false, error.fullEnglish() };
    } catch (const std::exception& error) {
        return { unit, false, error.what() };
    } catch (const Canceled&) {
        return { unit, false, "canceled" };
    }
}

std::optional<UnitOutcome> UnitWorker::takeOutcome()
{
    const std::lock_guard lock(m_mutex);
    if (!m_outcome) {
        return std::nullopt;
    }
    m_thread.join();
    auto outcome = std::move(m_outcome);
    m_outcome.reset();
    return outcome;
}

} // namespace bw
