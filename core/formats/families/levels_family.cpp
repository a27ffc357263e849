#include "core/formats/families/family_support.h"

#include <algorithm>

namespace bw {

namespace {
constexpr double largestLevel = 1e6;
constexpr std::size_t mostLevels = 256;

std::vector<double> levelsOf(const ParamValues& params)
{
    const auto found = params.find("levels");
    const auto* list = found == params.end() ? nullptr : std::get_if<std::vector<double>>(&found->second);
    return list == nullptr ? std::vector<double> {} : *list;
}

std::vector<float> floatsOf(const ParamValues& params)
{
    std::vector<float> levels;
    for (const double level : levelsOf(params)) {
        levels.push_back(static_cast<float>(level));
    }
    return levels;
}

ParamSpec levelsParam()
{
    ParamSpec spec;
    spec.id = "levels";
    spec.title = BW_TR_NOOP("core", "Levels");
    spec.help = BW_TR_NOOP("core", "Ascending numbers; a scale stretches them to the weights.");
    spec.type = ParamSpec::Type::RealList;
    spec.min = -largestLevel;
    spec.max = largestLevel;
    spec.step = 0.01;
    spec.defaultValue = std::vector<double> { -1, -0.5, 0, 0.5, 1 };
    spec.minItems = 2;
    spec.maxItems = mostLevels;
    return spec;
}

std::optional<ParamValues> parseElement(std::string_view element)
{
    constexpr std::string_view name = "levels(";
    if (!element.starts_with(name)) {
        return std::nullopt;
    }
    if (!element.ends_with(')')) {
        throw Error(
            ErrorKind::BadInput, BW_TR_NOOP("core", "\"%1\" lacks its closing parenthesis"), printable(element));
    }
    auto rest = element.substr(name.size(), element.size() - name.size() - 1);
    std::vector<double> levels;
    while (true) {
        const auto comma = std::min(rest.find(','), rest.size());
        const auto number = parseDouble(rest.substr(0, comma));
        if (!number) {
            throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "level \"%1\" is not a number"),
                printable(rest.substr(0, comma)));
        }
        levels.push_back(*number);
        if (comma == rest.size()) {
            return ParamValues { { "levels", std::move(levels) } };
        }
        rest.remove_prefix(comma + 1);
    }
}

std::string elementText(const ParamValues& params)
{
    return "levels(" + paramText(levelsOf(params)) + ")";
}

std::vector<Problem> validateLevels(const QuantFormat& format)
{
    const auto levels = levelsOf(format.params);
    const auto floats = floatsOf(format.params);
    for (std::size_t i = 0; i + 1 < floats.size(); ++i) {
        if (!(floats[i] < floats[i + 1])) {
            return { { "levels",
                { BW_TR_NOOP("core", "levels must ascend in float32: %1 is followed by %2"),
                    { toText(levels[i]), toText(levels[i + 1]) } } } };
        }
    }
    return {};
}

UnitGrid gridOf(const QuantFormat& format)
{
    return UnitGrid::codebook(floatsOf(format.params));
}
int codeBits(const ParamValues& params)
{
    return bitsForLevels(std::max<std::size_t>(2, levelsOf(params).size()));
}

std::shared_ptr<const Codec> fit(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    return fitGridCodec(format, gridOf(format), codeBits(format.params), matrix, ctx);
}

std::shared_ptr<const Codec> restore(
    const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts)
{
    return restoreGridCodec(format, gridOf(format), codeBits(format.params), shape, sideParts);
}
} // namespace

extern const FormatFamily levelsFamily;
/// The scale is absmax / min(-lowest, highest), or absmax over the one end that has the sign of the data to be kept.
const FormatFamily levelsFamily {
    .id = "levels",
    .title = BW_TR_NOOP("core", "Own codebook"),
    .explanation
    = BW_TR_NOOP("core", "The levels you draw, times a scale; each weight goes to the nearest, ties to the lower."),
    .schema = { levelsParam() },
    .examples = { "levels(-1,-0.66,-0.33,-0.1,0,0.1,0.33,0.66,1)/c", "levels(-1,-0.3,0,0.4,1)/t",
        "levels(-1,1)/b32:search", "levels(0,0.5,1)/c",
        "levels(-7.5,-6.5,-5.5,-4.5,-3.5,-2.5,-1.5,-0.5,0.5,1.5,2.5,3.5,4.5,5.5,6.5,7.5)/b64:f32" },
    .canSetLevels = true,
    .levelsFamily = "levels",
    .tolerance = 0.3,
    .parseElement = parseElement,
    .elementText = elementText,
    .validate = validateLevels,
    .codeBits = codeBits,
    .fit = fit,
    .restore = restore,
};

} // namespace bw
