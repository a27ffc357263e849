#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bw::test {

/// Bytes of files made by hand, good and bad ones.

std::string littleEndian(std::uint64_t value, int bytes);
std::string bigEndian(std::uint64_t value, int bytes);
std::string floatBytes(std::span<const float> values);

/// Length, header text as it is, data.
std::string safetensorsBytes(std::string_view header, std::string_view data);
/// A header entry: tensorJson("w", "F32", "2,3", 0, 24).
std::string tensorJson(std::string_view name, std::string_view dtype, std::string_view shape, std::uint64_t begin, std::uint64_t end);

} // namespace bw::test
