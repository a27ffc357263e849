#include "core/formats/cube_root_density.h"
#include "core/formats/families/family_support.h"
#include "core/formats/groups.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
constexpr const char* prefix = "crd";
constexpr const char* densityId = "density";
constexpr const char* nuId = "nu";
constexpr const char* zeroId = "zero";
constexpr const char* symmetric = "sym";
constexpr const char* asymmetric = "asym";
constexpr const char* student = "t";
constexpr double usualNu = 7;

std::string wordParam(const ParamValues& params, const char* id)
{
    const auto found = params.find(id);
    const auto* word = found == params.end() ? nullptr : std::get_if<std::string>(&found->second);
    return word == nullptr ? std::string() : *word;
}

double nuOf(const ParamValues& params)
{
    const auto found = params.find(nuId);
    const auto* number = found == params.end() ? nullptr : std::get_if<double>(&found->second);
    return number == nullptr ? usualNu : *number;
}

Density densityOf(const ParamValues& params)
{
    const auto word = wordParam(params, densityId);
    const auto kind = word == "laplace" ? DensityKind::Laplace
        : word == student               ? DensityKind::StudentT
                                        : DensityKind::Normal;
    return { kind, nuOf(params) };
}

/// Blocks are divided by their largest magnitude; rows and tensors have too many sizes for a codebook of their own, so
/// theirs is the one for RMS 1, as in the reference.
UnitGrid gridOf(const QuantFormat& format)
{
    const bool hasBlocks = format.scaling.granularity == Granularity::Block && format.scaling.rule != rmsRule;
    const auto zero = wordParam(format.params, zeroId) == symmetric ? ZeroLevel::Symmetric
        : scaleRule(format.scaling.rule).isSigned                   ? ZeroLevel::OneEnded
                                                                    : ZeroLevel::Asymmetric;
    const auto blockSize = hasBlocks ? std::optional<double>(format.scaling.blockSize) : std::nullopt;
    auto grid = UnitGrid::codebook(cubeRootLevels(densityOf(format.params), bitsOf(format.params), zero, blockSize));
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
    spec.min = 3;
    spec.max = 100;
    spec.step = 0.1;
    spec.defaultValue = usualNu;
    return spec;
}

/// One of the words between the brackets: "normal", "t:7", "sym".
bool readWord(std::string_view word, ParamValues& params)
{
    if (word == symmetric || word == asymmetric) {
        params[zeroId] = std::string(word);
    } else if (word == "normal" || word == "laplace") {
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

/// "crd4(normal)", "crd4(t:7,sym)"; without brackets: normal.
std::optional<ParamValues> parseElement(std::string_view element)
{
    const auto open = element.find('(');
    auto params = parseBits(element.substr(0, open), prefix);
    if (!params) {
        return std::nullopt;
    }
    params->insert({ { densityId, std::string("normal") }, { nuId, usualNu }, { zeroId, std::string(asymmetric) } });
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
                BW_TR_NOOP("core", "\"%1\" is no density; normal, laplace and t:7 are possible, and sym or asym"),
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
    const auto density = wordParam(params, densityId);
    return bitsText(prefix, params) + "(" + density + (density == student ? ":" + toText(nuOf(params)) : "")
        + (wordParam(params, zeroId) == symmetric ? ",sym)" : ")");
}

std::vector<Problem> validateCrd(const QuantFormat& format)
{
    if (wordParam(format.params, densityId) != student && nuOf(format.params) != usualNu) {
        return { { nuId,
            { BW_TR_NOOP("core", "only Student-t has degrees of freedom; leave %1"), { toText(usualNu) } } } };
    }
    return {};
}
} // namespace

extern const FormatFamily crdFamily;
/// Orr, Ribar and Luschi, "Optimal Formats for Weight Quantisation", arXiv 2505.12988.
const FormatFamily crdFamily {
    .id = "crd",
    .title = BW_TR_NOOP("core", "Cube-root density"),
    .explanation = BW_TR_NOOP("core",
        "The codebook of theory for weights of a known distribution: levels as dense as the cube root of the "
        "distribution."),
    .schema = { bitsParam(2, 8),
        choiceParam(densityId, BW_TR_NOOP("core", "Distribution"),
            BW_TR_NOOP("core", "Of the weights the levels are made for."), { "normal", "laplace", student },
            { BW_TR_NOOP("core", "Normal"), BW_TR_NOOP("core", "Laplace"), BW_TR_NOOP("core", "Student-t") }),
        nuParam(),
        choiceParam(zeroId, BW_TR_NOOP("core", "Zero"),
            BW_TR_NOOP("core", "Whether 0 is a level, or all levels are pairs about it."), { asymmetric, symmetric },
            { BW_TR_NOOP("core", "is a level"), BW_TR_NOOP("core", "lies between levels") }) },
    .examples = { "crd4(normal)/b64", "crd4(t:7)/b128", "crd3(normal,sym)/t:rms", "crd4(laplace)/c:search",
        "crd2(t:3,sym)/b32:f16", "crd8(normal)/b64", "crd5(laplace,sym)/t", "crd4(t:7)/b128:signmax",
        "crd3(normal)/b64:signmax:e4m3" },
    .levelsFamily = "levels",
    .tolerance = 0.12,
    .parseElement = parseElement,
    .elementText = elementText,
    .validate = validateCrd,
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
