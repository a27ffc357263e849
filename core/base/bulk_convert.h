#pragma once

#include <cstddef>

namespace bw {

/// `count` little-endian numbers at `from` (any alignment) as float32, as halfToFloat() and bfloatToFloat() give them.
void halvesToFloats(const std::byte* from, float* to, std::size_t count);
void bfloatsToFloats(const std::byte* from, float* to, std::size_t count);

} // namespace bw
