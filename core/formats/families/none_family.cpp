#include "core/formats/families/family_support.h"

#include "core/base/half.h"
#include "core/base/parallel.h"
#include "core/formats/group_scales.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace bw {

namespace {
constexpr const char* typeParam = "type";
constexpr const char* halvesPart = "low_halves";
constexpr int bits = 16;
constexpr std::uint64_t blockValues = 65536;

std::string typeOf(const ParamValues& params)
{
    const auto found = params.find(typeParam);
    const auto* word = found == params.end() ? nullptr : std::get_if<std::string>(&found->second);
    return word == nullptr ? "" : *word;
}

/// Common to the three: no groups, 16-bit codes.
class PlainCodec : public Codec
{
public:
    PlainCodec(QuantFormat format, std::uint64_t count)
        : m_format(std::move(format))
        , m_groups(count > 0 ? 1 : 0)
    {
    }
    const QuantFormat& format() const override { return m_format; }
    int codeBits() const override { return bits; }
    std::uint64_t groupCount() const override { return m_groups; }
    std::uint64_t typicalGroup() const override { return 0; }
    std::vector<TensorPart> sideParts() const override { return {}; }
    std::uint64_t sideBits() const override { return 0; }

private:
    QuantFormat m_format;
    std::uint64_t m_groups;
};

/// A 16-bit float type: the code is the number's own bits, so the packed codes are a plain array of it. Values beyond
/// the type's range become its largest finite value.
class CastCodec : public PlainCodec
{
public:
    using Widen = float (*)(std::uint16_t);
    using Narrow = std::uint16_t (*)(float);
    CastCodec(QuantFormat format, std::uint64_t count, Widen widen, Narrow narrow, std::uint16_t largest)
        : PlainCodec(std::move(format), count)
        , m_widen(widen)
        , m_narrow(narrow)
        , m_largest(largest)
    {
    }

    void encode(std::uint64_t, std::span<const float> values, std::span<std::uint16_t> codes) const override
    {
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::uint16_t code = m_narrow(values[i]);
            const auto magnitude = static_cast<std::uint16_t>(code & 0x7FFFU);
            codes[i] = magnitude > m_largest ? static_cast<std::uint16_t>((code & 0x8000U) | m_largest) : code;
        }
    }
    void decode(std::uint64_t, std::span<const std::uint16_t> codes, std::span<float> values) const override
    {
        std::transform(codes.begin(), codes.end(), values.begin(), m_widen);
    }
    Grid grid(std::uint64_t) const override
    {
        Grid grid;
        for (std::uint32_t magnitude = m_largest; magnitude > 0; --magnitude) {
            grid.levels.push_back(-static_cast<double>(m_widen(static_cast<std::uint16_t>(magnitude))));
        }
        for (std::uint32_t magnitude = 0; magnitude <= m_largest; ++magnitude) {
            grid.levels.push_back(static_cast<double>(m_widen(static_cast<std::uint16_t>(magnitude))));
        }
        for (std::size_t i = 0; i + 1 < grid.levels.size(); ++i) {
            grid.cellEdges.push_back((grid.levels[i] + grid.levels[i + 1]) / 2);
        }
        grid.clipLow = grid.levels.front();
        grid.clipHigh = grid.levels.back();
        return grid;
    }

private:
    Widen m_widen;
    Narrow m_narrow;
    std::uint16_t m_largest;
};

/// float32 kept bit for bit within 16-bit codes: the code is a weight's upper half, the lower halves of all weights are
/// side information. Encoding other values than the fitted ones gives the nearest that share the stored lower half.
class HalvesCodec : public PlainCodec
{
public:
    /// `low`: 16 bits each.
    HalvesCodec(QuantFormat format, TensorView low)
        : PlainCodec(std::move(format), low.count())
        , m_low(std::move(low))
    {
    }

    void encode(std::uint64_t first, std::span<const float> values, std::span<std::uint16_t> codes) const override
    {
        for (std::size_t i = 0; i < values.size(); ++i) {
            codes[i] = upperHalf(values[i], lower(first + i));
        }
    }
    void decode(std::uint64_t first, std::span<const std::uint16_t> codes, std::span<float> values) const override
    {
        for (std::size_t i = 0; i < codes.size(); ++i) {
            values[i] = joined(codes[i], lower(first + i));
        }
    }
    Grid grid(std::uint64_t) const override { return {}; }
    std::vector<TensorPart> sideParts() const override { return { { halvesPart, m_low } }; }
    std::uint64_t sideBits() const override { return bits * m_low.count(); }

private:
    std::uint16_t lower(std::uint64_t position) const
    {
        std::uint16_t half = 0;
        std::memcpy(&half, m_low.bytes.data() + position * sizeof(half), sizeof(half));
        return half;
    }
    static float joined(std::uint32_t upper, std::uint16_t lower) { return std::bit_cast<float>(upper << 16 | lower); }
    static std::uint16_t upperHalf(float value, std::uint16_t lower)
    {
        const auto number = std::bit_cast<std::uint32_t>(value);
        const std::uint32_t upper = number >> 16;
        if ((number & 0xFFFFU) == lower) {
            return static_cast<std::uint16_t>(upper);
        }
        const std::uint32_t sign = upper & 0x8000U;
        const auto magnitude = static_cast<int>(upper & 0x7FFFU);
        std::uint32_t best = upper;
        for (const int candidate : { magnitude - 1, magnitude + 1 }) {
            const auto other = sign | static_cast<std::uint32_t>(std::clamp(candidate, 0, 0x7F7F));
            best = std::abs(joined(other, lower) - value) < std::abs(joined(best, lower) - value) ? other : best;
        }
        return static_cast<std::uint16_t>(best);
    }

    TensorView m_low;
};

std::shared_ptr<const Codec> castCodec(const QuantFormat& format, std::uint64_t count)
{
    if (typeOf(format.params) == "f16") {
        return std::make_shared<CastCodec>(format, count, halfToFloat, floatToHalf, 0x7BFF);
    }
    return std::make_shared<CastCodec>(
        format, count, [](std::uint16_t code) { return bfloatToFloat(code); },
        [](float value) { return floatToBfloat(value); }, 0x7F7F);
}

std::shared_ptr<const Codec> fit(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    requireFinite(matrix, ctx);
    if (typeOf(format.params) != "f32") {
        return castCodec(format, matrix.count());
    }
    std::vector<std::byte> low(static_cast<std::size_t>(matrix.count()) * sizeof(std::uint16_t));
    parallelBlocks(matrix.count(), blockValues, ctx, [&](std::uint64_t first, std::uint64_t last) {
        FloatChunks chunks(matrix);
        for (std::uint64_t at = first; at < last; at += FloatChunks::chunkSize) {
            for (const float value : chunks.values(at, std::min<std::uint64_t>(last, at + FloatChunks::chunkSize))) {
                const auto half = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) & 0xFFFFU);
                std::memcpy(low.data() + first++ * sizeof(half), &half, sizeof(half));
            }
        }
    });
    return std::make_shared<HalvesCodec>(
        format, makeTensor(DType::U16, { static_cast<std::int64_t>(matrix.count()) }, std::move(low)));
}

std::shared_ptr<const Codec> restore(
    const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts)
{
    const std::uint64_t count = elementCount(shape);
    if (typeOf(format.params) != "f32") {
        return castCodec(format, count);
    }
    const TensorPart* part = findPart(sideParts, halvesPart);
    if (part == nullptr || part->data.dtype != DType::U16 || part->data.bytes.size() != 2 * count) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "\"%1\" of the quantized tensor must be %2 bytes"),
            halvesPart, toText(2 * count));
    }
    return std::make_shared<HalvesCodec>(format, part->data);
}

ParamSpec typeSpec()
{
    ParamSpec spec;
    spec.id = typeParam;
    spec.title = BW_TR_NOOP("core", "Type");
    spec.help = BW_TR_NOOP("core", "The float type weights are stored in.");
    spec.type = ParamSpec::Type::Choice;
    spec.defaultValue = std::string("bf16");
    spec.choices = { "f32", "f16", "bf16" };
    spec.choiceTitles = { BW_TR_NOOP("core", "single precision"), BW_TR_NOOP("core", "half precision"),
        BW_TR_NOOP("core", "bfloat16") };
    return spec;
}

int ggmlTypeOf(const ParamValues& params)
{
    const auto type = typeOf(params);
    return type == "f32" ? 0 : type == "f16" ? 1 : 30;
}

std::optional<ParamValues> parseElement(std::string_view element)
{
    const auto types = typeSpec().choices;
    if (std::find(types.begin(), types.end(), element) == types.end()) {
        return std::nullopt;
    }
    return ParamValues { { typeParam, std::string(element) } };
}
} // namespace

extern const FormatFamily noneFamily;
const FormatFamily noneFamily {
    .id = "none",
    .title = BW_TR_NOOP("core", "Not quantized"),
    .explanation = BW_TR_NOOP("core", "Weights stay floating-point numbers, rounded to the type chosen."),
    .schema = { typeSpec() },
    .examples = { "bf16", "f16", "f32" },
    .hasScale = false,
    .hasScaling = false,
    .takesExtras = false,
    .tolerance = 0.002,
    .parseElement = parseElement,
    .elementText = typeOf,
    .codeBits = [](const ParamValues&) { return bits; },
    .fit = fit,
    .restore = restore,
    .ggmlType = ggmlTypeOf,
};

} // namespace bw
