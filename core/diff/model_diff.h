#pragma once
// value header

#include "core/base/job_context.h"
#include "core/model/model.h"
#include "core/stats/error_metrics.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bw {

/// What became of a tensor of A in B. Of several that hold, the first one.
enum class TensorVerdict
{
    Identical, ///< every value is the same number, whatever its type; perhaps in another order (Alignment)
    Rescaled, ///< B is A times one factor per tensor, per output channel or per input channel, up to rounding
    Requantized, ///< close to A, and on a grid, or of a type with fewer digits than the other
    Changed, ///< other values, or values that were not numbers are numbers now
    OnlyA, ///< nothing in B corresponds to it
    OnlyB
};
/// Stable lower-case name for JSON: "requantized", "only_a".
const char* verdictName(TensorVerdict verdict);
Text verdictTitle(TensorVerdict verdict);
inline constexpr std::array allVerdicts { TensorVerdict::Identical, TensorVerdict::Rescaled, TensorVerdict::Requantized,
    TensorVerdict::Changed, TensorVerdict::OnlyA, TensorVerdict::OnlyB };

/// Why two tensors are held against each other.
enum class MatchedBy
{
    Nothing, ///< OnlyA, OnlyB
    Name, ///< the same name
    Prefix, ///< the same name but for what stands in front of it ("module.", "model.")
    Convention, ///< the same layer by another convention of names (Hugging Face and GGUF)
    Content ///< no name says so, but the values do
};
/// "name", "prefix", …
const char* matchedByName(MatchedBy how);

/// How values of B are put in the order of A before they are compared.
enum class Order
{
    Same,
    Reshaped, ///< the same order in another shape
    AxesMoved, ///< transposed
    RowsMoved, ///< output channels in another order
    ColumnsMoved ///< input channels in another order
};
/// "same", "axes_moved", …
const char* orderName(Order order);
Text orderTitle(Order order);

/// What a factor that takes A to B belongs to.
enum class ScaledBy
{
    Nothing,
    Tensor,
    Row, ///< output channel
    Column ///< input channel
};
const char* scaledByName(ScaledBy what);

struct TensorDiff
{
    LayerId a; ///< invalid with OnlyB
    LayerId b; ///< invalid with OnlyA
    TensorVerdict verdict = TensorVerdict::Changed;
    MatchedBy matchedBy = MatchedBy::Nothing;
    Order order = Order::Same;
    ErrorSums sums; ///< of values that are finite in both
    std::uint64_t nonFiniteChanges = 0; ///< NaN or ±Inf in one of the two, and another value in the other
    std::uint64_t worstIndex = 0; ///< of the largest difference, row-major in A's output-channels-first matrix
    ScaledBy scaledBy = ScaledBy::Nothing; ///< with Rescaled
    double scale = 1; ///< of all: the factor s that makes s·A nearest to B
    bool shapesDiffer = false; ///< no order makes them comparable; nothing was compared, sums are empty

    bool isPair() const { return verdict != TensorVerdict::OnlyA && verdict != TensorVerdict::OnlyB; }
    /// Nothing if nothing was compared.
    std::optional<double> r() const;
};

struct ModelDiff
{
    std::vector<TensorDiff> tensors; ///< in A's order, then what only B has, in B's
    ErrorSums sums; ///< over all pairs

    std::size_t count(TensorVerdict verdict) const;
    /// Indices into `tensors` of pairs that differ, the largest share of squared error relative to its own signal first
    /// (R, then position): where to look first.
    std::vector<std::size_t> hotSpots() const;
};

/// Compares any two models, whatever their formats, value by value: one pass over both, streaming. The same result for
/// any number of threads.
ModelDiff diffModels(const Model& a, const Model& b, const JobContext& ctx);

} // namespace bw
