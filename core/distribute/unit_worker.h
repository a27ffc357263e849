#pragma once

#include "core/distribute/unit_runner.h"

#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace bw {

struct UnitOutcome
{
    std::size_t unit = 0;
    bool isDone = false;
    std::string text; ///< the result, or why there is none
};

/// Does one unit at a time on a thread of its own, so that the process can go on answering messages.
class UnitWorker
{
public:
    UnitWorker(std::span<const WorkUnit> units, const DoUnit& doUnit)
        : m_units(units)
        , m_doUnit(doUnit)
    {
    }
    /// Stops the unit it is at and waits for it.
    ~UnitWorker();
    UnitWorker(const UnitWorker&) = delete;
    UnitWorker& operator=(const UnitWorker&) = delete;

    bool isBusy() const { return m_thread.joinable(); }
    /// Not while busy.
    void start(std::size_t unit, const JobContext& ctx);
    /// Of the unit that ended; then it is no longer busy.
    std::optional<UnitOutcome> takeOutcome();

private:
    UnitOutcome outcomeOf(std::size_t unit, const JobContext& ctx) const;

    std::span<const WorkUnit> m_units;
    const DoUnit& m_doUnit;
    std::mutex m_mutex;
    std::optional<UnitOutcome> m_outcome; ///< guarded by m_mutex
    std::stop_source m_stop;
    std::optional<std::stop_callback<std::function<void()>>> m_stopWithJob;
    std::jthread m_thread;
};

} // namespace bw
