#pragma once

#include "core/report/hdf5_writer.h"
#include "core/report/report.h"

namespace bw {

/// Fills /layers: one group per layer, and the table.
void writeLayers(const hdf5::Writer& writer, hid_t layersGroup, const ReportInput& report, const JobContext& ctx);
/// The curve R(a) of a layer whose format has an exponent, as a group; nothing for other formats.
void writeExponentCurve(const hdf5::Writer& writer, hid_t layerGroup, const QuantizedLayer& layer,
    const TensorView& matrix, const JobContext& ctx);

} // namespace bw
