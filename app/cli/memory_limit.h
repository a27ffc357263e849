#pragma once

#include "core/recipe/plan.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace bw::cli {

class Run;

/// Throws Error{OutOfMemory} with both figures if `bytes` is over --max-memory. Called before work starts.
void requireMemory(const Run& run, std::uint64_t bytes);

/// Estimates of the memory of this process, mapped model files not counted (the system takes those pages back when it
/// needs them).
std::uint64_t memoryForStats(const Model& model, const std::vector<LayerId>& layers);
/// One layer at a time, results dropped; in any format, or in the planned ones.
std::uint64_t memoryForMeasuring(const Model& model, const std::vector<LayerId>& layers);
std::uint64_t memoryForPlans(const Model& model, const std::vector<LayerPlan>& plans);
/// All layers' sorted magnitudes at once, or one layer's.
std::uint64_t memoryForExponents(const Model& model, const std::vector<LayerId>& layers, bool areAllKept);
/// All codes kept, and exported.
std::uint64_t memoryForQuantizing(const Model& model, const Plan& plan);
/// The inference engine with the float model and, if `plan` is given, the quantized one.
std::uint64_t memoryForEvaluating(const Model& model, const Plan* plan);

/// Measures what the process really uses while it works, and has the work stopped when that is over --max-memory,
/// should an estimate be wrong.
class MemoryWatch
{
public:
    MemoryWatch(std::optional<std::uint64_t> maxMemory, std::function<void()> requestStop);
    /// The work was stopped for this reason.
    bool isExceeded() const { return m_isExceeded; }

private:
    void watch(const std::stop_token& stop, std::uint64_t maxMemory) const;

    std::function<void()> m_requestStop;
    mutable std::atomic<bool> m_isExceeded { false };
    std::jthread m_thread;
};

/// Bytes this process uses, pages of mapped files not counted.
std::uint64_t usedMemory();

} // namespace bw::cli
