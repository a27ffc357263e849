#include "core/formats/families/family_support.h"

#include "core/base/parallel.h"
#include "core/exponent/exponent_search.h"
#include "core/exponent/exponent_solver.h"
#include "core/exponent/power_errors.h"
#include "core/exponent/power_grid.h"
#include "core/formats/group_scales.h"
#include "core/formats/tables_codec.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
constexpr const char* exponentId = "a";
constexpr const char* scopeId = "scope";
constexpr const char* perLayer = "layer";
constexpr const char* perChannel = "channel";
constexpr const char* perModel = "model";
constexpr const char* exponentsPart = "exponents";
constexpr const char* exponentStore = "bf16";

/// Nothing if it is to be searched.
std::optional<double> exponentOf(const ParamValues& params)
{
    const auto found = params.find(exponentId);
    if (found == params.end()) {
        return std::nullopt;
    }
    const auto* number = std::get_if<double>(&found->second);
    return number == nullptr ? std::nullopt : std::optional(*number);
}

std::string scopeOf(const ParamValues& params)
{
    return wordParam(params, scopeId, perLayer);
}

ParamSpec exponentParam()
{
    ParamSpec spec;
    spec.id = exponentId;
    spec.title = BW_TR_NOOP("core", "Exponent");
    spec.help = BW_TR_NOOP("core", "Below 1, levels crowd around zero, where most weights are; 1 is the uniform grid.");
    spec.type = ParamSpec::Type::Real;
    spec.min = minExponent;
    spec.max = maxExponent;
    spec.step = 0.01;
    spec.canBeSearched = true;
    return spec;
}

ParamSpec scopeParam()
{
    ParamSpec spec;
    spec.id = scopeId;
    spec.title = BW_TR_NOOP("core", "Exponent per");
    spec.help = BW_TR_NOOP("core", "What shares a searched exponent; without effect when the exponent is given.");
    spec.type = ParamSpec::Type::Choice;
    spec.defaultValue = std::string(perLayer);
    spec.choices = { perLayer, perChannel, perModel };
    spec.choiceTitles = { BW_TR_NOOP("core", "layer"), BW_TR_NOOP("core", "channel"), BW_TR_NOOP("core", "model") };
    return spec;
}

/// Reads "a=0.5" or "scope=channel".
void parseArgument(std::string_view argument, ParamValues& params)
{
    const auto equals = std::min(argument.find('='), argument.size());
    const auto name = argument.substr(0, equals);
    const auto value = argument.substr(std::min(equals + 1, argument.size()));
    const bool isExponent = name == exponentId;
    if (!isExponent && name != scopeId) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "unknown argument \"%1\": a power grid takes a=0.5 and scope=layer, channel or model"),
            printable(argument));
    }
    if (params.contains(std::string(name))) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "the argument \"%1\" is given twice"), printable(name));
    }
    if (!isExponent) {
        params[scopeId] = std::string(value);
    } else if (value == paramText(std::monostate {})) {
        params[exponentId] = std::monostate {};
    } else if (const auto number = parseDouble(value)) {
        params[exponentId] = *number;
    } else {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "the exponent \"%1\" is not a number"), printable(value));
    }
}

std::optional<ParamValues> parseElement(std::string_view element)
{
    const auto open = std::min(element.find('('), element.size());
    auto params = parseBits(element.substr(0, open), "pow");
    if (!params || open == element.size()) {
        return params;
    }
    if (!element.ends_with(')')) {
        throw Error(
            ErrorKind::BadInput, BW_TR_NOOP("core", "\"%1\" lacks its closing parenthesis"), printable(element));
    }
    auto rest = element.substr(open + 1, element.size() - open - 2);
    while (true) {
        const auto comma = std::min(rest.find(','), rest.size());
        parseArgument(rest.substr(0, comma), *params);
        if (comma == rest.size()) {
            return params;
        }
        rest.remove_prefix(comma + 1);
    }
}

std::string elementText(const ParamValues& params)
{
    std::string arguments;
    if (const auto a = exponentOf(params)) {
        arguments = std::string(exponentId) + "=" + toText(*a);
    }
    if (const auto scope = scopeOf(params); scope != perLayer) {
        arguments += (arguments.empty() ? "" : ",") + std::string(scopeId) + "=" + scope;
    }
    return bitsText("pow", params) + (arguments.empty() ? "" : "(" + arguments + ")");
}

/// The format with its exponent given.
QuantFormat withExponent(QuantFormat format, double a)
{
    format.params[exponentId] = a;
    format.params[scopeId] = std::string(perLayer);
    return format;
}

std::shared_ptr<const Codec> fitOneExponent(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    const int bits = bitsOf(format.params);
    const SortedMagnitudes magnitudes(matrix, format.scaling, bits, ctx.sub(0, 0.8));
    const SortedMagnitudes* const all[] = { &magnitudes };
    const double a = searchExponent(all, bits, ExponentSolver::NelderMead, ctx.sub(0.8, 1)).optimum;
    const auto resolved = withExponent(format, a);
    if (format.scaling.rule == searchRule) {
        return fitGridCodec(resolved, powerGrid(bits, a), bits, matrix, ctx);
    }
    const auto scales = magnitudes.scales();
    return makeGridCodec(
        resolved, Groups(matrix.shape, format.scaling), powerGrid(bits, a), bits, { scales.begin(), scales.end() });
}

/// Every row has a grid of its own, also where all rows share a scale.
std::shared_ptr<const Codec> makeChannelCodec(
    const QuantFormat& format, const Shape& shape, std::vector<float> scales, std::span<const float> exponents)
{
    Scaling scaling = format.scaling;
    const int bits = bitsOf(format.params);
    CodeTables tables { (std::size_t { 1 } << bits) - 1, {}, {}, true };
    for (const float a : exponents) {
        tables.add(powerGrid(bits, static_cast<double>(a)));
    }
    auto parts = scaleParts(scaling, Groups(shape, scaling).arrayShape(), scales);
    parts.push_back(
        storedPart(exponentsPart, exponentStore, { static_cast<std::int64_t>(exponents.size()) }, exponents));
    if (scaling.granularity == Granularity::Tensor) {
        scaling.granularity = Granularity::Channel;
        scales.resize(exponents.size(), scales.empty() ? 0.0F : scales.front());
    }
    Groups groups(shape, scaling);
    return makeTablesCodec(format, std::move(groups), bits, std::move(tables), std::move(scales), std::move(parts));
}

/// Rows of a matrix as the codec sees them, each with the groups it has.
struct Rows
{
    Rows(const Shape& shape, const Scaling& scaling)
        : rowScaling(scaling)
    {
        const std::uint64_t values = elementCount(shape);
        count = values == 0 ? 0 : shape.size() >= 2 ? static_cast<std::uint64_t>(shape.front()) : 1;
        length = count == 0 ? 0 : values / count;
    }
    TensorView view(const TensorView& matrix, std::uint64_t row) const
    {
        return matrix.part(row * length, length, { 1, static_cast<std::int64_t>(length) });
    }
    Groups groups() const { return { { 1, static_cast<std::int64_t>(length) }, rowScaling }; }

    Scaling rowScaling;
    std::uint64_t count = 0;
    std::uint64_t length = 0;
};

double bestRowExponent(const PowerErrors& errors, int bits, const JobContext& ctx)
{
    ExponentErrors visited;
    const double signal = errors.squaredSignal();
    const auto error = [&](double a) {
        ctx.checkpoint();
        return errors.squaredError(a, bits);
    };
    return signal > 0 ? static_cast<double>(
               roundToStore(exponentStore, bestExponent(error, bits, ExponentSolver::NelderMead, visited)))
                      : 1.0;
}

/// Each row's exponent is searched under the scales of the whole layer's best exponent; then, if each row has scales of
/// its own and they are searched, they are searched anew for the row's grid.
std::shared_ptr<const Codec> fitChannels(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    const int bits = bitsOf(format.params);
    const SortedMagnitudes layer(matrix, format.scaling, bits, ctx);
    std::vector<float> scales(layer.scales().begin(), layer.scales().end());
    const Rows rows(matrix.shape, format.scaling);
    std::vector<float> exponents(static_cast<std::size_t>(rows.count), 1.0F);
    const bool sharesScale = format.scaling.granularity == Granularity::Tensor;
    parallelBlocks(rows.count, 1, ctx, [&](std::uint64_t row, std::uint64_t) {
        const auto view = rows.view(matrix, row);
        const auto groups = rows.groups();
        const auto own = std::span(scales).subspan(sharesScale ? 0 : row * groups.count(), groups.count());
        const double a = bestRowExponent(PowerErrors(view, groups, own, ctx), bits, ctx);
        exponents[row] = static_cast<float>(a);
        if (!sharesScale && format.scaling.rule == searchRule) {
            const auto better = chooseScales(view, groups, beforeUnit(format.scaling), powerGrid(bits, a), ctx);
            std::copy(better.begin(), better.end(), own.begin());
        }
    });
    return makeChannelCodec(format, matrix.shape, inUnits(std::move(scales), format.scaling), exponents);
}

bool isPerChannel(const QuantFormat& format)
{
    return !exponentOf(format.params) && scopeOf(format.params) == perChannel;
}

std::shared_ptr<const Codec> fit(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    if (const auto a = exponentOf(format.params)) {
        return fitGridCodec(format, powerGrid(bitsOf(format.params), *a), bitsOf(format.params), matrix, ctx);
    }
    return isPerChannel(format) ? fitChannels(format, matrix, ctx) : fitOneExponent(format, matrix, ctx);
}

std::shared_ptr<const Codec> restore(
    const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts)
{
    const int bits = bitsOf(format.params);
    if (const auto a = exponentOf(format.params)) {
        return restoreGridCodec(format, powerGrid(bits, *a), bits, shape, sideParts);
    }
    if (!isPerChannel(format)) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "the quantized tensor's format \"%1\" does not say its exponent"), formatText(format));
    }
    const auto exponents = readStoredPart(sideParts, exponentsPart, exponentStore, Rows(shape, format.scaling).count);
    const auto isUsable
        = [](float a) { return a >= static_cast<float>(minExponent) && a <= static_cast<float>(maxExponent); };
    if (!std::all_of(exponents.begin(), exponents.end(), isUsable)) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "an exponent of the quantized tensor is not between %1 and %2"), toText(minExponent),
            toText(maxExponent));
    }
    auto scales
        = readScales(sideParts, format.scaling, Groups(shape, format.scaling).count(), powerGrid(bits, 1).reach());
    return makeChannelCodec(format, shape, std::move(scales), exponents);
}

QuantFormat fitModel(const QuantFormat& format, std::span<const TensorView> matrices, const JobContext& ctx)
{
    if (exponentOf(format.params) || scopeOf(format.params) != perModel) {
        return format;
    }
    const int bits = bitsOf(format.params);
    std::vector<SortedMagnitudes> prepared;
    std::vector<const SortedMagnitudes*> all;
    prepared.reserve(matrices.size());
    for (const auto& matrix : matrices) {
        all.push_back(&prepared.emplace_back(matrix, format.scaling, bits, ctx));
    }
    return withExponent(format, searchExponent(all, bits, ExponentSolver::NelderMead, ctx).optimum);
}
} // namespace

extern const FormatFamily powFamily;
/// Code q + L, L = 2^(b-1)-1, stands for sgn(q)·L·(|q|/L)^(1/a)·scale with scale = absmax/L: with a = 1 the codes and
/// scales are those of symmetric integers. The exponent is part of the format's text; per channel it is the side part
/// "exponents" (bfloat16, counted).
const FormatFamily powFamily {
    .id = "pow",
    .title = BW_TR_NOOP("core", "Power function"),
    .explanation = BW_TR_NOOP("core",
        "Rounds sgn(w)·|w|^a on a uniform grid (PowerQuant): one exponent moves the levels towards zero or apart."),
    .schema = { bitsParam(2, 8), exponentParam(), scopeParam() },
    .examples = { "pow4/c", "pow4(a=0.5)/t", "pow2/b32", "pow3(scope=channel)/c", "pow4(scope=channel)/t",
        "pow4(scope=model)/c", "pow8/c:search", "pow4(scope=channel)/b64:search:f32", "pow3(a=2)/c:clip0.8:f16" },
    .takesAllRules = false,
    .isOdd = true,
    .exponentParam = exponentId,
    .levelsFamily = "levels",
    .tolerance = 0.15,
    .parseElement = parseElement,
    .elementText = elementText,
    .codeBits = bitsOf,
    .fit = fit,
    .restore = restore,
    .fitModel = fitModel,
};

} // namespace bw
