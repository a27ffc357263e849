#pragma once

#include "core/base/error.h"
#include "core/base/job_context.h"

#include <functional>
#include <optional>

namespace bw {

/// What a finished job hands over: a closure to be run on the GUI thread. It owns everything it needs.
using Delivery = std::function<void()>;
/// The work itself, run on a lane. Must not touch GUI objects.
using Work = std::function<Delivery(const JobContext&)>;

/// How a piece of work ended. Neither delivery nor error: it was cancelled.
struct Outcome
{
    Delivery delivery;
    std::optional<Error> error;
    bool isCanceled() const { return !delivery && !error; }
};

/// Runs `work`; one of the two places of the window that catch core's exceptions.
Outcome runGuarded(const Work& work, const JobContext& ctx);

} // namespace bw
