#pragma once
// value header

#include "core/base/text.h"

#include <cstdint>
#include <functional>
#include <stop_token>

namespace bw {

/// Thrown by JobContext::checkpoint() when the job was asked to stop. Not a std::exception, so nothing swallows it.
struct Canceled
{
};

/// How far a job is. `done`/`total` count `unit`s of the current phase (0 when not countable).
struct Progress
{
    Text phase;
    double fraction = 0; ///< of the whole job, 0…1
    std::uint64_t done = 0;
    std::uint64_t total = 0;
    Text unit; ///< "weights", "samples", "bytes": the rate is shown in it
};

using ProgressFunction = std::function<void(const Progress&)>;

/// Last parameter of every core function that may take longer than about 10 ms. Cheap to copy.
/// checkpoint() is to be called at least every 10 ms of work; report() may be called freely (receivers throttle), from
/// any thread.
class JobContext
{
public:
    JobContext() = default;
    JobContext(std::stop_token stop, ProgressFunction progress = {})
        : m_stop(std::move(stop))
        , m_progress(std::move(progress))
    {
    }

    /// Throws Canceled if the job was asked to stop.
    void checkpoint() const
    {
        if (m_stop.stop_requested()) {
            throw Canceled {};
        }
    }
    bool isCanceled() const { return m_stop.stop_requested(); }
    const std::stop_token& stopToken() const { return m_stop; }

    /// `done` of `total` of this context's part of the job.
    void report(const Text& phase, std::uint64_t done, std::uint64_t total, const Text& unit = {}) const;
    /// The part of this job between the fractions `from` and `to` (of this context's own part).
    JobContext sub(double from, double to) const;

private:
    std::stop_token m_stop;
    ProgressFunction m_progress;
    double m_from = 0;
    double m_to = 1;
};

} // namespace bw
