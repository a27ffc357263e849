#pragma once

#include "core/sensitivity/sensitivity.h"

#include <vector>

namespace bw {

/// A table of noisy measurements with each damage moved towards a prediction as far as its own standard error says
/// (design notes §4.6): ln D = w ln D_measured + (1 - w) ln (c · D_predicted), w = τ² / (τ² + s²). s: the measurement's
/// relative standard error; c: the median of measured / predicted over all points; τ: the spread of that ratio which
/// the measurements' errors do not explain (by the median absolute deviation), at least the prediction's own standard
/// error. Points that either table does not know,
/// or that do no damage in one of them, stay as they were measured.
DamageTable shrunkDamage(const DamageTable& measured, const DamageTable& predicted);

/// What to choose formats by: the kind's own table; for a noisy kind (Sensitivity::isNoisy) shrunk towards the kind
/// that predicts the same from gradients, if the model has them. If not, `onNote` (may be empty) is told why.
DamageTable damageForChoosing(const Sensitivity& kind, const SensitivityRequest& request, ResultCache* cache,
    const JobContext& ctx, const std::function<void(const Text&)>& onNote = {});
/// The same where the kind's own table is known already.
DamageTable damageForChoosing(const Sensitivity& kind, const DamageTable& measured, const SensitivityRequest& request,
    ResultCache* cache, const JobContext& ctx, const std::function<void(const Text&)>& onNote = {});

} // namespace bw
