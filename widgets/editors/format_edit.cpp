#include "widgets/editors/format_edit.h"

#include <algorithm>
#include <cstdint>
#include <variant>

namespace bw {

ParamValues carriedOver(const ParamValues& from, const ParamSchema& schema)
{
    ParamValues values = withDefaults(schema, {});
    for (const ParamSpec& spec : schema) {
        const auto old = from.find(spec.id);
        if (old == from.end() || old->second.index() != values[spec.id].index()) {
            continue;
        }
        if (const auto* number = std::get_if<std::int64_t>(&old->second)) {
            values[spec.id]
                = std::clamp(*number, static_cast<std::int64_t>(spec.min), static_cast<std::int64_t>(spec.max));
        } else if (const auto* real = std::get_if<double>(&old->second)) {
            values[spec.id] = std::clamp(*real, spec.min, spec.max);
        } else if (const auto* choice = std::get_if<std::string>(&old->second)) {
            if (std::find(spec.choices.begin(), spec.choices.end(), *choice) != spec.choices.end()) {
                values[spec.id] = *choice;
            }
        }
    }
    return values;
}

Scaling fittingScaling(Scaling scaling, bool hasScaling, bool hasScale)
{
    if (!hasScaling) {
        return {};
    }
    if (!hasScale) {
        scaling.rule = Scaling {}.rule;
        scaling.ruleValue = 0;
    }
    return scaling;
}

QuantFormat FormatEdit::appliedTo(QuantFormat base) const
{
    Scaling& scaling = base.scaling;
    switch (part) {
    case Part::Family:
        base.family = format.family;
        base.params = format.params;
        scaling = fittingScaling(scaling, hasScaling, hasScale);
        break;
    case Part::Parameter:
        if (base.family != format.family) {
            base.family = format.family;
            base.params = format.params;
            scaling = fittingScaling(scaling, hasScaling, hasScale);
        } else if (const auto value = format.params.find(parameter); value != format.params.end()) {
            base.params[parameter] = value->second;
        }
        break;
    case Part::Granularity:
    case Part::BlockSize:
        scaling.granularity = format.scaling.granularity;
        scaling.blockSize = format.scaling.blockSize;
        break;
    case Part::Rule:
    case Part::RuleValue:
        scaling.rule = format.scaling.rule;
        scaling.ruleValue = format.scaling.ruleValue;
        break;
    case Part::Store:
        scaling.store = format.scaling.store;
        break;
    case Part::Extra:
        for (const std::string& id : gone) {
            base.extras.erase(id);
        }
        if (const auto value = format.extras.find(parameter); value != format.extras.end()) {
            base.extras[parameter] = value->second;
        } else {
            base.extras.erase(parameter);
        }
        break;
    }
    if (!takesExtras && base.family == format.family) {
        base.extras.clear();
    }
    return base;
}

} // namespace bw
