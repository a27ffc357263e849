#include "core/base/error.h"
#include "core/calibrate/picture.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <vector>

#include <png.h>

namespace bw {

namespace {
constexpr png_uint_32 longestSide = 65500; // JPEG's own limit
constexpr png_alloc_size_t chunkMemory = png_alloc_size_t { 8 } << 20;

/// Functions that call setjmp keep nothing in local variables that could be lost; libpng leaves its C frames by longjmp
/// only.
class PngReader
{
public:
    explicit PngReader(std::span<const std::byte> file)
        : m_rest(file)
    {
    }
    ~PngReader() { png_destroy_read_struct(&m_png, &m_info, nullptr); }
    PngReader(const PngReader&) = delete;
    PngReader& operator=(const PngReader&) = delete;

    bool readHeader()
    {
        if (setjmp(m_escape) != 0) {
            return false;
        }
        m_png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, onError, onWarning);
        m_info = m_png != nullptr ? png_create_info_struct(m_png) : nullptr;
        if (m_info == nullptr) {
            return false;
        }
        png_set_user_limits(m_png, longestSide, longestSide);
        png_set_chunk_malloc_max(m_png, chunkMemory);
        png_set_chunk_cache_max(m_png, 100);
        png_set_read_fn(m_png, this, onRead);
        png_read_info(m_png, m_info);
        return true;
    }
    /// Sets up plain 8-bit gray or RGB; false also if the rows then have another length.
    bool prepare(int channels)
    {
        if (setjmp(m_escape) != 0) {
            return false;
        }
        png_set_expand(m_png);
        png_set_scale_16(m_png);
        png_set_strip_alpha(m_png);
        if (channels == 1 && !isGray()) {
            png_set_rgb_to_gray(m_png, PNG_ERROR_ACTION_NONE, -1, -1);
        } else if (channels == 3 && isGray()) {
            png_set_gray_to_rgb(m_png);
        }
        png_set_interlace_handling(m_png);
        png_read_update_info(m_png, m_info);
        return png_get_rowbytes(m_png, m_info) == std::size_t { width() } * static_cast<std::size_t>(channels);
    }
    bool decode(png_bytepp rows)
    {
        if (setjmp(m_escape) != 0) {
            return false;
        }
        png_read_image(m_png, rows);
        png_read_end(m_png, nullptr);
        return true;
    }
    png_uint_32 width() const { return png_get_image_width(m_png, m_info); }
    png_uint_32 height() const { return png_get_image_height(m_png, m_info); }
    bool isGray() const { return (png_get_color_type(m_png, m_info) & PNG_COLOR_MASK_COLOR) == 0; }
    [[noreturn]] void fail() const
    {
        throw Error(
            ErrorKind::BadFile, BW_TR_NOOP("core", "the PNG picture is damaged: %1"), printable(m_message.data()));
    }

private:
    [[noreturn]] static void onError(png_structp png, png_const_charp message)
    {
        auto* reader = static_cast<PngReader*>(png_get_error_ptr(png));
        std::snprintf(reader->m_message.data(), reader->m_message.size(), "%s", message);
        std::longjmp(reader->m_escape, 1);
    }
    static void onWarning(png_structp, png_const_charp) { }
    static void onRead(png_structp png, png_bytep out, png_size_t count)
    {
        auto* reader = static_cast<PngReader*>(png_get_io_ptr(png));
        if (count > reader->m_rest.size()) {
            png_error(png, "the file ends early");
        }
        std::memcpy(out, reader->m_rest.data(), count);
        reader->m_rest = reader->m_rest.subspan(count);
    }

    std::span<const std::byte> m_rest;
    std::jmp_buf m_escape {};
    std::array<char, 200> m_message {};
    png_structp m_png = nullptr;
    png_infop m_info = nullptr;
};
} // namespace

PictureInfo pngInfo(std::span<const std::byte> file)
{
    PngReader reader(file);
    if (!reader.readHeader()) {
        reader.fail();
    }
    return { PictureKind::Png, reader.width(), reader.height(), reader.isGray() };
}

void decodePng(std::span<const std::byte> file, const PictureInfo& info, int channels, std::span<std::uint8_t> out)
{
    PngReader reader(file);
    if (!reader.readHeader() || !reader.prepare(channels)) {
        reader.fail();
    }
    std::vector<png_bytep> rows;
    for (std::size_t y = 0; y < info.height; ++y) {
        rows.push_back(out.data() + y * info.width * static_cast<std::size_t>(channels));
    }
    if (!reader.decode(rows.data())) {
        reader.fail();
    }
}

} // namespace bw
