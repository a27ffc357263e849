#include "core/formats/quant_format.h"

#include "core/base/half.h"

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

const std::vector<ScaleRule>& scaleRules()
{
    static const std::vector<ScaleRule> rules {
        { "absmax", BW_TR_NOOP("core", "Largest magnitude"),
            BW_TR_NOOP("core", "The largest magnitude of a group maps to the end of the grid."), false },
        { searchRule, BW_TR_NOOP("core", "Least squared error"),
            BW_TR_NOOP("core", "The clipping point with the least squared error, found for each group."), false },
        { rmsRule, BW_TR_NOOP("core", "Root mean square"),
            BW_TR_NOOP(
                "core", "The spread of a group, not its largest magnitude, sets the scale; outliers are clipped."),
            false },
        { "clip", BW_TR_NOOP("core", "Share of the largest"),
            BW_TR_NOOP("core",
                "Values beyond this share of the group's largest magnitude are clipped to the end of the grid."),
            true },
    };
    return rules;
}

const std::vector<ScaleStore>& scaleStores()
{
    static const std::vector<ScaleStore> stores {
        { "bf16", BW_TR_NOOP("core", "bfloat16"), 16, DType::BF16, roundBfloat, packBfloat, unpackBfloat },
        { "f16", BW_TR_NOOP("core", "half precision"), 16, DType::F16, roundHalf, packHalf, unpackHalf },
        { "f32", BW_TR_NOOP("core", "single precision"), 32, DType::F32, roundFloat, packFloat, unpackFloat },
        { "e8m0", BW_TR_NOOP("core", "power of two"), 8, DType::U8, roundToPowerOfTwo, packPowerOfTwo, unpackPowerOfTwo,
            false },
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
