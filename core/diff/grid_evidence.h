#pragma once

#include "core/tensor/tensor_view.h"

namespace bw::diff {

/// Whether the values look as if they had been rounded: few different ones within blocks of 32 or rows of `columns`
/// values, equal steps within blocks of 16 (sizes of the smallest block formats), or few binary digits. Judged by a
/// sample of rows.
bool looksQuantized(const TensorView& view, std::uint64_t rows, std::uint64_t columns);

} // namespace bw::diff
