#pragma once

#include <cstddef>
#include <span>

namespace bw {

/// Says that this memory mirrors a file (and no longer does): of such memory pages can be let go at any time.
void noteMapping(const std::byte* begin, std::size_t bytes);
void dropMapping(const std::byte* begin);

/// Lets go of the pages of `bytes` as far as they mirror a file: they no longer count as memory of this process, and
/// are read again from the file when they are needed. No effect on other memory.
void releasePages(std::span<const std::byte> bytes);

} // namespace bw
