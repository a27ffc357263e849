#pragma once

#include "core/base/text.h"

#include <cstdint>
#include <string_view>

namespace bw {

/// What of a ModelProto decides about its operator set.
struct OnnxVersions
{
    std::int64_t ir = 0;
    std::int64_t opset = 1; ///< of the default domain
    bool hasFunctions = false;
};
OnnxVersions onnxVersions(std::string_view model);

/// Empty if every node of the graph (and of graphs in it) means the same in operator set `wanted` as in the model's
/// own; else why it may not, naming the operator.
Text whyNotRaised(std::string_view model, const OnnxVersions& versions, std::int64_t wanted);

} // namespace bw
