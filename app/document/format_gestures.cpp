#include "app/document/format_gestures.h"

#include "core/formats/format_family.h"
#include "core/formats/unit_grid.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

/// Parameters of these names mean the same in every family that has them.
constexpr const char* bitsId = "bits";

const ParamSpec* find(const ParamSchema& schema, const std::string& id)
{
    const auto found = std::find_if(schema.begin(), schema.end(), [&](const ParamSpec& spec) { return spec.id == id; });
    return found == schema.end() ? nullptr : &*found;
}

const ParamSpec* levelsSpec(const FormatFamily& family)
{
    const auto found = std::find_if(family.schema.begin(), family.schema.end(),
        [](const ParamSpec& spec) { return spec.type == ParamSpec::Type::RealList; });
    return found == family.schema.end() ? nullptr : &*found;
}

const FormatFamily* codebookFamily(const FormatFamily& family)
{
    return family.canSetLevels        ? &family
        : family.levelsFamily.empty() ? nullptr
                                      : formatFamilies().find(family.levelsFamily);
}

/// The format's own family if it has an exponent, else the first that has.
const FormatFamily* exponentFamily(const QuantFormat& format)
{
    const FormatFamily& own = familyOf(format);
    if (!own.exponentParam.empty()) {
        return &own;
    }
    const auto entries = formatFamilies().entries();
    const auto found = std::find_if(
        entries.begin(), entries.end(), [](const FormatFamily* entry) { return !entry->exponentParam.empty(); });
    return found == entries.end() ? nullptr : *found;
}

const ScaleRule* clipRule()
{
    const auto& rules = scaleRules();
    const auto found
        = std::find_if(rules.begin(), rules.end(), [](const ScaleRule& rule) { return rule.isShareOfLargest; });
    return found == rules.end() ? nullptr : &*found;
}

bool isClipped(const Scaling& scaling)
{
    return scaleRule(scaling.rule).isShareOfLargest;
}

double roundedTo(double value, int digits)
{
    return parseDouble(toTextRounded(value, digits)).value_or(value);
}

/// The end of a codebook that the largest weight of a group maps to, as formats see it.
double spanOf(const std::vector<double>& levels)
{
    return UnitGrid::codebook({ levels.begin(), levels.end() }).span();
}

/// The whole range is what the default rule gives; anything less is said by the clip rule.
void setClipShare(Scaling& scaling, double share)
{
    if (share >= 1 - 1e-6 && scaling.rule == Scaling {}.rule) {
        return;
    }
    if (const ScaleRule* rule = clipRule()) {
        scaling.rule = rule->id;
        scaling.ruleValue = roundedTo(std::clamp(share, 0.01, 1.0), 4);
    }
}

} // namespace

std::optional<double> exponentOf(const QuantFormat& resolved)
{
    const auto& id = familyOf(resolved).exponentParam;
    const auto found = resolved.params.find(id);
    if (id.empty() || found == resolved.params.end()) {
        return std::nullopt;
    }
    const double* value = std::get_if<double>(&found->second);
    return value != nullptr ? std::optional(*value) : std::nullopt;
}

bool isExponentSearched(const QuantFormat& format)
{
    const auto& id = familyOf(format).exponentParam;
    const auto found = format.params.find(id);
    return !id.empty() && found != format.params.end() && std::holds_alternative<std::monostate>(found->second);
}

std::optional<int> bitsParam(const QuantFormat& format)
{
    const auto found = format.params.find(bitsId);
    if (found == format.params.end()) {
        return std::nullopt;
    }
    const auto* bits = std::get_if<std::int64_t>(&found->second);
    return bits != nullptr ? std::optional(static_cast<int>(*bits)) : std::nullopt;
}

std::optional<int> exponentBits(const QuantFormat& format)
{
    const auto bits = bitsParam(format);
    const FormatFamily* family = exponentFamily(format);
    const ParamSpec* spec = family != nullptr ? find(family->schema, bitsId) : nullptr;
    return bits && spec != nullptr && *bits >= std::max(2.0, spec->min) && *bits <= spec->max ? bits : std::nullopt;
}

std::optional<QuantFormat> withExponent(const QuantFormat& format, double exponent)
{
    const FormatFamily* family = exponentFamily(format);
    QuantFormat next = format;
    if (family == nullptr) {
        return std::nullopt;
    }
    if (family != &familyOf(format)) {
        next.family = family->id;
        next.params = withDefaults(family->schema, {});
        const ParamSpec* bits = find(family->schema, bitsId);
        if (const auto wanted = bitsParam(format); bits != nullptr && wanted) {
            next.params[bitsId] = std::clamp<std::int64_t>(
                *wanted, static_cast<std::int64_t>(bits->min), static_cast<std::int64_t>(bits->max));
        }
    }
    const ParamSpec* spec = find(family->schema, family->exponentParam);
    next.params[family->exponentParam] = roundedTo(std::clamp(exponent, spec->min, spec->max), 3);
    return next;
}

bool canClip(const QuantFormat& format)
{
    return familyOf(format).hasScale && clipRule() != nullptr;
}
bool isClipSymmetric(const QuantFormat& format)
{
    return !familyOf(format).hasZeroPoint;
}

double clipShare(const LayerResult& result)
{
    const Scaling& scaling = result.resolved.scaling;
    if (isClipped(scaling)) {
        return scaling.ruleValue;
    }
    if (scaling.rule == Scaling {}.rule || result.typicalAbsMax <= 0) {
        return 1;
    }
    const Grid& grid = result.grid;
    const bool isShifted = familyOf(result.resolved).hasZeroPoint;
    const double reach = isShifted ? std::max(std::abs(grid.clipLow), std::abs(grid.clipHigh)) : spanOf(grid.levels);
    return std::clamp(reach / result.typicalAbsMax, 0.01, 1.0);
}

QuantFormat withClip(const QuantFormat& format, const LayerResult& result, double low, double high)
{
    const Grid& grid = result.grid;
    const auto ratio = [](double now, double before) { return before == 0 ? 1.0 : std::max(0.0, now / before); };
    const double lowRatio = ratio(low, grid.clipLow);
    const double highRatio = ratio(high, grid.clipHigh);
    const double moved = std::abs(lowRatio - 1) > std::abs(highRatio - 1) ? lowRatio : highRatio;
    QuantFormat next = format;
    if (const ScaleRule* rule = clipRule()) {
        next.scaling.rule = rule->id;
        next.scaling.ruleValue = roundedTo(std::clamp(clipShare(result) * moved, 0.01, 1.0), 3);
    }
    return next;
}

bool canEditLevels(const QuantFormat& format)
{
    const FormatFamily* family = codebookFamily(familyOf(format));
    return family != nullptr && levelsSpec(*family) != nullptr;
}

bool hasOwnLevels(const QuantFormat& format)
{
    return familyOf(format).canSetLevels;
}

std::size_t mostLevels(const QuantFormat& format)
{
    const FormatFamily* family = codebookFamily(familyOf(format));
    const ParamSpec* spec = family != nullptr ? levelsSpec(*family) : nullptr;
    return spec != nullptr ? spec->maxItems : 0;
}

QuantFormat withLevels(const QuantFormat& format, const LayerResult& result, std::vector<double> levels)
{
    const FormatFamily& now = familyOf(format);
    const FormatFamily* family = codebookFamily(now);
    const ParamSpec* spec = family != nullptr ? levelsSpec(*family) : nullptr;
    if (spec == nullptr || levels.size() < 2) {
        return format;
    }
    std::sort(levels.begin(), levels.end());
    const double span = spanOf(levels);
    if (span <= 0) {
        return format;
    }
    for (double& level : levels) {
        level = roundedTo(level / span, 5);
    }
    levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    QuantFormat next;
    next.family = family->id;
    next.params = &now == family ? format.params : withDefaults(family->schema, {});
    next.params[spec->id] = std::move(levels);
    next.scaling = format.scaling;
    setClipShare(next.scaling, result.typicalAbsMax > 0 ? span / result.typicalAbsMax : 1);
    return next;
}

std::vector<double> typedLevel(std::vector<double> levels, std::size_t index, double value, double absMax)
{
    if (index < levels.size()) {
        levels[index] = std::clamp(value, -absMax, absMax);
        std::sort(levels.begin(), levels.end());
    }
    return levels;
}

std::vector<double> movedLevel(std::vector<double> levels, std::size_t index, double value, double absMax)
{
    if (index >= levels.size()) {
        return levels;
    }
    const double gap = 1e-4 * absMax;
    const double low = index == 0 ? -absMax : levels[index - 1] + gap;
    const double high = index + 1 == levels.size() ? absMax : levels[index + 1] - gap;
    levels[index] = std::min(std::max(value, low), std::max(low, high));
    return levels;
}

} // namespace bw
