#include "core/base/bit_stream.h"
#include "core/entropy/block_model.h"
#include "core/entropy/prefix_code.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <new>

// For ZSTD_c_literalCompressionMode, which the shared library has but calls experimental.
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

namespace bw {

namespace {
using namespace entropy;

constexpr std::size_t byteValues = 256;
constexpr int longestLiteral = 11; // bits of zstd's longest Huffman code for a literal
constexpr int byteBits = 8;

using ByteCounts = std::array<double, byteValues>;

struct FreeContext
{
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

void require(std::size_t zstdResult)
{
    if (ZSTD_isError(zstdResult) != 0) {
        throw Error(ErrorKind::Internal, BW_TR_NOOP("core", "the zstd library refused to compress: %1"),
            std::string(ZSTD_getErrorName(zstdResult)));
    }
}

/// Compresses without looking for matches, which in quantization codes are accidents that cost more than they save.
ZSTD_CCtx* compressor()
{
    thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
    if (context == nullptr) {
        throw std::bad_alloc();
    }
    // The fastest level finds no matches at all, but would leave literals as they are.
    require(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, ZSTD_minCLevel()));
    require(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_literalCompressionMode, ZSTD_ps_enable));
    return context.get();
}

ZSTD_DCtx* decompressor()
{
    thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
    if (context == nullptr) {
        throw std::bad_alloc();
    }
    return context.get();
}

/// Bytes that `count` fields of `width` bits (1, 2, 4, 8) fill.
std::size_t bytesOf(std::size_t count, int width)
{
    return static_cast<std::size_t>(packedBytes(count, width));
}

/// Packs the fields and appends them as a frame.
void appendFields(std::span<const std::uint16_t> fields, int width, std::vector<std::byte>& out)
{
    std::vector<std::byte> packed(bytesOf(fields.size(), width));
    packCodes(fields, width, 0, packed);
    const std::size_t start = out.size();
    out.resize(start + ZSTD_compressBound(packed.size()));
    const std::size_t size
        = ZSTD_compress2(compressor(), out.data() + start, out.size() - start, packed.data(), packed.size());
    require(size);
    out.resize(start + size);
}

/// Bits of zstd's literals when bytes come as often as `counts` say, in any order.
double literalBits(const ByteCounts& counts)
{
    double sum = 0;
    for (const double count : counts) {
        sum += count;
    }
    constexpr double fine = 0x1p40; // shares as whole numbers
    std::array<std::uint64_t, byteValues> weights {};
    for (std::size_t value = 0; value < byteValues; ++value) {
        if (counts[value] > 0) {
            weights[value] = static_cast<std::uint64_t>(std::ceil(counts[value] / sum * fine));
        }
    }
    if (std::count_if(weights.begin(), weights.end(), [](std::uint64_t weight) { return weight > 0; }) <= 1) {
        return 0; // a run of one value
    }
    const auto lengths = prefixCodeLengths(weights, longestLiteral);
    double bits = 0;
    for (std::size_t value = 0; value < byteValues; ++value) {
        bits += counts[value] * static_cast<double>(lengths[value]);
    }
    return bits;
}

/// How often every byte comes when its fields, `width` bits each, are independent: shares multiply. `fields`: counts
/// of a field's values.
ByteCounts byteCounts(const ByteCounts& fields, int width)
{
    double sum = 0;
    for (const double count : fields) {
        sum += count;
    }
    ByteCounts bytes {};
    const std::size_t mask = (std::size_t { 1 } << width) - 1;
    for (std::size_t value = 0; value < byteValues && sum > 0; ++value) {
        double share = 1;
        for (int bit = 0; bit < byteBits; bit += width) {
            share *= fields[value >> bit & mask] / sum;
        }
        bytes[value] = share * sum * width / byteBits;
    }
    return bytes;
}

/// Bits of symbols of an alphabet.
int widthOf(std::size_t alphabet)
{
    return std::max(1, static_cast<int>(std::bit_width(alphabet - 1)));
}

/// Bits that a field of `bits` (1 … 8) takes at least, so that fields do not cross bytes.
int wholeWidth(int bits)
{
    return static_cast<int>(std::bit_ceil(static_cast<unsigned>(bits)));
}

/// Codes are for bytes. Narrow symbols may share one (8 of 1 bit, 4 of 2, 2 of 3 or 4), so that a code may take less
/// than a bit per symbol. Of symbols wider than a byte, the highest 8 bits are one frame, and the rest, which hardly
/// has a pattern, is packed to another.
class ZstdModel final : public BlockModel
{
public:
    /// `width`: of a symbol's field within a byte, leastWidth(alphabet) … 8, a power of two.
    ZstdModel(std::size_t alphabet, int symbolBits, int width)
        : BlockModel(alphabet, symbolBits)
        , m_width(width)
        , m_restBits(std::max(0, widthOf(alphabet) - byteBits))
        , m_restWidth(m_restBits > 0 ? wholeWidth(m_restBits) : 0)
    {
    }

    static int leastWidth(std::size_t alphabet) { return wholeWidth(std::min(byteBits, widthOf(alphabet))); }

    /// The width in a byte; every frame has its own tables.
    std::vector<std::byte> bytes() const override { return { static_cast<std::byte>(m_width) }; }

private:
    double bitsFor(std::span<const std::uint64_t> counts) const override;
    bool encodeSymbols(std::span<const std::uint16_t> symbols, std::vector<std::byte>& out) const override;
    void decodeSymbols(std::span<const std::byte> coded, std::span<std::uint16_t> symbols) const override;

    int m_width; ///< of the highest bits, within a byte: 1, 2, 4, 8
    int m_restBits; ///< lowest bits of a wide symbol, which are apart; 0 if there are none
    int m_restWidth; ///< of the rest; 0 if there is none
};

double ZstdModel::bitsFor(std::span<const std::uint64_t> counts) const
{
    ByteCounts high {};
    ByteCounts rest {};
    const std::size_t restMask = (std::size_t { 1 } << m_restBits) - 1;
    for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
        high[symbol >> m_restBits] += static_cast<double>(counts[symbol]);
        rest[symbol & restMask] += static_cast<double>(counts[symbol]);
    }
    const double highBits = literalBits(byteCounts(high, m_width));
    return m_restBits > 0 ? highBits + literalBits(byteCounts(rest, m_restWidth)) : highBits;
}

bool ZstdModel::encodeSymbols(std::span<const std::uint16_t> symbols, std::vector<std::byte>& out) const
{
    if (m_restBits == 0) {
        appendFields(symbols, m_width, out);
        return true;
    }
    std::vector<std::uint16_t> fields(symbols.size());
    std::transform(symbols.begin(), symbols.end(), fields.begin(),
        [&](std::uint16_t symbol) { return static_cast<std::uint16_t>(symbol >> m_restBits); });
    appendFields(fields, m_width, out);
    const unsigned mask = (1U << m_restBits) - 1U;
    std::transform(symbols.begin(), symbols.end(), fields.begin(),
        [&](std::uint16_t symbol) { return static_cast<std::uint16_t>(symbol & mask); });
    appendFields(fields, m_restWidth, out);
    return true;
}

void ZstdModel::decodeSymbols(std::span<const std::byte> coded, std::span<std::uint16_t> symbols) const
{
    const std::size_t highBytes = bytesOf(symbols.size(), m_width);
    const std::size_t restBytes = m_restBits > 0 ? bytesOf(symbols.size(), m_restWidth) : 0;
    std::vector<std::byte> packed(highBytes + restBytes);
    // Takes frames one after another.
    const std::size_t size
        = ZSTD_decompressDCtx(decompressor(), packed.data(), packed.size(), coded.data(), coded.size());
    if (ZSTD_isError(size) != 0 || size != packed.size()) {
        throw damagedBlock();
    }
    unpackExactly(std::span(packed).first(highBytes), m_width, symbols);
    if (m_restBits > 0) {
        std::vector<std::uint16_t> rest(symbols.size());
        unpackExactly(std::span(packed).last(restBytes), m_restWidth, rest);
        for (std::size_t i = 0; i < symbols.size(); ++i) {
            symbols[i] = static_cast<std::uint16_t>(symbols[i] << m_restBits | rest[i]);
        }
    }
    requireInside(symbols);
}

/// Takes the width that gives the fewest bits: codes of many symbols may waste less of a bit, or have no room within
/// zstd's 11 bits for what hardly ever comes.
std::shared_ptr<const EntropyModel> train(std::span<const std::uint64_t> counts, int symbolBits)
{
    checkedPresent(counts, symbolBits);
    std::shared_ptr<const EntropyModel> best;
    double bestBits = std::numeric_limits<double>::infinity();
    for (int width = ZstdModel::leastWidth(counts.size()); width <= byteBits; width *= 2) {
        auto model = std::make_shared<ZstdModel>(counts.size(), symbolBits, width);
        const double bits = model->expectedBits(counts);
        if (bits < bestBits) {
            best = std::move(model);
            bestBits = bits;
        }
    }
    return best;
}

std::shared_ptr<const EntropyModel> restore(std::span<const std::byte> modelBytes, std::size_t alphabet, int symbolBits)
{
    const int width = modelBytes.size() == 1 ? std::to_integer<int>(modelBytes.front()) : 0;
    if (width < ZstdModel::leastWidth(alphabet) || width > byteBits
        || !std::has_single_bit(static_cast<unsigned>(width))) {
        throw damagedModel();
    }
    return std::make_shared<ZstdModel>(alphabet, symbolBits, width);
}
} // namespace

extern const EntropyCoder zstdCoder;
const EntropyCoder zstdCoder {
    .id = "zstd",
    .title = BW_TR_NOOP("core", "Zstandard, literals only"),
    .help = BW_TR_NOOP("core",
        "Huffman codes of the zstd library, for bytes that hold up to eight codes each: what any zstd program can "
        "read."),
    .train = train,
    .restore = restore,
};

} // namespace bw
