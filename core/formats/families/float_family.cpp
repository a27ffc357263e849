#include "core/formats/families/family_support.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
constexpr const char* exponentId = "exponent_bits";
constexpr const char* mantissaId = "mantissa_bits";
constexpr int mostBits = 8;

int exponentBits(const ParamValues& params)
{
    return static_cast<int>(intParam(params, exponentId, 0));
}
int mantissaBits(const ParamValues& params)
{
    return static_cast<int>(intParam(params, mantissaId, 0));
}
int bitsOfFloat(const ParamValues& params)
{
    return 1 + exponentBits(params) + mantissaBits(params);
}

ParamSpec bitCount(const char* id, Text title, Text help, int min, int max, int usual)
{
    ParamSpec spec;
    spec.id = id;
    spec.title = std::move(title);
    spec.help = std::move(help);
    spec.min = min;
    spec.max = max;
    spec.step = 1;
    spec.defaultValue = std::int64_t { usual };
    spec.unit = "bit";
    return spec;
}

/// Magnitudes of all codes, ascending, without 0. The bias is that of IEEE 754, 2^(E-1) - 1; no code is set aside for
/// infinity or NaN, so e4m3 reaches 480 (the OCP type stops at 448). Exponent 0 holds the subnormals.
std::vector<float> magnitudes(int exponent, int mantissa)
{
    const int bias = (1 << (exponent - 1)) - 1;
    std::vector<float> values;
    for (int e = 0; e < 1 << exponent; ++e) {
        for (int m = 0; m < 1 << mantissa; ++m) {
            const double significand = (e == 0 ? 0 : 1) + std::ldexp(m, -mantissa);
            values.push_back(static_cast<float>(std::ldexp(significand, std::max(e, 1) - bias)));
        }
    }
    values.erase(values.begin());
    return values;
}

UnitGrid gridOf(const QuantFormat& format)
{
    return UnitGrid::mirrored(magnitudes(exponentBits(format.params), mantissaBits(format.params)));
}

/// "e2m1": one digit each.
std::optional<ParamValues> parseElement(std::string_view element)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (element.size() != 4 || element[0] != 'e' || element[2] != 'm' || !isDigit(element[1]) || !isDigit(element[3])) {
        return std::nullopt;
    }
    return ParamValues { { exponentId, std::int64_t { element[1] - '0' } },
        { mantissaId, std::int64_t { element[3] - '0' } } };
}

std::vector<Problem> validateFloat(const QuantFormat& format)
{
    const int bits = bitsOfFloat(format.params);
    if (bits > mostBits) {
        return { { mantissaId,
            { BW_TR_NOOP("core", "sign, exponent and mantissa have %1 bits together; at most %2 are possible"),
                { toText(bits), toText(mostBits) } } } };
    }
    return {};
}
} // namespace

extern const FormatFamily floatFamily;
/// Sign, exponent, mantissa; the two zeros share one level, so 2^b - 1 levels in b bits.
const FormatFamily floatFamily {
    .id = "float",
    .title = BW_TR_NOOP("core", "Small floating point"),
    .explanation = BW_TR_NOOP("core",
        "Levels of a tiny floating-point type such as e2m1 or e4m3: evenly spaced within each power of two, finer "
        "towards zero."),
    .schema = { bitCount(exponentId, BW_TR_NOOP("core", "Exponent bits"),
                    BW_TR_NOOP("core", "More of them reach further towards zero."), 1, 5, 2),
        bitCount(mantissaId, BW_TR_NOOP("core", "Mantissa bits"),
            BW_TR_NOOP("core", "More of them put more levels within each power of two."), 0, 6, 1) },
    .examples = { "e2m1/b32", "e2m1/b32:e8m0", "e2m1/b32:ocp:e8m0", "e2m1/b16:e4m3", "e2m1/t:f32", "e3m0/c",
        "e3m2/b64:search", "e4m3/c:f16", "e5m2/t", "e1m2/b128" },
    .isOdd = true,
    .levelsFamily = "levels",
    .tolerance = 0.12,
    .parseElement = parseElement,
    .elementText
    = [](const ParamValues& params) { return "e" + toText(exponentBits(params)) + "m" + toText(mantissaBits(params)); },
    .validate = validateFloat,
    .codeBits = bitsOfFloat,
    .fit =
        [](const QuantFormat& format, const TensorView& matrix, const JobContext& ctx) {
            return fitGridCodec(format, gridOf(format), bitsOfFloat(format.params), matrix, ctx);
        },
    .restore =
        [](const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts) {
            return restoreGridCodec(format, gridOf(format), bitsOfFloat(format.params), shape, sideParts);
        },
};

} // namespace bw
