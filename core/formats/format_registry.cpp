#include "core/formats/format_family.h"

#include "core/base/error.h"

namespace bw {

#define BW_FORMAT_FAMILY(name) extern const FormatFamily name;
#include "core/formats/format_families.inc"
#undef BW_FORMAT_FAMILY

const Registry<FormatFamily>& formatFamilies()
{
    static const Registry<FormatFamily> registry({
#define BW_FORMAT_FAMILY(name) &name,
#include "core/formats/format_families.inc"
#undef BW_FORMAT_FAMILY
    });
    return registry;
}

const FormatFamily& familyOf(const QuantFormat& format)
{
    const FormatFamily* family = formatFamilies().find(format.family);
    if (family == nullptr) {
        throw Error(
            ErrorKind::BadInput, BW_TR_NOOP("core", "there is no format family \"%1\""), printable(format.family));
    }
    return *family;
}

std::optional<FormatFallback> fallbackFor(const QuantFormat& format, const Shape& shape)
{
    const auto& family = familyOf(format);
    return family.fallback == nullptr ? std::nullopt : family.fallback(format, shape);
}

} // namespace bw
