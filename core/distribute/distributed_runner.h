#pragma once

#include "core/distribute/transport.h"
#include "core/distribute/unit_runner.h"

#include <chrono>

namespace bw {

struct DistributedTimes
{
    std::chrono::milliseconds heartbeat { 1000 };
    std::chrono::milliseconds lostAfter { 15000 }; ///< silence after which a process counts as lost
};

/// Rank 0 hands out one unit at a time to whoever is free, itself included, and takes back what a lost or failing rank
/// had.
std::unique_ptr<UnitRunner> makeDistributedRunner(std::unique_ptr<Transport> transport, DistributedTimes times = {});

} // namespace bw
