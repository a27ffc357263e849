#include "core/formats/quant_format.h"

#include "core/base/half.h"
#include "core/formats/scale_rule.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace bw {

namespace {
constexpr float largestBfloat = bfloatToFloat(0x7F7F);

float clampScale(float rounded, float smallest, float largest)
{
    return std::clamp(rounded, smallest, largest);
}

float roundFloat(float scale)
{
    return clampScale(scale, std::numeric_limits<float>::min(), std::numeric_limits<float>::max());
}
float roundHalf(float scale)
{
    return clampScale(halfToFloat(floatToHalf(scale)), 0x1p-24F, 65504.0F);
}
float roundBfloat(float scale)
{
    return clampScale(bfloatToFloat(floatToBfloat(scale)), std::numeric_limits<float>::min(), largestBfloat);
}
/// E8M0 of the OCP Microscaling specification 1.0 (section 5.4.1), rounded up so that no weight is beyond the grid.
/// Code 0 stands for the scale of a group of zeros, which powers of two do not have.
constexpr int exponentBias = 127;
float roundToPowerOfTwo(float scale)
{
    int exponent = 0;
    const float mantissa = std::frexp(scale, &exponent);
    return std::ldexp(1.0F, std::clamp(mantissa == 0.5F ? exponent - 1 : exponent, -126, 127));
}
std::uint32_t packPowerOfTwo(float scale)
{
    return scale == 0 ? 0 : static_cast<std::uint32_t>(std::ilogb(scale) + exponentBias);
}
float unpackPowerOfTwo(std::uint32_t bits)
{
    return bits == 0 ? 0 : std::ldexp(1.0F, static_cast<int>(bits) - exponentBias);
}
// E4M3 of the OCP 8-bit floating point specification 1.0: bias 7, no infinities, 448 the largest; ties to even.
constexpr float largestE4m3 = 448;
constexpr float smallestE4m3 = 0x1p-9F;
float roundE4m3(float scale)
{
    const float magnitude = std::min(scale, largestE4m3);
    int exponent = 0;
    std::frexp(magnitude, &exponent); // magnitude = m · 2^exponent, m in [0.5, 1)
    const float step = std::ldexp(1.0F, std::max(exponent - 4, -9));
    return std::max(std::nearbyint(magnitude / step) * step, smallestE4m3);
}
std::uint32_t packE4m3(float scale)
{
    const float magnitude = std::abs(scale);
    const std::uint32_t sign = std::signbit(scale) ? 0x80U : 0U;
    if (magnitude < 0x1p-6F) {
        return sign | static_cast<std::uint32_t>(magnitude / smallestE4m3);
    }
    const int exponent = std::ilogb(magnitude);
    const auto mantissa = static_cast<std::uint32_t>(std::ldexp(magnitude, 3 - exponent)) - 8U;
    return sign | static_cast<std::uint32_t>(exponent + 7) << 3U | mantissa;
}
float unpackE4m3(std::uint32_t bits)
{
    float value = 0;
    const auto byte = static_cast<std::byte>(bits);
    info(DType::F8E4M3).toFloats(&byte, &value, 1);
    return value;
}
std::uint32_t packHalf(float scale)
{
    return floatToHalf(scale);
}
float unpackHalf(std::uint32_t bits)
{
    return halfToFloat(static_cast<std::uint16_t>(bits));
}
std::uint32_t packBfloat(float scale)
{
    return floatToBfloat(scale);
}
float unpackBfloat(std::uint32_t bits)
{
    return bfloatToFloat(static_cast<std::uint16_t>(bits));
}
std::uint32_t packFloat(float scale)
{
    return std::bit_cast<std::uint32_t>(scale);
}
float unpackFloat(std::uint32_t bits)
{
    return std::bit_cast<float>(bits);
}
} // namespace

#define BW_SCALE_RULE(name) extern const ScaleRule name;
#include "core/formats/scale_rules.inc"
#undef BW_SCALE_RULE

const std::vector<ScaleRule>& scaleRules()
{
    static const std::vector<ScaleRule> rules {
#define BW_SCALE_RULE(name) name,
#include "core/formats/scale_rules.inc"
#undef BW_SCALE_RULE
    };
    return rules;
}

const ScaleRule& scaleRule(std::string_view id)
{
    const auto& rules = scaleRules();
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const ScaleRule& rule) { return rule.id == id; });
    return found == rules.end() ? rules.front() : *found;
}

const std::vector<ScaleStore>& scaleStores()
{
    static const std::vector<ScaleStore> stores {
        { "bf16", BW_TR_NOOP("core", "bfloat16"), 16, DType::BF16, roundBfloat, packBfloat, unpackBfloat },
        { "f16", BW_TR_NOOP("core", "half precision"), 16, DType::F16, roundHalf, packHalf, unpackHalf },
        { "f32", BW_TR_NOOP("core", "single precision"), 32, DType::F32, roundFloat, packFloat, unpackFloat },
        { "e8m0", BW_TR_NOOP("core", "power of two"), 8, DType::U8, roundToPowerOfTwo, packPowerOfTwo, unpackPowerOfTwo,
            false, false },
        { "e4m3", BW_TR_NOOP("core", "8 bits (E4M3) under a unit"), 8, DType::U8, roundE4m3, packE4m3, unpackE4m3,
            false, true, largestE4m3 },
    };
    return stores;
}

const ScaleStore& scaleStore(std::string_view id)
{
    for (const auto& store : scaleStores()) {
        if (store.id == id) {
            return store;
        }
    }
    throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "there is no scale type \"%1\""), printable(id));
}

float roundToStore(std::string_view store, double value)
{
    const auto& target = scaleStore(store);
    const auto number = static_cast<float>(
        std::clamp<double>(value, std::numeric_limits<float>::lowest(), std::numeric_limits<float>::max()));
    switch (target.dtype) {
    case DType::F16:
        return std::clamp(halfToFloat(floatToHalf(number)), -65504.0F, 65504.0F) + 0.0F;
    case DType::BF16:
        return std::clamp(bfloatToFloat(floatToBfloat(number)), -largestBfloat, largestBfloat) + 0.0F;
    default:
        return number + 0.0F; // + 0: no -0
    }
}

} // namespace bw
