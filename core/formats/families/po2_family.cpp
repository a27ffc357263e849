#include "core/formats/families/family_support.h"

#include <cmath>

namespace bw {

namespace {
constexpr const char* prefix = "po2x";

/// ±1, ±1/2, ±1/4 … and 0: 2^b - 1 levels.
UnitGrid gridOf(const QuantFormat& format)
{
    const int count = (1 << (bitsOf(format.params) - 1)) - 1;
    std::vector<float> magnitudes;
    for (int k = count - 1; k >= 0; --k) {
        magnitudes.push_back(std::ldexp(1.0F, -k));
    }
    return UnitGrid::mirrored(std::move(magnitudes));
}
} // namespace

extern const FormatFamily po2Family;
/// Logarithmic quantization (Miyashita et al., arXiv 1603.01025), with the nearest level in the linear sense, which has
/// the least squared error. Multiplying by a level is a shift.
const FormatFamily po2Family {
    .id = "po2",
    .title = BW_TR_NOOP("core", "Powers of two"),
    .explanation
    = BW_TR_NOOP("core", "Levels that halve towards zero, and 0: multiplying is a shift. Coarse for large weights."),
    .schema = { bitsParam(2, 6) },
    .examples = { "po2x4/c", "po2x2/t", "po2x3/b32", "po2x5/b64:search", "po2x6/c:f32" },
    .isOdd = true,
    .levelsFamily = "levels",
    .tolerance = 0.24,
    .parseElement = [](std::string_view element) { return parseBits(element, prefix); },
    .elementText = [](const ParamValues& params) { return bitsText(prefix, params); },
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
