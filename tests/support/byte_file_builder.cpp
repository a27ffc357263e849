#include "tests/support/byte_file_builder.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <jpeglib.h>
#include <zlib.h>

namespace bw::test {

std::string littleEndian(std::uint64_t value, int bytes)
{
    std::string out;
    for (int i = 0; i < bytes; ++i) {
        out += static_cast<char>(value >> (8 * i) & 0xFF);
    }
    return out;
}

std::string bigEndian(std::uint64_t value, int bytes)
{
    std::string out = littleEndian(value, bytes);
    std::reverse(out.begin(), out.end());
    return out;
}

std::string floatBytes(std::span<const float> values)
{
    return { reinterpret_cast<const char*>(values.data()), values.size_bytes() };
}

std::string safetensorsBytes(std::string_view header, std::string_view data)
{
    return littleEndian(header.size(), 8) + std::string(header) + std::string(data);
}

std::string tensorJson(
    std::string_view name, std::string_view dtype, std::string_view shape, std::uint64_t begin, std::uint64_t end)
{
    return "\"" + std::string(name) + "\":{\"dtype\":\"" + std::string(dtype) + "\",\"shape\":[" + std::string(shape)
        + "],\"data_offsets\":[" + std::to_string(begin) + "," + std::to_string(end) + "]}";
}

std::string idxBytes(unsigned char type, std::span<const std::uint32_t> sizes, std::string_view values)
{
    std::string out { 0, 0, static_cast<char>(type), static_cast<char>(sizes.size()) };
    for (const std::uint32_t size : sizes) {
        out += bigEndian(size, 4);
    }
    return out + std::string(values);
}

namespace {
/// `windowBits` as zlib wants them: +16 for gzip.
std::string deflated(std::string_view bytes, int windowBits)
{
    z_stream stream {};
    if (deflateInit2(&stream, 9, Z_DEFLATED, windowBits, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("zlib does not start");
    }
    std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (result != Z_STREAM_END) {
        throw std::runtime_error("zlib did not finish");
    }
    return out;
}
} // namespace

std::string gzipBytes(std::string_view bytes)
{
    return deflated(bytes, MAX_WBITS + 16);
}

std::string pngSignature()
{
    return "\x89PNG\r\n\x1a\n";
}

std::string pngChunk(std::string_view type, std::string_view data)
{
    const std::string body = std::string(type) + std::string(data);
    const auto sum = crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
    return bigEndian(data.size(), 4) + body + bigEndian(sum, 4);
}

std::string pngBytes(std::uint32_t width, std::uint32_t height, int colorType, std::string_view pixels)
{
    const std::string header
        = bigEndian(width, 4) + bigEndian(height, 4) + std::string { 8, static_cast<char>(colorType), 0, 0, 0 };
    const std::size_t rowBytes = height == 0 ? 0 : pixels.size() / height;
    std::string rows;
    for (std::size_t y = 0; y < height; ++y) {
        rows += '\0';
        rows += pixels.substr(y * rowBytes, rowBytes);
    }
    return pngSignature() + pngChunk("IHDR", header) + pngChunk("IDAT", deflated(rows, MAX_WBITS))
        + pngChunk("IEND", "");
}

std::string jpegBytes(std::uint32_t width, std::uint32_t height, int channels, std::span<const std::uint8_t> pixels)
{
    jpeg_compress_struct info {};
    jpeg_error_mgr errors {};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char* memory = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&info, &memory, &size);
    info.image_width = width;
    info.image_height = height;
    info.input_components = channels;
    info.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < height) {
        auto* row = const_cast<JSAMPROW>(
            pixels.data() + std::size_t { info.next_scanline } * width * static_cast<std::size_t>(channels));
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    std::string out(reinterpret_cast<const char*>(memory), size);
    std::free(memory);
    return out;
}

} // namespace bw::test
