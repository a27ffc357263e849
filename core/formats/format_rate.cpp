#include "core/formats/format_rate.h"

#include "core/formats/format_family.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
const ParamSpec* rateSpec(const QuantFormat& format)
{
    for (const ParamSpec& spec : familyOf(format).schema) {
        if (spec.type == ParamSpec::Type::Real && spec.unit == "bit") {
            return &spec;
        }
    }
    return nullptr;
}
} // namespace

std::optional<double> rateOf(const QuantFormat& format)
{
    const ParamSpec* spec = rateSpec(format);
    const auto found = spec == nullptr ? format.params.end() : format.params.find(spec->id);
    const auto* rate = found == format.params.end() ? nullptr : std::get_if<double>(&found->second);
    return rate == nullptr ? std::nullopt : std::optional(*rate);
}

QuantFormat withRate(QuantFormat format, double bits)
{
    constexpr double steps = 1000;
    if (const ParamSpec* spec = rateSpec(format)) {
        format.params[spec->id] = std::clamp(std::floor(bits * steps) / steps, spec->min, spec->max);
    }
    return format;
}

RateRange rateRange(const QuantFormat& format)
{
    const ParamSpec* spec = rateSpec(format);
    return spec == nullptr ? RateRange {} : RateRange { spec->min, spec->max };
}

} // namespace bw
