#pragma once
// What some formats need to know beside the weights: how much the error of each counts, how often each row is used.

#include "app/cli/arguments.h"
#include "core/engine/weight_importance.h"
#include "core/model/model.h"

#include <optional>
#include <string>
#include <vector>

namespace bw::cli {

/// --calibration, --token-counts as given.
struct FormatData
{
    std::string calibration;
    std::string tokenCounts;

    /// Inputs that an output must not replace.
    std::vector<std::string> files() const { return { calibration, tokenCounts }; }
};
void declareFormatDataOptions(Options& options, FormatData& target, const std::string& calibrationHelp);

/// What formats of the plan need; nothing if none needs anything. Error{Unsupported}: it is missing, the model cannot
/// be run, or token counts are given that no format asks for; {NotFound|BadFile}: of the data's files.
std::optional<WeightImportance> importanceFor(
    const Plan& plan, const ModelPtr& model, const FormatData& data, Run& run, const JobContext& ctx);

} // namespace bw::cli
