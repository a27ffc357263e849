#pragma once

#include "core/base/job_context.h"
#include "core/base/registry.h"
#include "core/formats/codec.h"
#include "core/formats/param_schema.h"

#include <span>
#include <string>

namespace bw {

/// What a method may look at. `matrix` has the output channels first.
struct LayerInput
{
    TensorView matrix;
    int outAxis = 0;
    std::string name; ///< for messages
    /// How much the error of each weight counts, in matrix order, or how often each row is used, for formats that ask.
    std::span<const float> importance {};
};

/// How codes are chosen: one entry of methods.inc. Talks to formats through Codec only.
struct Method
{
    std::string id; ///< "rtn"
    Text title;
    Text explanation;
    ParamSchema schema;
    bool needsCalibration = false;
    QuantizedTensor (*quantize)(
        const LayerInput& layer, const QuantFormat& format, const ParamValues& params, const JobContext& ctx);
};

const Registry<Method>& methods();

} // namespace bw
