#include "core/base/bit_stream.h"

#include <cstring>

namespace bw {

void packCodes(std::span<const std::uint16_t> codes, int bits, std::uint64_t first, std::span<std::byte> out)
{
    std::size_t at = static_cast<std::size_t>(first * static_cast<std::uint64_t>(bits) / 8);
    std::uint64_t window = 0;
    int filled = 0;
    for (const std::uint16_t code : codes) {
        window |= static_cast<std::uint64_t>(code) << filled;
        filled += bits;
        while (filled >= 8) {
            out[at++] = static_cast<std::byte>(window & 0xFF);
            window >>= 8;
            filled -= 8;
        }
    }
    if (filled > 0) {
        out[at] = static_cast<std::byte>(window & 0xFF);
    }
}

void unpackCodes(std::span<const std::byte> packed, int bits, std::uint64_t first, std::span<std::uint16_t> codes)
{
    const auto mask = static_cast<std::uint32_t>((1U << bits) - 1U);
    std::uint64_t position = first * static_cast<std::uint64_t>(bits);
    for (auto& code : codes) {
        const auto byte = static_cast<std::size_t>(position / 8);
        std::uint32_t window = 0;
        std::memcpy(&window, packed.data() + byte, std::min<std::size_t>(4, packed.size() - byte));
        code = static_cast<std::uint16_t>((window >> (position % 8)) & mask);
        position += static_cast<std::uint64_t>(bits);
    }
}

} // namespace bw
