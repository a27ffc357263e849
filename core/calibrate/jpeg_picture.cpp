#include "core/base/error.h"
#include "core/calibrate/picture.h"

#include <csetjmp>
#include <cstdio>

#include <jpeglib.h>

#include <jerror.h>

namespace bw {

namespace {
constexpr int mostScans = 200; // progressive files have about ten; thousands would only burn time

/// libjpeg reports errors by a function that must not return, and has no way through C frames but longjmp.
struct JpegErrors
{
    jpeg_error_mgr manager {};
    std::jmp_buf escape {};
    char message[JMSG_LENGTH_MAX] = {};
};

[[noreturn]] void onError(j_common_ptr info)
{
    auto* errors = reinterpret_cast<JpegErrors*>(info->err);
    errors->manager.format_message(info, errors->message);
    std::longjmp(errors->escape, 1);
}

/// Warnings of damage are errors here: libjpeg would fill the rest with gray.
void onMessage(j_common_ptr info, int level)
{
    if (level >= 0) {
        return;
    }
    switch (info->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_NOT_SEQUENTIAL:
        onError(info);
    default:
        return;
    }
}

void onProgress(j_common_ptr info)
{
    if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > mostScans) {
        std::snprintf(reinterpret_cast<JpegErrors*>(info->err)->message, JMSG_LENGTH_MAX, "too many scans");
        std::longjmp(reinterpret_cast<JpegErrors*>(info->err)->escape, 1);
    }
}

/// Functions that call setjmp keep nothing in local variables that could be lost.
class JpegReader
{
public:
    explicit JpegReader(std::span<const std::byte> file)
        : m_file(file)
    {
        m_info.err = jpeg_std_error(&m_errors.manager);
        m_errors.manager.error_exit = onError;
        m_errors.manager.emit_message = onMessage;
        m_errors.manager.output_message = [](j_common_ptr) {};
        m_progress.progress_monitor = onProgress;
    }
    ~JpegReader() { jpeg_destroy_decompress(&m_info); }
    JpegReader(const JpegReader&) = delete;
    JpegReader& operator=(const JpegReader&) = delete;

    bool readHeader()
    {
        if (setjmp(m_errors.escape) != 0) {
            return false;
        }
        jpeg_create_decompress(&m_info);
        m_info.progress = &m_progress;
        jpeg_mem_src(
            &m_info, reinterpret_cast<const unsigned char*>(m_file.data()), static_cast<unsigned long>(m_file.size()));
        jpeg_read_header(&m_info, TRUE);
        return true;
    }
    bool decode(int channels, std::uint8_t* out)
    {
        if (setjmp(m_errors.escape) != 0) {
            return false;
        }
        m_info.out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
        jpeg_start_decompress(&m_info);
        while (m_info.output_scanline < m_info.output_height) {
            JSAMPROW row = out
                + std::size_t { m_info.output_scanline } * m_info.output_width * static_cast<std::size_t>(channels);
            jpeg_read_scanlines(&m_info, &row, 1);
        }
        jpeg_finish_decompress(&m_info);
        return true;
    }
    const jpeg_decompress_struct& info() const { return m_info; }
    [[noreturn]] void fail() const
    {
        throw Error(
            ErrorKind::BadFile, BW_TR_NOOP("core", "the JPEG picture is damaged: %1"), printable(m_errors.message));
    }

private:
    std::span<const std::byte> m_file;
    JpegErrors m_errors;
    jpeg_progress_mgr m_progress {};
    jpeg_decompress_struct m_info {};
};
} // namespace

PictureInfo jpegInfo(std::span<const std::byte> file)
{
    JpegReader reader(file);
    if (!reader.readHeader()) {
        reader.fail();
    }
    return { PictureKind::Jpeg, reader.info().image_width, reader.info().image_height,
        reader.info().jpeg_color_space == JCS_GRAYSCALE };
}

void decodeJpeg(std::span<const std::byte> file, const PictureInfo&, int channels, std::span<std::uint8_t> out)
{
    JpegReader reader(file);
    if (!reader.readHeader() || !reader.decode(channels, out.data())) {
        reader.fail();
    }
}

} // namespace bw
