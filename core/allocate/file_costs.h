#pragma once

#include "core/base/job_context.h"
#include "core/formats/quant_format.h"
#include "core/model/model.h"
#include "core/stats/error_metrics.h"

#include <cstdint>
#include <string>

namespace bw {

/// What a model and its layers take in a written file.
class FileCosts
{
public:
    /// `exporter`: id. Error{BadInput}: there is none; {Unsupported}: it holds no quantized layers.
    FileCosts(const Model& model, const std::string& exporter, const JobContext& ctx);

    /// Everything but the layers that can be quantized.
    std::uint64_t fixedBytes() const { return m_fixedBytes; }
    std::uint64_t layerBytes(
        const LayerInfo& layer, const QuantFormat& format, std::uint64_t bits, const ErrorSums& error) const;

private:
    std::uint64_t m_fixedBytes = 0;
};

} // namespace bw
