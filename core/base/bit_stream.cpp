#include "core/base/bit_stream.h"

#include "core/base/bit_kernels.h"

#include <array>
#include <cstring>
#include <utility>

namespace bw {

namespace {
constexpr std::size_t run = 8; // codes that fill whole bytes

/// Eight codes of up to 16 bits in two words of four.
template <int bits>
void packRun(const std::uint16_t* codes, std::byte* out)
{
    std::array<std::uint64_t, 2> halves {};
    for (std::size_t i = 0; i < run; ++i) {
        halves[i / 4] |= static_cast<std::uint64_t>(codes[i]) << (i % 4 * bits);
    }
    std::array<std::uint64_t, 2> words { halves[0], 0 };
    constexpr int split = 4 * bits; // bits in the first half
    if constexpr (split < 64) {
        words[0] |= halves[1] << split;
        words[1] = halves[1] >> (64 - split);
    } else {
        words[1] = halves[1];
    }
    std::memcpy(out, words.data(), bits);
}

template <int bits>
void unpackRun(const std::byte* packed, std::uint16_t* codes)
{
    std::array<std::uint64_t, 2> words {};
    std::memcpy(words.data(), packed, bits);
    constexpr std::uint64_t mask = (std::uint64_t { 1 } << bits) - 1;
    constexpr int split = 4 * bits;
    std::uint64_t second = words[1];
    if constexpr (split < 64) {
        second = words[0] >> split | second << (64 - split);
    }
    for (std::size_t i = 0; i < run / 2; ++i) {
        codes[i] = static_cast<std::uint16_t>(words[0] >> (i * bits) & mask);
        codes[i + run / 2] = static_cast<std::uint16_t>(second >> (i * bits) & mask);
    }
}

template <int bits>
void packRuns(const std::uint16_t* codes, std::size_t runs, std::byte* out)
{
    for (std::size_t i = 0; i < runs; ++i) {
        packRun<bits>(codes + i * run, out + i * bits);
    }
}

template <int bits>
void unpackRuns(const std::byte* packed, std::size_t runs, std::uint16_t* codes)
{
    for (std::size_t i = 0; i < runs; ++i) {
        unpackRun<bits>(packed + i * bits, codes + i * run);
    }
}

using Pack = void (*)(const std::uint16_t*, std::size_t, std::byte*);
using Unpack = void (*)(const std::byte*, std::size_t, std::uint16_t*);

template <int... widths>
constexpr std::array<Pack, sizeof...(widths)> packers(std::integer_sequence<int, widths...>)
{
    return { packRuns<widths + 1>... };
}
template <int... widths>
constexpr std::array<Unpack, sizeof...(widths)> unpackers(std::integer_sequence<int, widths...>)
{
    return { unpackRuns<widths + 1>... };
}
constexpr auto packByWidth = packers(std::make_integer_sequence<int, 16>());
constexpr auto unpackByWidth = unpackers(std::make_integer_sequence<int, 16>());

/// One code at a time, from any position.
void unpackSingly(std::span<const std::byte> packed, int bits, std::uint64_t first, std::span<std::uint16_t> codes)
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
} // namespace

void packCodes(std::span<const std::uint16_t> codes, int bits, std::uint64_t first, std::span<std::byte> out)
{
    const std::size_t runs = codes.size() / run;
    const auto runBytes = static_cast<std::size_t>(bits);
    auto at = static_cast<std::size_t>(first * static_cast<std::uint64_t>(bits) / 8);
    const std::size_t done = packMostRuns(codes.data(), runs, bits, out.data() + at);
    packByWidth[runBytes - 1](codes.data() + done * run, runs - done, out.data() + at + done * runBytes);
    at += runs * runBytes;
    std::uint64_t window = 0;
    int filled = 0;
    for (const std::uint16_t code : codes.subspan(runs * run)) {
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
    const std::size_t head = std::min<std::size_t>(codes.size(), (run - first % run) % run);
    unpackSingly(packed, bits, first, codes.first(head));
    const std::size_t runs = (codes.size() - head) / run;
    const auto at = static_cast<std::size_t>((first + head) * static_cast<std::uint64_t>(bits) / 8);
    if (runs > 0) {
        const auto runBytes = static_cast<std::size_t>(bits);
        const std::size_t done = unpackMostRuns(packed.data() + at, runs, bits, codes.data() + head);
        unpackByWidth[runBytes - 1](
            packed.data() + at + done * runBytes, runs - done, codes.data() + head + done * run);
    }
    unpackSingly(packed, bits, first + head + runs * run, codes.subspan(head + runs * run));
}

} // namespace bw
