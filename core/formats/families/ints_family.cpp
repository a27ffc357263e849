#include "core/formats/families/family_support.h"

namespace bw {

namespace {
UnitGrid gridOf(const QuantFormat& format)
{
    const int highest = (1 << (bitsOf(format.params) - 1)) - 1;
    return UnitGrid::integers(-highest, highest);
}
} // namespace

extern const FormatFamily intsFamily;
/// Code q + 2^(b-1)-1 stands for q·scale; 2^b - 1 levels, the last code is never used.
const FormatFamily intsFamily {
    .id = "ints",
    .title = BW_TR_NOOP("core", "Symmetric integers"),
    .explanation = BW_TR_NOOP(
        "core", "Equally spaced levels from −(2^(b−1)−1) to 2^(b−1)−1 times a scale; halves round away from zero."),
    .schema = { bitsParam(2, 16) },
    .examples = { "int4s/c", "int2s/t", "int4s/b32:f16", "int8s/b64", "int3s/b32:clip0.8:f32", "int16s/t" },
    .isOdd = true,
    .levelsFamily = "levels",
    .tolerance = 0.17,
    .parseElement = [](std::string_view element) { return parseBits(element, "int", "s"); },
    .elementText = [](const ParamValues& params) { return bitsText("int", params, "s"); },
    .validate = [](const QuantFormat& format) { return checkIntegerBits(format, 2); },
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
