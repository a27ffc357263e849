#pragma once

#include "core/sensitivity/sensitivity.h"

#include <functional>

namespace bw {

/// Called for each layer and candidate that can be used, for several at the same time, in no fixed order: sets the
/// damage of `point` from the quantized layer.
using PointMeasure = std::function<void(
    const LayerInfo& layer, std::size_t layerIndex, const QuantizedLayer& quantized, DamagePoint& point)>;

/// Starts a table for a kind: model, data, samples and seed, and each layer with count, bits and RMS. No points yet.
/// Error{BadInput}: there is no layer; the kind needs data, a graph or formats that are not there.
DamageTable startTable(const Sensitivity& kind, const SensitivityRequest& request, const JobContext& ctx);

/// Quantizes every layer to every candidate (round to nearest), from `cache` where it is known (may be null), and adds
/// a point with bits and error for each; `measure` may set its damage. A candidate that cannot serve a layer gets its
/// reason; one that another format stands in for (llama.cpp's fallback types) counts as that. Deterministic.
void addCandidatePoints(DamageTable& table, const SensitivityRequest& request, ResultCache* cache,
    const PointMeasure& measure, const JobContext& ctx,
    const Text& phase = Text(BW_TR_NOOP("core", "Quantizing candidates")));

} // namespace bw
