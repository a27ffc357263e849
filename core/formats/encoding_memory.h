#pragma once

#include "core/formats/quant_format.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>

namespace bw {

/// What fitting any format and encoding with it takes beyond the matrix, the result and what is kept for each group.
inline constexpr std::uint64_t mostEncodingMemory = 64'000'000;
/// What a fit and a search for exponents keeps of the sorted weights of a tensor, however large.
inline constexpr std::uint64_t mostSortedMemory = 16'000'000;

/// Bytes of memory that fitting a format to a matrix of this shape and encoding it take at most, beyond the matrix and
/// the result. Known before anything is read.
std::uint64_t encodingMemory(const QuantFormat& format, const Shape& shape);
/// About the bytes of the result: its codes and side information, before entropy coding.
std::uint64_t resultMemory(const QuantFormat& format, const Shape& shape);
/// Bytes of disk space that a fit may set aside for sorting (core/base/scratch_file.h), at most.
std::uint64_t scratchBytes(const Shape& shape);

} // namespace bw
