#include "core/formats/families/family_support.h"

namespace bw {

namespace {
UnitGrid gridOf(const QuantFormat& format)
{
    const int bits = bitsOf(format.params);
    return UnitGrid::integers(-(1 << (bits - 1)), (1 << (bits - 1)) - 1);
}
} // namespace

extern const FormatFamily intFamily;
/// Code q + 2^(b-1) stands for q·scale; the scale is absmax / (2^(b-1)-1) (int1: absmax), so that the lowest level is
/// only used where the stored scale was rounded down or clipped.
const FormatFamily intFamily {
    .id = "int",
    .title = BW_TR_NOOP("core", "Signed integers"),
    .explanation = BW_TR_NOOP(
        "core", "Equally spaced levels from −2^(b−1) to 2^(b−1)−1 times a scale; halves round away from zero."),
    .schema = { bitsParam(1, 16) },
    .examples = { "int4/c", "int1/b32", "int2/t", "int3/c:f32", "int8/b64:f16", "int16/c:f32", "int4/b32:clip0.9",
        "int4/b32:signmax", "int4/c:pct99.9", "int4/t:kl" },
    .levelsFamily = "levels",
    .tolerance = 0.17,
    .parseElement = [](std::string_view element) { return parseBits(element, "int"); },
    .elementText = [](const ParamValues& params) { return bitsText("int", params); },
    .validate = [](const QuantFormat& format) { return checkIntegerBits(format, 1); },
    .codeBits = bitsOf,
    .fit
    = [](const QuantFormat& format, const TensorView& matrix,
          const JobContext& ctx) { return fitGridCodec(format, gridOf(format), bitsOf(format.params), matrix, ctx); },
    .restore =
        [](const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts) {
            return restoreGridCodec(format, gridOf(format), bitsOf(format.params), shape, sideParts);
        },
};

} // namespace bw
