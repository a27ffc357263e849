#include "core/formats/families/family_support.h"

#include "core/base/job_context.h"
#include "core/formats/group_scales.h"
#include "core/gguf/block_type.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bw {

namespace {
constexpr const char* typeParam = "type";
/// Blocks whose scales the typical one is chosen from, spread over the tensor.
constexpr std::uint64_t sampledBlocks = 256;

std::string typeIdOf(const ParamValues& params)
{
    const auto found = params.find(typeParam);
    const auto* word = found == params.end() ? nullptr : std::get_if<std::string>(&found->second);
    return word == nullptr ? "" : *word;
}

const GgufBlockType& typeOf(const QuantFormat& format)
{
    return *ggufBlockTypes().find(typeIdOf(format.params));
}

QuantFormat formatOf(const QuantFormat& like, const GgufBlockType& type)
{
    QuantFormat format = like;
    format.params[typeParam] = std::string(type.id);
    return format;
}

/// Weights of a row, which blocks may not cross.
std::uint64_t rowLength(const Shape& shape)
{
    const std::uint64_t count = elementCount(shape);
    return shape.size() < 2 || count == 0 ? count : count / static_cast<std::uint64_t>(shape.front());
}

bool fits(const GgufBlockType& type, const Shape& shape)
{
    return rowLength(shape) % static_cast<std::uint64_t>(type.blockLength) == 0;
}

/// Where llama.cpp turns to when rows are no whole number of blocks: the type's relative with blocks of 32, and half
/// precision where that does not fit either.
std::optional<FormatFallback> fallback(const QuantFormat& format, const Shape& shape)
{
    const auto& type = typeOf(format);
    if (fits(type, shape)) {
        return std::nullopt;
    }
    const auto* other = type.fallback.empty() ? nullptr : ggufBlockTypes().find(type.fallback);
    FormatFallback result;
    result.format = other != nullptr && fits(*other, shape) ? formatOf(format, *other) : parseFormat("f16");
    result.reason = Text(BW_TR_NOOP("core", "rows of %1 weights are not whole blocks of %2: %3 takes the place of %4"),
        { toText(rowLength(shape)), toText(type.blockLength), formatText(result.format), std::string(type.id) });
    return result;
}

[[noreturn]] void refuse(ErrorKind kind, const QuantFormat& format, const Shape& shape)
{
    throw Error(kind,
        BW_TR_NOOP("core", "%1 takes rows of whole blocks of %2 weights, and these have %3: use %4 for them"),
        std::string(typeOf(format).id), toText(typeOf(format).blockLength), toText(rowLength(shape)),
        formatText(fallback(format, shape)->format));
}

Grid gridOf(const GgufBlockType& type, const GgufScale& scale)
{
    Grid grid;
    for (const float level : type.levels) {
        const float value = scale.scale * level + scale.offset;
        if (std::isfinite(value)) {
            grid.levels.push_back(static_cast<double>(value));
        }
    }
    std::sort(grid.levels.begin(), grid.levels.end());
    grid.levels.erase(std::unique(grid.levels.begin(), grid.levels.end()), grid.levels.end());
    for (std::size_t i = 0; i + 1 < grid.levels.size(); ++i) {
        grid.cellEdges.push_back((grid.levels[i] + grid.levels[i + 1]) / 2);
    }
    grid.clipLow = grid.levels.empty() ? 0 : grid.levels.front();
    grid.clipHigh = grid.levels.empty() ? 0 : grid.levels.back();
    return grid;
}

/// The part "codes" is the rows' blocks as a GGUF file has them, scales and all. What the scales are is read from the
/// matrix until there is such a part.
class GgufCodec : public Codec
{
public:
    /// `source`: the matrix, or with `hasCodes` the part.
    GgufCodec(QuantFormat format, std::uint64_t count, TensorView source, bool hasCodes)
        : m_format(std::move(format))
        , m_type(typeOf(m_format))
        , m_count(count)
        , m_source(std::move(source))
        , m_hasCodes(hasCodes)
        , m_typical(m_source.count() == 0 ? 0 : findTypical())
    {
    }

    const QuantFormat& format() const override { return m_format; }
    int codeBits() const override { return 0; }
    int codeCount() const override { return static_cast<int>(m_type.levels.size()); }
    void encode(std::uint64_t, std::span<const float>, std::span<std::uint16_t>) const override { throwNoCodes(); }
    void decode(std::uint64_t, std::span<const std::uint16_t>, std::span<float>) const override { throwNoCodes(); }

    std::vector<std::byte> pack(const TensorView& matrix, const JobContext& ctx) const override
    {
        std::vector<std::byte> blocks(bytesOf(matrix.count()));
        packInBlocks(
            matrix, blocks, ctx, [&](std::uint64_t first, std::span<const float> values, std::span<std::byte> out) {
                ggufEncodeRow(m_type, values, {}, out.subspan(bytesOf(first), bytesOf(values.size())));
            });
        return blocks;
    }

    void unpack(std::uint64_t first, std::span<const std::byte> codes, std::span<float> values) const override
    {
        std::array<float, ggufMaxBlockLength> buffer;
        for (std::size_t at = 0; at < values.size();) {
            const std::uint64_t position = first + at;
            const auto offset = static_cast<std::size_t>(position % length());
            const auto blocks = codes.subspan(bytesOf(position - offset));
            const std::size_t left = values.size() - at;
            if (offset == 0 && left >= length()) {
                const std::size_t whole = left - left % length();
                ggufDecode(m_type, blocks, values.subspan(at, whole));
                at += whole;
            } else {
                const auto block = std::span(buffer).first(length());
                ggufDecode(m_type, blocks, block);
                const auto part = block.subspan(offset, std::min(left, length() - offset));
                std::copy(part.begin(), part.end(), values.begin() + static_cast<std::ptrdiff_t>(at));
                at += part.size();
            }
        }
    }

    std::uint64_t packedBits(std::uint64_t count, std::span<const std::byte>) const override
    {
        return 8 * bytesOf(count);
    }

    void requireCodes(std::uint64_t count, std::span<const std::byte> codes) const override
    {
        requirePartSize("codes", codes.size(), bytesOf(count));
        for (std::size_t at = 0; at < codes.size(); at += static_cast<std::size_t>(m_type.blockBytes)) {
            if (!ggufIsFinite(m_type, codes.data() + at)) {
                throw Error(ErrorKind::BadFile,
                    BW_TR_NOOP("core", "block %1 of the quantized tensor has a scale that is not a usable number"),
                    toText(at / static_cast<std::size_t>(m_type.blockBytes)));
            }
        }
    }
    bool isIdempotent() const override { return m_type.isStable; }
    std::shared_ptr<const Codec> boundTo(const TensorView& codes) const override
    {
        return std::make_shared<GgufCodec>(m_format, m_count, codes, true);
    }

    std::uint64_t groupCount() const override { return m_count / static_cast<std::uint64_t>(m_type.groupLength); }
    Grid grid(std::uint64_t group) const override
    {
        const auto perBlock = static_cast<std::uint64_t>(m_type.groups());
        return gridOf(m_type, scalesOf(group / perBlock)[static_cast<std::size_t>(group % perBlock)]);
    }
    std::uint64_t typicalGroup() const override { return m_typical; }
    std::vector<TensorPart> sideParts() const override { return {}; }
    std::uint64_t sideBits() const override { return 0; }

private:
    using Scales = std::array<GgufScale, ggufMaxGroups>;

    [[noreturn]] static void throwNoCodes()
    {
        throw Error(ErrorKind::Internal, BW_TR_NOOP("core", "weights of block types have no codes of their own"));
    }
    std::size_t length() const { return static_cast<std::size_t>(m_type.blockLength); }
    std::size_t bytesOf(std::uint64_t values) const { return ggufBytes(m_type, static_cast<std::size_t>(values)); }

    Scales scalesOf(std::uint64_t block) const
    {
        Scales scales;
        if (m_hasCodes) {
            m_type.readScales(m_source.bytes.data() + bytesOf(block * length()), scales.data());
            return scales;
        }
        std::array<float, ggufMaxBlockLength> buffer;
        std::array<std::byte, 2 * ggufMaxBlockLength> bytes;
        const auto values = std::span(buffer).first(length());
        m_source.read(block * length(), values);
        ggufEncodeRow(m_type, values, {}, std::span(bytes).first(static_cast<std::size_t>(m_type.blockBytes)));
        m_type.readScales(bytes.data(), scales.data());
        return scales;
    }

    /// The group with the median scale of a sample.
    std::uint64_t findTypical() const
    {
        const std::uint64_t blocks = m_count / length();
        const std::uint64_t taken = std::min(blocks, sampledBlocks);
        const auto groups = static_cast<std::uint64_t>(m_type.groups());
        std::vector<float> scales;
        std::vector<std::uint64_t> numbers;
        for (std::uint64_t i = 0; i < taken; ++i) {
            const std::uint64_t block = i * blocks / taken;
            const auto found = scalesOf(block);
            for (std::uint64_t group = 0; group < groups; ++group) {
                scales.push_back(std::abs(found[static_cast<std::size_t>(group)].scale));
                numbers.push_back(block * groups + group);
            }
        }
        return numbers.empty() ? 0 : numbers[static_cast<std::size_t>(medianIndex(scales))];
    }

    QuantFormat m_format;
    const GgufBlockType& m_type;
    std::uint64_t m_count;
    TensorView m_source;
    bool m_hasCodes;
    std::uint64_t m_typical;
};

std::shared_ptr<const Codec> fit(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    if (!fits(typeOf(format), matrix.shape)) {
        refuse(ErrorKind::BadInput, format, matrix.shape);
    }
    requireFinite(matrix, ctx);
    return std::make_shared<GgufCodec>(format, matrix.count(), matrix, false);
}

std::shared_ptr<const Codec> restore(const QuantFormat& format, const Shape& shape, std::span<const TensorPart>)
{
    if (!fits(typeOf(format), shape)) {
        refuse(ErrorKind::BadFile, format, shape);
    }
    return std::make_shared<GgufCodec>(format, elementCount(shape), TensorView(), true);
}

ParamSpec typeSpec()
{
    ParamSpec spec;
    spec.id = typeParam;
    spec.title = BW_TR_NOOP("core", "Block type");
    spec.help = BW_TR_NOOP("core", "How llama.cpp lays out a block: bits of a weight, and how weights share scales.");
    spec.type = ParamSpec::Type::Choice;
    for (const auto* type : ggufBlockTypes().entries()) {
        spec.choices.emplace_back(type->id);
        spec.choiceTitles.emplace_back(Text(
            BW_TR_NOOP("core", "%1, %2 bits per weight"), { std::string(type->title), toText(type->bitsPerWeight()) }));
        spec.choiceHelps.emplace_back(type->help);
    }
    spec.defaultValue = spec.choices.front();
    return spec;
}

std::optional<ParamValues> parseElement(std::string_view element)
{
    if (ggufBlockTypes().find(element) == nullptr) {
        return std::nullopt;
    }
    return ParamValues { { typeParam, std::string(element) } };
}

std::vector<std::string> examples()
{
    std::vector<std::string> ids;
    for (const auto* type : ggufBlockTypes().entries()) {
        ids.emplace_back(type->id);
    }
    return ids;
}
} // namespace

extern const FormatFamily ggufFamily;
const FormatFamily ggufFamily {
    .id = "gguf",
    .title = BW_TR_NOOP("core", "GGUF blocks"),
    .explanation
    = BW_TR_NOOP("core", "The block types of llama.cpp, bit for bit: 32 to 256 weights of a row with their scales."),
    .schema = { typeSpec() },
    .examples = examples(),
    .hasScaling = false,
    .takesExtras = false,
    .tolerance = 0.09,
    .parseElement = parseElement,
    .elementText = typeIdOf,
    .codeBits = [](const ParamValues&) { return 0; },
    .fit = fit,
    .restore = restore,
    .ggmlType = [](const ParamValues& params) { return ggufBlockTypes().find(typeIdOf(params))->ggmlType; },
    .fallback = fallback,
};

} // namespace bw
