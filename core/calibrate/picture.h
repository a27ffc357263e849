#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace bw {

enum class PictureKind
{
    Unknown,
    Jpeg,
    Png
};

struct PictureInfo
{
    PictureKind kind = PictureKind::Unknown;
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    bool isGray = false;
};

/// The largest picture that is decoded, in pixels. A small file can claim to be a huge picture.
inline constexpr std::uint64_t mostPixels = std::uint64_t { 1 } << 26;

/// Kind, size and colour from the first bytes of a JPEG or PNG file. Error{BadFile} without the file's name.
PictureInfo pictureInfo(std::span<const std::byte> file);

/// Decodes the whole file: rows of pixels of `channels` (1 gray or 3 RGB) bytes each, as the file's own colours without
/// gamma or profile; transparency is dropped. `out` has width · height · channels bytes, of the size pictureInfo()
/// tells. Error{BadFile} for anything damaged or incomplete.
void decodePicture(std::span<const std::byte> file, const PictureInfo& info, int channels, std::span<std::uint8_t> out);

/// The two decoders, for decodePicture().
PictureInfo jpegInfo(std::span<const std::byte> file);
void decodeJpeg(std::span<const std::byte> file, const PictureInfo& info, int channels, std::span<std::uint8_t> out);
PictureInfo pngInfo(std::span<const std::byte> file);
void decodePng(std::span<const std::byte> file, const PictureInfo& info, int channels, std::span<std::uint8_t> out);

} // namespace bw
