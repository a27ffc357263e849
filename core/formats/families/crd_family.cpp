#include "core/distributions/distribution_fit.h"
#include "core/formats/cube_root_density.h"
#include "core/formats/families/family_support.h"
#include "core/formats/groups.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bw {

namespace {
constexpr const char* prefix = "crd";
constexpr const char* densityId = "density";
constexpr const char* nuId = "nu";
constexpr const char* zeroId = "zero";
constexpr const char* symmetric = "sym";
constexpr const char* asymmetric = "asym";
constexpr const char* normal = "normal";
constexpr const char* laplace = "laplace";
constexpr const char* student = "t";
constexpr const char* fitted = "fit";
constexpr double usualNu = 7;
constexpr double leastNu = 3;
constexpr double mostNu = 100;
constexpr const char* levelsId = "levels";
constexpr std::int64_t mostLevels = 256;

double nuOf(const ParamValues& params)
{
    const auto found = params.find(nuId);
    const auto* number = found == params.end() ? nullptr : std::get_if<double>(&found->second);
    return number == nullptr ? usualNu : *number;
}

Density densityOf(const ParamValues& params)
{
    const auto word = wordParam(params, densityId, "");
    const auto kind = word == laplace ? DensityKind::Laplace
        : word == student             ? DensityKind::StudentT
                                      : DensityKind::Normal;
    return { kind, nuOf(params) };
}

bool isOpen(const ParamValues& params)
{
    return wordParam(params, densityId, "") == fitted;
}

int levelCount(const ParamValues& params)
{
    const auto given = intParam(params, levelsId, 0);
    return given == 0 ? 1 << bitsOf(params) : static_cast<int>(given);
}

/// The format with the density of the weights filled in. The outer levels of fewer degrees of freedom than 3 leave
/// every usable range; of the others two digits are kept, more than the levels show.
QuantFormat withFittedDensity(QuantFormat format, const DistributionFit& fit)
{
    // Zeros have no density; any codebook does.
    const Density density = fit.exists() ? fit.chosen().density : Density {};
    const auto nu = parseDouble(toTextRounded(std::clamp(density.nu, leastNu, mostNu), 2));
    const bool isStudent = density.kind == DensityKind::StudentT;
    format.params[densityId] = std::string(isStudent ? student
            : density.kind == DensityKind::Laplace   ? laplace
                                                     : normal);
    format.params[nuId] = isStudent ? nu.value_or(usualNu) : usualNu;
    return format;
}

/// Blocks are divided by their largest magnitude; rows and tensors have too many sizes for a codebook of their own, so
/// theirs is the one for RMS 1, as in the reference.
UnitGrid gridOf(const QuantFormat& format)
{
    const bool hasBlocks = format.scaling.granularity == Granularity::Block && format.scaling.rule != rmsRule;
    const auto zero = wordParam(format.params, zeroId, "") == symmetric ? ZeroLevel::Symmetric
        : scaleRule(format.scaling.rule).isSigned                       ? ZeroLevel::OneEnded
                                                                        : ZeroLevel::Asymmetric;
    const auto blockSize = hasBlocks ? std::optional<double>(format.scaling.blockSize) : std::nullopt;
    auto grid
        = UnitGrid::codebook(cubeRootLevels(densityOf(format.params), levelCount(format.params), zero, blockSize));
    return hasBlocks ? std::move(grid) : std::move(grid).withRms(1);
}

ParamSpec choiceParam(const char* id, Text title, Text help, std::vector<std::string> choices, std::vector<Text> titles)
{
    ParamSpec spec;
    spec.id = id;
    spec.title = std::move(title);
    spec.help = std::move(help);
    spec.type = ParamSpec::Type::Choice;
    spec.defaultValue = choices.front();
    spec.choices = std::move(choices);
    spec.choiceTitles = std::move(titles);
    return spec;
}

ParamSpec nuParam()
{
    ParamSpec spec;
    spec.id = nuId;
    spec.title = BW_TR_NOOP("core", "Degrees of freedom");
    spec.help = BW_TR_NOOP("core", "Of Student-t: fewer mean heavier tails. Other densities have none.");
    spec.type = ParamSpec::Type::Real;
    spec.min = leastNu;
    spec.max = mostNu;
    spec.step = 0.1;
    spec.defaultValue = usualNu;
    return spec;
}

/// How many levels there are, where it is no power of two.
ParamSpec levelsParam()
{
    ParamSpec spec;
    spec.id = levelsId;
    spec.title = BW_TR_NOOP("core", "Levels");
    spec.help = BW_TR_NOOP("core", "0 for as many as the bits have; fewer pay off when the codes are compressed.");
    spec.type = ParamSpec::Type::Int;
    spec.min = 0;
    spec.max = static_cast<double>(mostLevels);
    spec.step = 1;
    spec.defaultValue = std::int64_t { 0 };
    return spec;
}

/// Levels as bits, the fewest digits that say which number is meant: "3.46" for 11.
std::string fractionalBits(std::int64_t levels)
{
    const double bits = std::log2(static_cast<double>(levels));
    std::string text;
    for (int digits = 3; digits <= 17; ++digits) {
        text = toTextRounded(bits, digits);
        if (std::llround(std::exp2(parseDouble(text).value_or(0))) == levels) {
            break;
        }
    }
    return text;
}

/// "4" or "3.46": bits, and levels where they are no power of two.
std::optional<ParamValues> parseSize(std::string_view size)
{
    if (size.find('.') == std::string_view::npos) {
        auto params = parseBits(std::string(prefix) + std::string(size), prefix);
        if (params) {
            params->insert({ levelsId, std::int64_t { 0 } });
        }
        return params;
    }
    const auto bits = parseDouble(size);
    if (!bits || !(*bits > 0 && *bits < 32) || size.front() == '.' || size.front() == '+') {
        return std::nullopt;
    }
    const std::int64_t levels = std::llround(std::exp2(*bits));
    const auto whole = static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(levels - 1)));
    const bool isPower = levels == std::int64_t { 1 } << whole;
    return ParamValues { { "bits", whole }, { levelsId, isPower ? 0 : levels } };
}

/// One of the words between the brackets: "normal", "t:7", "sym".
bool readWord(std::string_view word, ParamValues& params)
{
    if (word == symmetric || word == asymmetric) {
        params[zeroId] = std::string(word);
    } else if (word == normal || word == laplace || word == fitted) {
        params[densityId] = std::string(word);
    } else if (word.starts_with("t:")) {
        const auto nu = parseDouble(word.substr(2));
        if (!nu) {
            return false;
        }
        params[densityId] = std::string(student);
        params[nuId] = *nu;
    } else {
        return false;
    }
    return true;
}

/// "crd4(normal)", "crd3.46(t:7,sym)"; without brackets: normal.
std::optional<ParamValues> parseElement(std::string_view element)
{
    const auto open = element.find('(');
    if (!element.starts_with(prefix)) {
        return std::nullopt;
    }
    const auto skip = std::string_view(prefix).size();
    auto params = parseSize(element.substr(skip, open == std::string_view::npos ? open : open - skip));
    if (!params) {
        return std::nullopt;
    }
    params->insert({ { densityId, std::string(normal) }, { nuId, usualNu }, { zeroId, std::string(asymmetric) } });
    if (open == std::string_view::npos) {
        return params;
    }
    auto rest = element.substr(open + 1);
    if (!rest.ends_with(')')) {
        return std::nullopt;
    }
    rest.remove_suffix(1);
    while (true) {
        const auto comma = rest.find(',');
        const auto word = rest.substr(0, comma);
        if (!readWord(word, *params)) {
            throw Error(ErrorKind::BadInput,
                BW_TR_NOOP("core", "\"%1\" is no density; normal, laplace, t:7 and fit are possible, and sym or asym"),
                printable(word));
        }
        if (comma == std::string_view::npos) {
            return params;
        }
        rest.remove_prefix(comma + 1);
    }
}

std::string elementText(const ParamValues& params)
{
    const auto density = wordParam(params, densityId, "");
    const auto levels = intParam(params, levelsId, 0);
    return (levels == 0 ? bitsText(prefix, params) : prefix + fractionalBits(levels)) + "(" + density
        + (density == student ? ":" + toText(nuOf(params)) : "")
        + (wordParam(params, zeroId, "") == symmetric ? ",sym)" : ")");
}

std::vector<Problem> validateCrd(const QuantFormat& format)
{
    if (wordParam(format.params, densityId, "") != student && nuOf(format.params) != usualNu) {
        return { { nuId,
            { BW_TR_NOOP("core", "only Student-t has degrees of freedom; leave %1"), { toText(usualNu) } } } };
    }
    const auto levels = intParam(format.params, levelsId, 0);
    const int bits = bitsOf(format.params);
    if (levels != 0 && (levels <= 1 << (bits - 1) || levels >= 1 << bits)) {
        return { { levelsId,
            { BW_TR_NOOP("core", "%1 bits have more than %2 and fewer than %3 levels, or 0 for all, not %4"),
                { toText(bits), toText(1 << (bits - 1)), toText(1 << bits), toText(levels) } } } };
    }
    return {};
}

std::shared_ptr<const Codec> fit(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    if (isOpen(format.params)) {
        const auto resolved = withFittedDensity(format, fitDistribution(matrix, ctx.sub(0, 0.3)));
        return fitGridCodec(resolved, gridOf(resolved), bitsOf(resolved.params), matrix, ctx.sub(0.3, 1));
    }
    return fitGridCodec(format, gridOf(format), bitsOf(format.params), matrix, ctx);
}

std::shared_ptr<const Codec> restore(
    const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts)
{
    if (isOpen(format.params)) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "the quantized tensor's format \"%1\" does not say its density"), formatText(format));
    }
    return restoreGridCodec(format, gridOf(format), bitsOf(format.params), shape, sideParts);
}
} // namespace

extern const FormatFamily crdFamily;
/// Orr, Ribar and Luschi, "Optimal Formats for Weight Quantisation", arXiv 2505.12988. The fitted density is that of
/// all the tensor's weights; the resolved format says which it is.
const FormatFamily crdFamily {
    .id = "crd",
    .title = BW_TR_NOOP("core", "Cube-root density"),
    .explanation = BW_TR_NOOP("core",
        "The codebook of theory for weights of a known distribution: levels as dense as the cube root of the "
        "distribution."),
    .schema = { bitsParam(2, 8), levelsParam(),
        choiceParam(densityId, BW_TR_NOOP("core", "Distribution"),
            BW_TR_NOOP("core", "Of the weights the levels are made for."), { normal, laplace, student, fitted },
            { BW_TR_NOOP("core", "Normal"), BW_TR_NOOP("core", "Laplace"), BW_TR_NOOP("core", "Student-t"),
                BW_TR_NOOP("core", "fitted to the layer") }),
        nuParam(),
        choiceParam(zeroId, BW_TR_NOOP("core", "Zero"),
            BW_TR_NOOP("core", "Whether 0 is a level, or all levels are pairs about it."), { asymmetric, symmetric },
            { BW_TR_NOOP("core", "is a level"), BW_TR_NOOP("core", "lies between levels") }) },
    .examples = { "crd4(normal)/b64", "crd4(t:7)/b128", "crd3(normal,sym)/t:rms", "crd4(laplace)/c:search",
        "crd2(t:3,sym)/b32:f16", "crd8(normal)/b64", "crd5(laplace,sym)/t", "crd4(t:7)/b128:signmax",
        "crd3(normal)/b64:signmax:e4m3", "crd4(fit)/b64", "crd3(fit,sym)/t:rms", "crd3.46(normal)/t:rms",
        "crd2.58(t:5,sym)/b128" },
    .levelsFamily = "levels",
    .tolerance = 0.12,
    .parseElement = parseElement,
    .elementText = elementText,
    .validate = validateCrd,
    .codeBits = bitsOf,
    .fit = fit,
    .restore = restore,
};

} // namespace bw
