#include "core/allocate/file_costs.h"

#include "core/export/exporter.h"

namespace bw {

FileCosts::FileCosts(const Model& model, const std::string& exporter, const JobContext&)
{
    exporterFor({}, exporter);
    for (const auto& layer : model.layers()) {
        m_fixedBytes += layer.isQuantizable() ? 0 : layer.view.bytes.size();
    }
}

std::uint64_t FileCosts::layerBytes(const LayerInfo&, const QuantFormat&, std::uint64_t bits, const ErrorSums&) const
{
    return (bits + 7) / 8;
}

} // namespace bw
