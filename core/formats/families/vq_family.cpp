#include "core/base/bit_stream.h"
#include "core/base/checked_math.h"
#include "core/base/error.h"
#include "core/formats/families/family_support.h"
#include "core/formats/group_scales.h"
#include "core/formats/vector_codebook.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace bw {

namespace {
constexpr const char* lengthId = "length";
constexpr const char* bitsId = "entry_bits";
constexpr const char* codebookPart = "codebook";
constexpr const char* codebookStore = "f16";
constexpr std::size_t trainingVectors = std::size_t { 1 } << 20;
constexpr std::size_t chunkVectors = 512;
/// Weights beyond are as good as there: half precision ends at 65504.
constexpr float farthest = 60000;

int lengthOf(const ParamValues& params)
{
    return static_cast<int>(intParam(params, lengthId, 2));
}
int entryBits(const ParamValues& params)
{
    return static_cast<int>(intParam(params, bitsId, 8));
}

ParamSpec wholeParam(const char* id, Text title, Text help, int min, int max, int usual)
{
    ParamSpec spec;
    spec.id = id;
    spec.title = std::move(title);
    spec.help = std::move(help);
    spec.type = ParamSpec::Type::Int;
    spec.min = min;
    spec.max = max;
    spec.step = 1;
    spec.defaultValue = std::int64_t { usual };
    return spec;
}

/// "vq2x8"
std::optional<ParamValues> parseElement(std::string_view element)
{
    const auto cross = element.find('x');
    if (!element.starts_with("vq") || cross == std::string_view::npos) {
        return std::nullopt;
    }
    const auto length = parseInt(element.substr(2, cross - 2));
    const auto bits = parseInt(element.substr(cross + 1));
    return length && bits ? std::optional(ParamValues { { lengthId, *length }, { bitsId, *bits } }) : std::nullopt;
}

/// Vectors follow one another through the whole matrix; every weight is divided by the scale of its own group first.
class VectorCodec : public Codec
{
public:
    VectorCodec(const QuantFormat& format, Groups groups, std::vector<float> scales, std::vector<float> entries)
        : m_format(format)
        , m_groups(std::move(groups))
        , m_scales(std::move(scales))
        , m_codebook(static_cast<std::size_t>(lengthOf(format.params)), std::move(entries))
        , m_bits(entryBits(format.params))
        , m_parts(scaleParts(format.scaling, m_groups.arrayShape(), m_scales))
        , m_typicalGroup(medianIndex(m_scales))
    {
        m_parts.push_back(storedPart(codebookPart, codebookStore,
            { static_cast<std::int64_t>(m_codebook.size()), static_cast<std::int64_t>(m_codebook.length()) },
            m_codebook.entries()));
    }

    const QuantFormat& format() const override { return m_format; }
    int codeBits() const override { return 0; }
    void encode(std::uint64_t, std::span<const float>, std::span<std::uint16_t>) const override { noCodes(); }
    void decode(std::uint64_t, std::span<const std::uint16_t>, std::span<float>) const override { noCodes(); }

    std::vector<std::byte> pack(const TensorView& matrix, const JobContext& ctx) const override
    {
        std::vector<std::byte> packed(static_cast<std::size_t>(packedBytes(vectorCount(matrix.count()), m_bits)));
        packInBlocks(
            matrix, packed, ctx, [&](std::uint64_t first, std::span<const float> values, std::span<std::byte> out) {
                packValues(first, values, out, ctx);
            });
        return packed;
    }

    void unpack(std::uint64_t first, std::span<const std::byte> packed, std::span<float> values) const override
    {
        const std::uint64_t length = m_codebook.length();
        std::array<std::uint16_t, chunkVectors> codes;
        for (std::size_t done = 0; done < values.size();) {
            const std::uint64_t vector = (first + done) / length;
            const auto offset = static_cast<std::size_t>(first + done - vector * length);
            const std::size_t wanted = (values.size() - done + offset + length - 1) / length;
            const auto part = std::span(codes).first(std::min(chunkVectors, wanted));
            unpackCodes(packed, m_bits, vector, part);
            const std::size_t count = std::min(values.size() - done, part.size() * length - offset);
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t at = offset + i;
                values[done + i] = m_codebook.entry(part[at / length])[at % length];
            }
            done += count;
        }
        // Entries lie where weights do, but for their rounding, which may leave float32.
        constexpr float largest = std::numeric_limits<float>::max();
        m_groups.forEachPart(first, values.size(), [&](std::uint64_t group, std::size_t offset, std::size_t count) {
            for (float& value : values.subspan(offset, count)) {
                value = m_scales[group] == 0 ? 0.0F : std::clamp(value * m_scales[group], -largest, largest) + 0.0F;
            }
        });
    }

    std::uint64_t packedBits(std::uint64_t count, std::span<const std::byte>) const override
    {
        return vectorCount(count) * static_cast<std::uint64_t>(m_bits);
    }
    void requireCodes(std::uint64_t count, std::span<const std::byte> codes) const override
    {
        requirePartSize("codes", codes.size(), packedBytes(vectorCount(count), m_bits));
    }

    std::uint64_t groupCount() const override { return m_groups.count(); }
    /// Vectors have no levels of single weights.
    Grid grid(std::uint64_t) const override { return {}; }
    std::uint64_t typicalGroup() const override { return m_typicalGroup; }
    std::vector<TensorPart> sideParts() const override { return m_parts; }
    std::uint64_t sideBits() const override
    {
        std::uint64_t bits = 0;
        for (const auto& part : m_parts) {
            bits += 8 * part.data.bytes.size();
        }
        return bits;
    }

private:
    [[noreturn]] static void noCodes() { throw Error(ErrorKind::Internal, "vectors have no codes of single weights"); }

    std::uint64_t vectorCount(std::uint64_t values) const
    {
        return (values + m_codebook.length() - 1) / m_codebook.length();
    }

    void packValues(
        std::uint64_t first, std::span<const float> values, std::span<std::byte> out, const JobContext& ctx) const
    {
        const std::size_t length = m_codebook.length();
        std::vector<float> shares(values.begin(), values.end());
        divideByScales(m_groups, m_scales, first, shares);
        std::array<std::uint16_t, chunkVectors> codes;
        for (std::size_t at = 0; at < shares.size(); at += chunkVectors * length) {
            ctx.checkpoint();
            std::size_t count = 0;
            for (std::size_t i = at; i < std::min(shares.size(), at + chunkVectors * length); i += length) {
                const auto vector = std::span<const float>(shares).subspan(i, std::min(length, shares.size() - i));
                codes[count++] = static_cast<std::uint16_t>(m_codebook.nearest(vector));
            }
            packCodes(std::span(codes).first(count), m_bits, (first + at) / length, out);
        }
    }

public:
    /// Weights as shares of their groups' scales, 0 in groups of zeros.
    static void divideByScales(
        const Groups& groups, std::span<const float> scales, std::uint64_t first, std::span<float> values)
    {
        groups.forEachPart(first, values.size(), [&](std::uint64_t group, std::size_t offset, std::size_t count) {
            for (float& value : values.subspan(offset, count)) {
                value = scales[group] == 0 ? 0.0F : std::clamp(value / scales[group], -farthest, farthest);
            }
        });
    }

private:
    QuantFormat m_format;
    Groups m_groups;
    std::vector<float> m_scales;
    VectorCodebook m_codebook;
    int m_bits;
    std::vector<TensorPart> m_parts;
    std::uint64_t m_typicalGroup;
};

/// Evenly spread vectors of the matrix, at most trainingVectors, as shares of their scales.
std::vector<float> trainingSet(const TensorView& matrix, const Groups& groups, std::span<const float> scales,
    std::size_t length, const JobContext& ctx)
{
    const std::uint64_t all = matrix.count() / length;
    const std::uint64_t stride = std::max<std::uint64_t>(1, (all + trainingVectors - 1) / trainingVectors);
    std::vector<float> vectors;
    vectors.reserve(static_cast<std::size_t>((all + stride - 1) / stride) * length); // growing would hold it twice
    std::vector<float> vector(length);
    for (std::uint64_t i = 0; i < all; i += stride) {
        if (i / stride % 1024 == 0) {
            ctx.checkpoint();
        }
        matrix.read(i * length, vector);
        VectorCodec::divideByScales(groups, scales, i * length, vector);
        vectors.insert(vectors.end(), vector.begin(), vector.end());
    }
    return vectors;
}

std::shared_ptr<const Codec> fit(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    Groups groups(matrix.shape, format.scaling);
    // Entries that stand for many weights lie inside of the range, whose end is 1.
    auto scales
        = chooseScales(matrix, groups, format.scaling, UnitGrid::codebook({ -1, 0, 1 }).withRms(1), ctx.sub(0, 0.1));
    const auto length = static_cast<std::size_t>(lengthOf(format.params));
    auto entries = fitVectorCodebook(trainingSet(matrix, groups, scales, length, ctx), length,
        std::size_t { 1 } << entryBits(format.params), ctx.sub(0.1, 1));
    for (float& entry : entries) {
        entry = roundToStore(codebookStore, static_cast<double>(entry));
    }
    return std::make_shared<VectorCodec>(format, std::move(groups), std::move(scales), std::move(entries));
}

std::shared_ptr<const Codec> restore(
    const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts)
{
    Groups groups(shape, format.scaling);
    const auto count = static_cast<std::uint64_t>(lengthOf(format.params)) << entryBits(format.params);
    auto entries = readStoredPart(sideParts, codebookPart, codebookStore, count);
    if (!std::all_of(entries.begin(), entries.end(), [](float entry) { return std::isfinite(entry); })) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "\"%1\" of the quantized tensor must be finite numbers"),
            codebookPart);
    }
    auto scales = readScales(sideParts, format.scaling, groups.count(), 1);
    return std::make_shared<VectorCodec>(format, std::move(groups), std::move(scales), std::move(entries));
}

std::vector<Problem> validateVq(const QuantFormat& format)
{
    const int length = lengthOf(format.params);
    if (length != 2 && length != 4 && length != 8) {
        return { { lengthId, { BW_TR_NOOP("core", "vectors have 2, 4 or 8 weights, not %1"), { toText(length) } } } };
    }
    if (format.scaling.rule == searchRule) {
        return { { "rule",
            { BW_TR_NOOP("core", "the scales of vectors cannot be searched; absmax and rms are possible") } } };
    }
    return {};
}
} // namespace

extern const FormatFamily vqFamily;
/// Side parts: "scales", "codebook" (half precision, counted). Codes: one per vector of neighbouring weights.
const FormatFamily vqFamily {
    .id = "vq",
    .title = BW_TR_NOOP("core", "Vector codebook"),
    .explanation = BW_TR_NOOP("core",
        "Neighbouring weights share one code that chooses among fitted vectors: finer than their bits would allow "
        "apart."),
    .schema = { wholeParam(lengthId, BW_TR_NOOP("core", "Weights per vector"),
                    BW_TR_NOOP("core", "Neighbours that share a code."), 2, maxVectorLength, 2),
        wholeParam(bitsId, BW_TR_NOOP("core", "Bits per vector"),
            BW_TR_NOOP("core", "n bits choose among 2ⁿ vectors; their storage counts."), 1, maxVectorBits, 8) },
    .examples = { "vq2x8/c", "vq2x4/b64", "vq4x8/t:rms", "vq8x8/b32:f16", "vq2x8/b64:signmax", "vq2x6/c/sparse=1%" },
    .tolerance = 0.13,
    .parseElement = parseElement,
    .elementText
    = [](const ParamValues& params) { return "vq" + toText(lengthOf(params)) + "x" + toText(entryBits(params)); },
    .validate = validateVq,
    .codeBits = [](const ParamValues&) { return 0; },
    .fit = fit,
    .restore = restore,
};

} // namespace bw
