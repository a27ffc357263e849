#pragma once
// value header

#include "core/allocate/budget.h"
#include "core/formats/quant_format.h"

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// What a user asks of an allocation: inputs, budget and what is held fast. Part of a session; a pure value. Layers by
/// name; names that a model does not have count for nothing.
struct AllocationSettings
{
    /// What one layer is held to.
    struct Layer
    {
        std::optional<QuantFormat> lock;
        bool isExcluded = false; ///< stays in its own type
        double minBits = 0; ///< per weight
        double maxBits = std::numeric_limits<double>::infinity();
        friend bool operator==(const Layer&, const Layer&) = default;
    };

    std::string sensitivity; ///< id in sensitivities(); empty: the best that can be used
    std::string dataLocation; ///< calibration data; empty: what lies beside the evaluation data
    std::string importanceLocation; ///< an importance matrix of llama.cpp; empty: none
    std::vector<QuantFormat> formats; ///< candidates; empty: the usual ones
    std::string exporter; ///< id of the file format sizes are counted in; empty: the usual one
    std::optional<Budget> budget; ///< what was asked for last
    std::map<std::string, Layer> layers;
    std::vector<std::vector<std::string>> ties; ///< each list gets one format; no layer is in two
    friend bool operator==(const AllocationSettings&, const AllocationSettings&) = default;
};

/// As kept in a session file. Error{BadInput} of what no version could have written; unknown keys are left aside.
std::string allocationJson(const AllocationSettings& settings);
AllocationSettings parseAllocation(std::string_view json);

} // namespace bw
