#pragma once

#include "core/sensitivity/damage_table.h"

#include <cstddef>
#include <vector>

namespace bw {

/// Damages of one layer's points as they are counted: measured ones are noisy, so a point that seems worse than a
/// cheaper one by less than two standard errors is averaged with it (isotonic regression, pool adjacent violators,
/// weighted by 1/variance); what is really worse stays as it is. Never negative. Exact damages are not touched. Among
/// averaged points a dearer one with less error of the weights counts as better by a millionth, so that what is left of
/// a budget goes there.
/// `points`: usable ones by rising bits.
std::vector<double> smoothDamages(const std::vector<const DamagePoint*>& points);

/// Damage per squared error of the weights, the median over a table's known points: what stands in where nothing is
/// known of a layer. 0 if there is none.
double typicalDamagePerError(const DamageTable& table);
/// The same of one layer, or the table's if it has none.
double damagePerError(const LayerDamage& layer, double typical);

} // namespace bw
