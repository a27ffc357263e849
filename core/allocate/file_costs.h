#pragma once

#include "core/base/job_context.h"
#include "core/export/exporter.h"
#include "core/export/quantized_layout.h"
#include "core/formats/quant_format.h"
#include "core/model/model.h"
#include "core/stats/error_metrics.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace bw {

/// What a model and its layers take in a written file.
class FileCosts
{
public:
    /// `exporter`: id. Error{BadInput}: there is none; {Unsupported}: it holds no quantized layers.
    FileCosts(const Model& model, const std::string& exporter, const JobContext& ctx);

    /// Everything but the layers that can be quantized.
    std::uint64_t fixedBytes() const;
    /// `bits`: codes, scales and tables.
    std::uint64_t layerBytes(
        const LayerInfo& layer, const QuantFormat& format, std::uint64_t bits, const ErrorSums& error);

private:
    const LayerOutline& outlineOf(const LayerInfo& layer, const QuantFormat& format);

    const Model& m_model;
    const JobContext& m_ctx;
    const ExportSizes* m_sizes = nullptr;
    std::vector<std::pair<QuantFormat, LayerOutline>> m_outlines; ///< of a few rows, by format
};

} // namespace bw
