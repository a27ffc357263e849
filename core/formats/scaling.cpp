#include "core/formats/quant_format.h"

#include "core/base/half.h"

#include <algorithm>
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
        { "bf16", BW_TR_NOOP("core", "bfloat16"), 16, DType::BF16, roundBfloat },
        { "f16", BW_TR_NOOP("core", "half precision"), 16, DType::F16, roundHalf },
        { "f32", BW_TR_NOOP("core", "single precision"), 32, DType::F32, roundFloat },
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
