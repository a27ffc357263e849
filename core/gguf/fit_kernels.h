#pragma once

#include "core/gguf/group_fit.h"

namespace bw::gguf {

/// The searches of group_fit.h, 16 groups at a time: each lane does to its group, in the same order, what the scalar
/// code does, so the results are the same to the bit.
void fitSymmetricVectors(const Groups& groups, int levels, GroupFit* fits);
void fitWithOffsetVectors(const Groups& groups, int levels, const OffsetSearch& search, GroupFit* fits);
void fitTableVectors(const Groups& groups, GroupFit* fits);

} // namespace bw::gguf
