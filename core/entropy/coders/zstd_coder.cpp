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

void appendFrame(std::span<const std::byte> bytes, std::vector<std::byte>& out)
{
    const std::size_t start = out.size();
    out.resize(start + ZSTD_compressBound(bytes.size()));
    const std::size_t size
        = ZSTD_compress2(compressor(), out.data() + start, out.size() - start, bytes.data(), bytes.size());
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

/// zstd codes bytes. Narrow symbols share one (8 of 1 bit, 4 of 2, 2 of 3 or 4), so that a code may take less than a
/// bit per symbol; of symbols wider than a byte, all low bytes are a frame and all high bytes are another.
class ZstdModel final : public BlockModel
{
public:
    ZstdModel(std::size_t alphabet, int symbolBits)
        : BlockModel(alphabet, symbolBits)
        , m_width(std::min(byteBits, static_cast<int>(std::bit_ceil(static_cast<unsigned>(symbolBits)))))
    {
    }

    /// Every frame has its own tables.
    std::vector<std::byte> bytes() const override { return {}; }
    double expectedBits(std::span<const std::uint64_t> counts) const override;

private:
    bool encodeSymbols(std::span<const std::uint16_t> symbols, std::vector<std::byte>& out) const override;
    void decodeSymbols(std::span<const std::byte> coded, std::span<std::uint16_t> symbols) const override;

    bool isWide() const { return symbolBits() > byteBits; }
    /// Bytes that `symbols` symbols become; of wide symbols, half of them.
    std::size_t bytesOf(std::size_t symbols) const { return static_cast<std::size_t>(packedBytes(symbols, m_width)); }

    int m_width; ///< bits of a symbol within a byte: 1, 2, 4, 8
};

double ZstdModel::expectedBits(std::span<const std::uint64_t> counts) const
{
    double sum = 0;
    ByteCounts low {};
    ByteCounts high {};
    for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
        low[symbol % byteValues] += static_cast<double>(counts[symbol]);
        high[symbol / byteValues] += static_cast<double>(counts[symbol]);
        sum += static_cast<double>(counts[symbol]);
    }
    if (sum == 0) {
        return 0;
    }
    if (isWide()) {
        return literalBits(low) + literalBits(high);
    }
    // Symbols of a byte are independent as far as anyone knows: their shares multiply.
    ByteCounts tuples {};
    const std::size_t mask = (std::size_t { 1 } << m_width) - 1;
    for (std::size_t value = 0; value < byteValues; ++value) {
        double share = 1;
        for (int bit = 0; bit < byteBits; bit += m_width) {
            share *= low[value >> bit & mask] / sum;
        }
        tuples[value] = share * sum * m_width / byteBits;
    }
    return literalBits(tuples);
}

bool ZstdModel::encodeSymbols(std::span<const std::uint16_t> symbols, std::vector<std::byte>& out) const
{
    std::vector<std::byte> packed(bytesOf(symbols.size()));
    if (!isWide()) {
        packCodes(symbols, m_width, 0, packed);
        appendFrame(packed, out);
        return true;
    }
    for (const int shift : { 0, byteBits }) {
        std::transform(symbols.begin(), symbols.end(), packed.begin(),
            [&](std::uint16_t symbol) { return static_cast<std::byte>(symbol >> shift & 0xFF); });
        appendFrame(packed, out);
    }
    return true;
}

void ZstdModel::decodeSymbols(std::span<const std::byte> coded, std::span<std::uint16_t> symbols) const
{
    const std::size_t bytes = bytesOf(symbols.size());
    std::vector<std::byte> packed(isWide() ? 2 * bytes : bytes);
    // Takes frames one after another.
    const std::size_t size
        = ZSTD_decompressDCtx(decompressor(), packed.data(), packed.size(), coded.data(), coded.size());
    if (ZSTD_isError(size) != 0 || size != packed.size()) {
        throw damagedBlock();
    }
    if (isWide()) {
        for (std::size_t i = 0; i < symbols.size(); ++i) {
            symbols[i] = static_cast<std::uint16_t>(
                std::to_integer<unsigned>(packed[i]) | std::to_integer<unsigned>(packed[bytes + i]) << byteBits);
        }
        requireInside(symbols);
    } else {
        unpackAll(packed, m_width, symbols);
    }
}

std::shared_ptr<const EntropyModel> train(std::span<const std::uint64_t> counts, int symbolBits)
{
    checkedPresent(counts, symbolBits);
    return std::make_shared<ZstdModel>(counts.size(), symbolBits);
}

std::shared_ptr<const EntropyModel> restore(std::span<const std::byte> modelBytes, std::size_t alphabet, int symbolBits)
{
    if (!modelBytes.empty()) {
        throw damagedModel();
    }
    return std::make_shared<ZstdModel>(alphabet, symbolBits);
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
