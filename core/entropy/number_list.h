#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bw::entropy {

// A short form of lists whose neighbours are alike, as the models of quantization codes are. Bits fill bytes from the
// least one up; what is left of the last byte is 0.

/// For each number (0 … 2^24), the change of its bit width against the number before (0 at first) in Elias' gamma code,
/// then its bits below the leading one; zeros come as runs, their length in gamma code.
void appendNumbers(std::span<const std::uint32_t> numbers, std::vector<std::byte>& out);
/// Exactly `count` numbers that take up all of `bytes`, each below 2^25. Error{BadFile} (damagedModel) otherwise.
std::vector<std::uint32_t> readNumbers(std::span<const std::byte> bytes, std::size_t count);

/// The same for lists of small numbers (0 … 17), each standing for itself where a bit width stands above.
void appendLengths(std::span<const std::uint32_t> lengths, std::vector<std::byte>& out);
std::vector<std::uint32_t> readLengths(std::span<const std::byte> bytes, std::size_t count);

} // namespace bw::entropy
