#pragma once

#include <cstddef>
#include <cstdint>

namespace bw {

/// The vector part of bit_stream.h: runs of eight codes, which fill `bits` bytes each. Both work on as many runs as can
/// be done eight bytes at a time, and return how many those are; bytes behind the last run are not touched. 0 if `bits`
/// is above 8, or if BITWRIGHT_SIMD=scalar leaves all to plain code.
std::size_t packMostRuns(const std::uint16_t* codes, std::size_t runs, int bits, std::byte* packed);
std::size_t unpackMostRuns(const std::byte* packed, std::size_t runs, int bits, std::uint16_t* codes);

} // namespace bw
