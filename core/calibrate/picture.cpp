#include "core/calibrate/picture.h"

#include "core/base/error.h"

namespace bw {

namespace {
using namespace std::string_view_literals;

PictureKind kindOf(std::span<const std::byte> file)
{
    const std::string_view head(reinterpret_cast<const char*>(file.data()), file.size());
    if (head.starts_with("\xff\xd8\xff"sv)) {
        return PictureKind::Jpeg;
    }
    return head.starts_with("\x89PNG\r\n\x1a\n"sv) ? PictureKind::Png : PictureKind::Unknown;
}
} // namespace

PictureInfo pictureInfo(std::span<const std::byte> file)
{
    const PictureKind kind = kindOf(file);
    if (kind == PictureKind::Unknown) {
        throw Error(ErrorKind::BadFile,
            file.empty() ? Text(BW_TR_NOOP("core", "the file is empty"))
                         : Text(BW_TR_NOOP("core", "this is no JPEG or PNG picture")));
    }
    const PictureInfo info = kind == PictureKind::Jpeg ? jpegInfo(file) : pngInfo(file);
    if (std::uint64_t { info.width } * info.height > mostPixels) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the picture claims %1 by %2 pixels, which is too large"),
            toText(info.width), toText(info.height));
    }
    return info;
}

void decodePicture(std::span<const std::byte> file, const PictureInfo& info, int channels, std::span<std::uint8_t> out)
{
    const PictureInfo now = pictureInfo(file);
    if (now.width != info.width || now.height != info.height
        || out.size() != std::size_t { info.width } * info.height * static_cast<std::size_t>(channels)) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the picture has %1 by %2 pixels instead of %3 by %4"),
            toText(now.width), toText(now.height), toText(info.width), toText(info.height));
    }
    now.kind == PictureKind::Jpeg ? decodeJpeg(file, now, channels, out) : decodePng(file, now, channels, out);
}

} // namespace bw
