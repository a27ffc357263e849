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
std::string tensorJson(
    std::string_view name, std::string_view dtype, std::string_view shape, std::uint64_t begin, std::uint64_t end);

/// An IDX file: type code, sizes, values as they are.
std::string idxBytes(unsigned char type, std::span<const std::uint32_t> sizes, std::string_view values);
std::string gzipBytes(std::string_view bytes);
/// A PNG of bit depth 8 and filter 0. `colorType`: 0 gray, 2 RGB, 4 gray and alpha, 6 RGBA. `pixels`: rows as they are.
std::string pngBytes(std::uint32_t width, std::uint32_t height, int colorType, std::string_view pixels);
/// Signature and chunks: to put wrong PNGs together.
std::string pngSignature();
std::string pngChunk(std::string_view type, std::string_view data);
/// A JPEG as libjpeg writes it. `channels` 1 or 3.
std::string jpegBytes(std::uint32_t width, std::uint32_t height, int channels, std::span<const std::uint8_t> pixels);

} // namespace bw::test
