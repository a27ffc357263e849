#pragma once

#include "core/evaluate/inference_backend.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bw {

/// Runs of a model that start where something changed: values that the model computes before that are kept between
/// runs. For measuring one layer at a time: on average half of the model needs not run again. Belongs to one
/// InferenceSession, which must outlive it; all calls on the engine thread.
class PartialRuns
{
public:
    virtual ~PartialRuns() = default;
    /// InferenceSession::run() with the weights as they are now. What later runs can start from is kept as `slot`
    /// (0 … slots-1), in place of what was there.
    virtual FloatBatch start(std::size_t slot, const FloatBatch& inputs, const JobContext& ctx = {}) = 0;
    /// What run() would give for the slot's inputs, bit for bit, if of all weights at most `changed` (names as in
    /// setWeight) differ from those at start(). Error{BadInput}: nothing was started there, or unknown name.
    virtual FloatBatch resume(std::size_t slot, const std::vector<std::string>& changed, const JobContext& ctx = {})
        = 0;
    /// Share of the model's operators that a change of this weight makes run again, as far as values are kept; 1 if
    /// the model cannot be started in the middle (it keeps a state, or draws random numbers).
    virtual double shareOf(const std::string& weight) const = 0;
    /// Bytes of kept values.
    virtual std::uint64_t keptBytes() const = 0;
};

} // namespace bw
