#include "core/engine/format_candidates.h"

#include "core/formats/coded_codec.h"
#include "core/formats/format_extras_text.h"
#include "core/formats/format_family.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace bw {

namespace {
constexpr std::array usualBlocks { 32, 64, 128 };
constexpr std::array sweptBlocks { 16, 32, 64, 128, 256, 512, 1024 };
constexpr std::array surveyedBlocks { 64 };
constexpr double surveyedRateStep = 0.5;
constexpr std::size_t surveyedVariants = 2; ///< that come in many sizes
constexpr double mostCombinations = 200; ///< of whole numbers that set the size of shared codes
constexpr std::int64_t sharedSizeStep = 2;
constexpr int mostCodedBits = 3; ///< that an entropy coder may save
constexpr std::size_t mostValues = 64; ///< of one whole-number parameter

bool isDrawn(const FormatFamily& family)
{
    return std::any_of(family.schema.begin(), family.schema.end(),
        [](const ParamSpec& spec) { return spec.type == ParamSpec::Type::RealList && !spec.canBeSearched; });
}

/// Is it a whole number that says how many bits a code has?
bool setsSize(const FormatFamily& family, const ParamSpec& spec)
{
    if (spec.type != ParamSpec::Type::Int) {
        return false;
    }
    auto params = withDefaults(family.schema, {});
    const auto bitsAt = [&](double value) {
        params[spec.id] = static_cast<std::int64_t>(value);
        return family.codeBits(params);
    };
    return bitsAt(spec.min) != bitsAt(spec.max);
}

/// Of codes that several weights share, any whole number may set the size. With many combinations, a family's examples
/// have to do.
bool setsSharedSize(const FormatFamily& family, const ParamSpec& spec)
{
    double combinations = 1;
    for (const ParamSpec& each : family.schema) {
        if (each.type == ParamSpec::Type::Int) {
            combinations *= std::floor((each.max - each.min) / std::max(1.0, each.step)) + 1;
        }
    }
    return spec.type == ParamSpec::Type::Int && family.codeBits(withDefaults(family.schema, {})) == 0
        && combinations <= mostCombinations;
}

/// Is it the bits per weight that the codes are to take, as far as an entropy coder can?
bool isRate(const ParamSpec& spec)
{
    return spec.type == ParamSpec::Type::Real && spec.unit == "bit";
}

/// Bits per weight that scales take at least.
double scaleBits(const FormatFamily& family, const Scaling& scaling)
{
    return family.hasScaling && scaling.granularity == Granularity::Block
        ? static_cast<double>(scaleStore(scaling.store).bits) / scaling.blockSize
        : 0;
}

/// Rates to codes of so many bits; tables and what entropy coders waste come on top.
void setRates(const FormatFamily& family, ParamValues& params, double bits)
{
    constexpr double coded = 0.985;
    constexpr double step = 0.05;
    for (const ParamSpec& spec : family.schema) {
        if (isRate(spec)) {
            params[spec.id] = std::clamp(std::floor(bits * coded / step) / (1 / step), spec.min, spec.max);
        }
    }
}

/// Sizes at their least, searched parameters left to the search: what remains tells two variants apart.
ParamValues variantOf(const FormatFamily& family, ParamValues params)
{
    for (const ParamSpec& spec : family.schema) {
        if (setsSize(family, spec)) {
            params[spec.id] = static_cast<std::int64_t>(spec.min);
        } else if (isRate(spec)) {
            params[spec.id] = spec.defaultValue;
        } else if (spec.canBeSearched) {
            params[spec.id] = std::monostate {};
        }
    }
    return params;
}

std::vector<ParamValues> variantsOf(const FormatFamily& family)
{
    std::vector<ParamValues> variants { variantOf(family, withDefaults(family.schema, {})) };
    for (const std::string& example : family.examples) {
        auto variant = variantOf(family, parseFormat(example).params);
        if (std::find(variants.begin(), variants.end(), variant) == variants.end()) {
            variants.push_back(std::move(variant));
        }
    }
    return variants;
}

/// Every combination of the sizes.
std::vector<ParamValues> withSizes(const FormatFamily& family, std::vector<ParamValues> variants,
    bool (*isSize)(const FormatFamily&, const ParamSpec&) = setsSize)
{
    for (const ParamSpec& spec : family.schema) {
        if (!isSize(family, spec)) {
            continue;
        }
        const auto least = setsSize(family, spec) ? 1 : sharedSizeStep;
        const auto step = std::max<std::int64_t>(least, static_cast<std::int64_t>(spec.step));
        std::vector<ParamValues> next;
        for (const auto& variant : variants) {
            auto value = static_cast<std::int64_t>(spec.min);
            for (std::size_t i = 0; i < mostValues && value <= static_cast<std::int64_t>(spec.max); ++i) {
                next.push_back(variant);
                next.back()[spec.id] = value;
                value += step;
            }
        }
        variants = std::move(next);
    }
    return variants;
}

/// Values of the schema: those of `from` that have the same name, kind and range, defaults for the rest.
ParamValues carriedOver(const ParamValues& from, const ParamSchema& schema)
{
    ParamValues values = withDefaults(schema, {});
    for (const ParamSpec& spec : schema) {
        const auto old = from.find(spec.id);
        if (old != from.end() && checkParams({ spec }, { *old }).empty()) {
            values[spec.id] = old->second;
        }
    }
    return values;
}

/// The scaling as it is, then with less and less of what a family may not take.
std::vector<Scaling> fittingScalings(Scaling scaling, const FormatFamily& family)
{
    if (!family.hasScaling) {
        return { Scaling {} };
    }
    std::vector<Scaling> scalings { scaling };
    scaling.rule = Scaling {}.rule;
    scaling.ruleValue = 0;
    scalings.push_back(scaling);
    scaling.store = Scaling {}.store;
    scalings.push_back(scaling);
    return scalings;
}

/// How far the whole numbers of two formats of a family are apart.
double distanceOf(const ParamValues& a, const ParamValues& b)
{
    double distance = 0;
    for (const auto& [id, value] : a) {
        const auto* left = std::get_if<std::int64_t>(&value);
        const auto* right = std::get_if<std::int64_t>(&b.at(id));
        distance += left != nullptr && right != nullptr ? std::abs(static_cast<double>(*left - *right)) : 0;
    }
    return distance;
}

Scaling scalingOf(Granularity granularity, int blockSize = 0)
{
    Scaling scaling;
    scaling.granularity = granularity;
    scaling.blockSize = blockSize;
    return scaling;
}

template <class Blocks>
std::vector<Scaling> granularities(const Blocks& blocks)
{
    std::vector<Scaling> scalings { scalingOf(Granularity::Tensor), scalingOf(Granularity::Channel) };
    for (const int size : blocks) {
        scalings.push_back(scalingOf(Granularity::Block, size));
    }
    return scalings;
}

std::vector<Scaling> usualScalings(const FormatFamily& family)
{
    if (!family.hasScaling) {
        return { Scaling {} };
    }
    std::vector<Scaling> scalings;
    for (auto scaling : granularities(usualBlocks)) {
        for (const ScaleRule& rule : scaleRules()) {
            if (!rule.hasValue && (family.hasScale || rule.id == Scaling {}.rule)) {
                scaling.rule = rule.id;
                scalings.push_back(scaling);
            }
        }
    }
    return scalings;
}

/// Would a parameter of this format be fixed from all layers of a model together?
bool spansModel(const FormatFamily& family, const QuantFormat& format)
{
    if (family.fitModel == nullptr) {
        return false;
    }
    const std::vector<TensorView> matrices { makeTensor({ 1, 4 }, { -1.0F, -0.25F, 0.25F, 1.0F }) };
    return family.fitModel(format, matrices, {}) != format;
}

void addCandidates(const FormatFamily& family, double maxBits, std::vector<QuantFormat>& formats)
{
    const auto scalings = usualScalings(family);
    for (auto& params : withSizes(family, variantsOf(family))) {
        if (family.usualCoder.empty() && family.codeBits(params) > maxBits) {
            continue;
        }
        QuantFormat format;
        format.family = family.id;
        format.params = params;
        addUsualCoder(format);
        if (spansModel(family, { family.id, params, scalingOf(Granularity::Tensor), {} })) {
            continue;
        }
        for (const auto& scaling : scalings) {
            format.scaling = scaling;
            setRates(family, format.params, maxBits - scaleBits(family, scaling));
            if (validate(format).empty()) {
                formats.push_back(format);
            }
        }
    }
}
} // namespace

std::vector<QuantFormat> candidateFormats(double maxBits)
{
    std::vector<QuantFormat> formats;
    for (const FormatFamily* family : formatFamilies().entries()) {
        if (!isDrawn(*family)) {
            addCandidates(*family, maxBits, formats);
        }
    }
    // What is near the limit is most likely the answer: it is seen first.
    std::stable_sort(formats.begin(), formats.end(), [](const QuantFormat& a, const QuantFormat& b) {
        return familyOf(a).codeBits(a.params) > familyOf(b).codeBits(b.params);
    });
    return formats;
}

namespace {
/// One scale for all by the size of the weights, and finer ones by the largest weight or the least error.
std::vector<Scaling> surveyedScalings(const FormatFamily& family)
{
    if (!family.hasScaling) {
        return { Scaling {} };
    }
    std::vector<Scaling> scalings;
    for (auto scaling : granularities(surveyedBlocks)) {
        if (scaling.granularity != Granularity::Tensor) {
            scalings.push_back(scaling);
        }
        if (family.hasScale) {
            scaling.rule = scaling.granularity == Granularity::Tensor ? rmsRule : searchRule;
            scalings.push_back(scaling);
        }
    }
    return scalings;
}

/// The rates a parameter may be swept over; one that nothing reads if the family has none.
std::vector<double> surveyedRates(const FormatFamily& family, double leastBits, double mostBits)
{
    if (std::none_of(family.schema.begin(), family.schema.end(), isRate)) {
        return { mostBits };
    }
    std::vector<double> rates;
    for (double rate = std::ceil(leastBits / surveyedRateStep); rate * surveyedRateStep <= mostBits; ++rate) {
        rates.push_back(rate * surveyedRateStep);
    }
    return rates;
}

bool isBetween(int codeBits, double leastBits, double mostBits)
{
    return codeBits == 0 || (codeBits >= std::floor(leastBits) && codeBits <= std::ceil(mostBits));
}

void addSurveyed(const FormatFamily& family, double leastBits, double mostBits, std::vector<QuantFormat>& formats)
{
    const auto isSize
        = [](const FormatFamily& of, const ParamSpec& spec) { return setsSize(of, spec) || setsSharedSize(of, spec); };
    auto variants = variantsOf(family);
    if (std::any_of(
            family.schema.begin(), family.schema.end(), [&](const ParamSpec& spec) { return isSize(family, spec); })) {
        variants.resize(std::min(variants.size(), surveyedVariants));
    }
    for (const auto& params : withSizes(family, std::move(variants), isSize)) {
        if (!isBetween(family.codeBits(params), leastBits, mostBits)
            || spansModel(family, { family.id, params, scalingOf(Granularity::Tensor), {} })) {
            continue;
        }
        QuantFormat format;
        format.family = family.id;
        addUsualCoder(format);
        for (const double rate : surveyedRates(family, leastBits, mostBits)) {
            format.params = params;
            setRates(family, format.params, rate);
            for (const auto& scaling : surveyedScalings(family)) {
                format.scaling = scaling;
                const bool isNew = std::find(formats.begin(), formats.end(), format) == formats.end();
                if (isNew && validate(format).empty()) {
                    formats.push_back(format);
                }
            }
        }
    }
}
} // namespace

std::vector<QuantFormat> surveyFormats(double leastBits, double mostBits)
{
    std::vector<QuantFormat> formats;
    for (const FormatFamily* family : formatFamilies().entries()) {
        if (!isDrawn(*family)) {
            addSurveyed(*family, leastBits, mostBits, formats);
        }
    }
    return formats;
}

namespace {
/// The valid format with codes of as nearly `bits` bits as can be, and else the most like `start`.
std::optional<QuantFormat> nearest(const QuantFormat& start, const FormatFamily& family, int bits)
{
    std::optional<QuantFormat> best;
    std::pair<int, double> least;
    for (auto& params : withSizes(family, { start.params })) {
        QuantFormat candidate = start;
        candidate.params = std::move(params);
        if (!validate(candidate).empty()) {
            candidate.extras.clear();
            addUsualCoder(candidate);
        }
        const std::pair distance { std::abs(family.codeBits(candidate.params) - bits),
            distanceOf(candidate.params, start.params) };
        if ((!best || distance < least) && validate(candidate).empty()) {
            best = std::move(candidate);
            least = distance;
        }
    }
    return best;
}
} // namespace

std::vector<QuantFormat> extraVariants(const QuantFormat& format)
{
    const FormatFamily& family = familyOf(format);
    std::vector<QuantFormat> variants;
    const auto add = [&](const QuantFormat& variant) {
        if (variant != format && validate(variant).empty()
            && std::find(variants.begin(), variants.end(), variant) == variants.end()) {
            variants.push_back(variant);
        }
    };
    for (const FormatExtra* extra : formatExtras().entries()) {
        for (const ParamValue& trial : extra->trials) {
            QuantFormat variant = format;
            variant.extras[extra->id] = trial;
            add(variant);
            const int bits = family.codeBits(format.params);
            for (int more = 1; extra->kind == coderKind && validate(variant).empty() && more <= mostCodedBits; ++more) {
                const auto larger = nearest(variant, family, bits + more);
                if (larger && family.codeBits(larger->params) == bits + more) {
                    add(*larger);
                    QuantFormat perChannel = *larger;
                    perChannel.scaling = scalingOf(Granularity::Channel);
                    add(perChannel);
                }
            }
        }
    }
    return variants;
}

std::optional<QuantFormat> inFamily(const QuantFormat& format, const FormatFamily& family)
{
    if (format.family == family.id) {
        return format;
    }
    QuantFormat start;
    start.family = family.id;
    start.params = carriedOver(format.params, family.schema);
    // The coder that one family needs is nothing a user chose for another.
    start.extras = format.extras;
    start.extras.erase(familyOf(format).usualCoder);
    addUsualCoder(start);
    const int bits = familyOf(format).codeBits(format.params);
    setRates(family, start.params, bits);
    for (const Scaling& scaling : fittingScalings(format.scaling, family)) {
        start.scaling = scaling;
        if (auto found = nearest(start, family, bits)) {
            return found;
        }
    }
    return std::nullopt;
}

std::vector<QuantFormat> scalingVariants(const QuantFormat& format)
{
    const FormatFamily& family = familyOf(format);
    if (!family.hasScaling) {
        return { format };
    }
    std::vector<QuantFormat> formats;
    QuantFormat variant = format;
    for (const ScaleStore& store : scaleStores()) {
        for (const auto& scaling : granularities(sweptBlocks)) {
            variant.scaling.granularity = scaling.granularity;
            variant.scaling.blockSize = scaling.blockSize;
            variant.scaling.store = store.id;
            if (validate(variant).empty()) {
                formats.push_back(variant);
            }
        }
    }
    return formats;
}

} // namespace bw
