#include "core/base/bit_stream.h"
#include "core/base/checked_math.h"
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/formats/families/family_support.h"
#include "core/formats/group_scales.h"
#include "core/formats/number_part.h"
#include "core/formats/plane_factors.h"
#include "core/formats/xor_coding.h"

#include <algorithm>
#include <atomic>
#include <limits>

namespace bw {

namespace {
constexpr const char* inputsId = "in";
constexpr const char* outputsId = "out";
constexpr const char* planesId = "planes";
constexpr const char* triesId = "tries";
constexpr const char* prefix = "flexor(";
constexpr const char* seedsPart = "seeds";
constexpr const char* rowsPart = "xor_rows";
constexpr std::uint64_t slicesAtOnce = 1024; // a multiple of 8: whole bytes

int numberOf(const ParamValues& params, const char* id)
{
    return static_cast<int>(intParam(params, id, 1));
}
std::size_t planesOf(const ParamValues& params)
{
    return static_cast<std::size_t>(numberOf(params, planesId));
}

ParamSpec wholeParam(const char* id, Text title, Text help, int max, int usual)
{
    ParamSpec spec;
    spec.id = id;
    spec.title = std::move(title);
    spec.help = std::move(help);
    spec.type = ParamSpec::Type::Int;
    spec.min = 1;
    spec.max = max;
    spec.step = 1;
    spec.defaultValue = std::int64_t { usual };
    return spec;
}

/// "flexor(8/10)x1", "flexor(8/10,tries=8)x2"
std::optional<ParamValues> parseElement(std::string_view element)
{
    const auto slash = element.find('/');
    const auto close = element.find(")x");
    if (!element.starts_with(prefix) || slash == std::string_view::npos || close == std::string_view::npos
        || close < slash) {
        return std::nullopt;
    }
    const auto size = element.substr(slash + 1, close - slash - 1);
    const auto comma = size.find(',');
    std::optional<std::int64_t> tries = 1;
    if (comma != std::string_view::npos) {
        constexpr std::string_view word = "tries=";
        const auto rest = size.substr(comma + 1);
        tries = rest.starts_with(word) ? parseInt(rest.substr(word.size())) : std::nullopt;
    }
    const std::string_view start = prefix;
    const auto inputs = parseInt(element.substr(start.size(), slash - start.size()));
    const auto outputs = parseInt(size.substr(0, comma));
    const auto planes = parseInt(element.substr(close + 2));
    if (!inputs || !outputs || !planes || !tries) {
        return std::nullopt;
    }
    if (*inputs > XorNetwork::maxInputs) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core",
                "XOR networks have at most %2 inputs here, not %1: the best bits are found by trying all of them, "
                "which "
                "takes twice as long for each input more"),
            toText(*inputs), toText(XorNetwork::maxInputs));
    }
    return ParamValues { { inputsId, *inputs }, { outputsId, *outputs }, { planesId, *planes }, { triesId, *tries } };
}

std::string elementText(const ParamValues& params)
{
    const int tries = numberOf(params, triesId);
    return prefix + toText(numberOf(params, inputsId)) + "/" + toText(numberOf(params, outputsId))
        + (tries == 1 ? std::string() : ",tries=" + toText(tries)) + ")x" + toText(numberOf(params, planesId));
}

std::vector<Problem> validateFlexor(const QuantFormat& format)
{
    const int inputs = numberOf(format.params, inputsId);
    const int outputs = numberOf(format.params, outputsId);
    if (outputs < inputs) {
        return { { outputsId,
            { BW_TR_NOOP("core", "an XOR network has at least as many outputs as its %1 inputs, not %2"),
                { toText(inputs), toText(outputs) } } } };
    }
    if (const int most = (1 << inputs) - 1; outputs > most) {
        return { { outputsId,
            { BW_TR_NOOP("core", "an XOR network of %1 inputs has at most %2 different outputs, not %3"),
                { toText(inputs), toText(most), toText(outputs) } } } };
    }
    return {};
}

class XorCodec : public Codec
{
public:
    XorCodec(const QuantFormat& format, const Groups& groups, const std::vector<std::uint64_t>& seeds,
        std::vector<XorNetwork> networks, const std::vector<float>& factors)
        : m_format(format)
        , m_coding(groups, std::move(networks), factors)
        , m_typicalGroup(medianIndex(firstFactors(factors, m_coding.planes())))
    {
        std::vector<std::uint16_t> rows;
        for (const auto& network : m_coding.networks()) {
            rows.insert(rows.end(), network.rows().begin(), network.rows().end());
        }
        m_parts.push_back(factorsPart(groups, m_coding.planes(), format.scaling.store, factors));
        m_parts.push_back(numbersPart<std::uint64_t>(seedsPart, DType::U64, seeds));
        m_parts.push_back(numbersPart<std::uint16_t>(rowsPart, DType::U16, rows));
    }

    const QuantFormat& format() const override { return m_format; }
    int codeBits() const override { return 0; }
    void encode(std::uint64_t, std::span<const float>, std::span<std::uint16_t>) const override { noCodes(); }
    void decode(std::uint64_t, std::span<const std::uint16_t>, std::span<float>) const override { noCodes(); }

    std::vector<std::byte> pack(const TensorView& matrix, const JobContext& ctx) const override
    {
        requireFinite(matrix, ctx);
        std::vector<std::byte> packed(static_cast<std::size_t>((packedBits(matrix.count(), {}) + 7) / 8));
        std::atomic<std::uint64_t> done { 0 };
        const std::uint64_t slices = m_coding.sliceCount();
        parallelBlocks(slices, slicesAtOnce, ctx, [&](std::uint64_t first, std::uint64_t last) {
            std::vector<std::uint16_t> words(static_cast<std::size_t>(last - first) * m_coding.planes());
            m_coding.encode(first, matrix, words, ctx);
            packCodes(words, inputs(), first * m_coding.planes(), packed);
            const std::uint64_t length = m_coding.sliceLength();
            const std::uint64_t before = done.fetch_add((last - first) * length);
            ctx.report(Text(BW_TR_NOOP("core", "Encoding")), std::min(before + (last - first) * length, matrix.count()),
                matrix.count(), Text(BW_TR_NOOP("core", "weights")));
        });
        return packed;
    }
    void unpack(std::uint64_t first, std::span<const std::byte> codes, std::span<float> values) const override
    {
        m_coding.decode(first, codes, values);
    }
    std::uint64_t packedBits(std::uint64_t count, std::span<const std::byte>) const override
    {
        const std::uint64_t slices = (count + m_coding.sliceLength() - 1) / m_coding.sliceLength();
        return checkedMul(slices, m_coding.planes() * static_cast<std::uint64_t>(inputs()));
    }
    void requireCodes(std::uint64_t count, std::span<const std::byte> codes) const override
    {
        requirePartSize("codes", codes.size(), (packedBits(count, codes) + 7) / 8);
    }

    bool isIdempotent() const override { return m_coding.isIdempotent(); }
    std::uint64_t groupCount() const override { return m_coding.groups().count(); }
    /// A weight may get any sum of the factors, but its neighbours say which: there are no cells.
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
    [[noreturn]] static void noCodes() { throw Error(ErrorKind::Internal, "slices have no codes of single weights"); }
    int inputs() const { return m_coding.networks().front().inputs(); }

    QuantFormat m_format;
    XorCoding m_coding;
    std::vector<TensorPart> m_parts;
    std::uint64_t m_typicalGroup;
};

std::shared_ptr<const Codec> fit(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    requireFinite(matrix, ctx);
    const Groups groups(matrix.shape, format.scaling);
    const auto& params = format.params;
    auto found = fitXorCoding(matrix, groups, numberOf(params, inputsId), numberOf(params, outputsId),
        numberOf(params, planesId), numberOf(params, triesId), ctx);
    const auto planes = planesOf(params);
    std::vector<float> factors(found.factors.size());
    for (std::size_t at = 0; at < factors.size(); at += planes) {
        const auto ofGroup = std::span(found.factors).subspan(at, planes);
        const std::vector<double> exact(ofGroup.begin(), ofGroup.end());
        roundFactors(exact, format.scaling.store, std::span(factors).subspan(at, planes));
    }
    return std::make_shared<XorCodec>(format, groups, found.seeds, std::move(found.networks), factors);
}

std::vector<XorNetwork> readNetworks(std::span<const TensorPart> sideParts, const ParamValues& params)
{
    const auto outputs = static_cast<std::size_t>(numberOf(params, outputsId));
    const auto planes = planesOf(params);
    const auto all = readNumbers<std::uint16_t>(sideParts, rowsPart, DType::U16, planes * outputs);
    std::vector<XorNetwork> networks;
    for (std::size_t plane = 0; plane < planes; ++plane) {
        const auto rows = std::span(all).subspan(plane * outputs, outputs);
        if (!XorNetwork::isUsable(numberOf(params, inputsId), rows)) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core",
                    "\"%1\" of the quantized tensor must be the rows of matrices of full rank, all different and none "
                    "zero"),
                rowsPart);
        }
        networks.emplace_back(numberOf(params, inputsId), std::vector<std::uint16_t>(rows.begin(), rows.end()));
    }
    return networks;
}

std::shared_ptr<const Codec> restore(
    const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts)
{
    const Groups groups(shape, format.scaling);
    const auto planes = planesOf(format.params);
    const auto factors = readFactors(sideParts, groups, planes, format.scaling.store);
    const auto seeds = readNumbers<std::uint64_t>(sideParts, seedsPart, DType::U64, planes);
    return std::make_shared<XorCodec>(format, groups, seeds, readNetworks(sideParts, format.params), factors);
}
} // namespace

extern const FormatFamily flexorFamily;
/// Side parts: "factors" (planes for each group), "seeds" (which network each plane drew), "xor_rows" (the networks as
/// they are: the inputs of each output, as bits). Codes: the inputs of each slice, a word for each plane.
const FormatFamily flexorFamily {
    .id = "flexor",
    .title = BW_TR_NOOP("core", "XOR-encrypted bits"),
    .explanation = BW_TR_NOOP("core",
        "Less than one bit a weight: a network of exclusive ORs makes more signs than it has bits stored (FleXOR). "
        "After "
        "training the error is large; published accuracies come from training with the network."),
    .schema = { wholeParam(inputsId, BW_TR_NOOP("core", "Bits stored"),
                    BW_TR_NOOP("core", "Inputs of the XOR network: what is stored of each slice of weights."),
                    XorNetwork::maxInputs, 8),
        wholeParam(outputsId, BW_TR_NOOP("core", "Signs made of them"),
            BW_TR_NOOP("core", "Outputs of the XOR network: the weights of a slice."), XorNetwork::maxOutputs, 10),
        wholeParam(planesId, BW_TR_NOOP("core", "Bit planes"),
            BW_TR_NOOP("core", "Each has a network and factors of its own and takes its bits anew."), maxXorPlanes, 1),
        wholeParam(triesId, BW_TR_NOOP("core", "Networks tried"),
            BW_TR_NOOP("core", "The best of so many random networks is taken."), maxXorTries, 1) },
    .examples = { "flexor(8/10)x1/c", "flexor(8/10)x2/c", "flexor(8/20)x1/t:f32", "flexor(12/20)x1/b256:f16",
        "flexor(16/20)x1/c", "flexor(6/10,tries=4)x3/b64", "flexor(8/8)x1/c", "flexor(8/10)x1/c/sparse=1%" },
    .hasScale = false,
    .tolerance = 0.72,
    .parseElement = parseElement,
    .elementText = elementText,
    .validate = validateFlexor,
    .codeBits = [](const ParamValues&) { return 0; },
    .fit = fit,
    .restore = restore,
};

} // namespace bw
