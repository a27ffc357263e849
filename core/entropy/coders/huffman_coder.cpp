#include "core/entropy/block_model.h"
#include "core/entropy/number_list.h"
#include "core/entropy/prefix_code.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>

namespace bw {

namespace {
using namespace entropy;

constexpr int shortLimit = 12; // a table of 16 KB, and four codes per look at the stream
constexpr int longLimit = 16;
constexpr std::size_t maxStreams = 4;
/// Below, the streams' sizes and padding would show.
constexpr std::size_t leastForStreams = 4096;

int lengthLimit(std::size_t present)
{
    return std::clamp(static_cast<int>(std::bit_width(present - 1)) + 3, shortLimit, longLimit);
}

std::size_t streamsFor(std::size_t symbols)
{
    return symbols < leastForStreams ? 1 : maxStreams;
}

/// Symbols of a block that stream `stream` holds: runs of equal length, the last may be shorter.
std::size_t runLength(std::size_t symbols, std::size_t streams)
{
    return (symbols + streams - 1) / streams;
}

/// Bits written one after another, the first in the highest bit of the first byte. Nobody checks the room.
class CodeWriter
{
public:
    explicit CodeWriter(std::byte* to)
        : m_to(to)
    {
    }
    void write(std::uint32_t code, std::uint32_t length)
    {
        m_window = m_window << length | code;
        m_filled += length;
        if (m_filled >= 32) {
            m_filled -= 32;
            put(4, m_window >> m_filled);
        }
    }
    /// The end of what was written; the last byte is filled with zeros.
    std::byte* finish()
    {
        const std::uint32_t bytes = (m_filled + 7) / 8;
        put(bytes, m_window << (8 * bytes - m_filled));
        return m_to;
    }

private:
    /// The lowest `bytes` bytes of `word`, the highest of them first.
    void put(std::uint32_t bytes, std::uint64_t word)
    {
        for (std::uint32_t i = bytes; i-- > 0;) {
            *m_to++ = static_cast<std::byte>(word >> (8 * i) & 0xFFU);
        }
    }

    std::byte* m_to;
    std::uint64_t m_window = 0;
    std::uint32_t m_filled = 0; ///< bits of the window not written yet
};

/// What the first bits of a stream say.
struct Entry
{
    std::uint16_t symbol;
    std::uint16_t length;
};

struct Stream
{
    std::size_t position = 0; ///< in bits, from the start of the coded bytes
    std::size_t end = 0; ///< in bytes
    std::uint16_t* to = nullptr;
    std::size_t left = 0; ///< symbols
};

class HuffmanModel final : public BlockModel
{
public:
    /// Lengths of a complete code, or of a single symbol.
    HuffmanModel(std::vector<std::uint32_t> lengths, int symbolBits)
        : BlockModel(lengths.size(), symbolBits)
        , m_lengths(std::move(lengths))
        , m_codes(canonicalCodes(m_lengths))
        , m_longest(static_cast<int>(*std::max_element(m_lengths.begin(), m_lengths.end())))
        , m_table(std::size_t { 1 } << m_longest, Entry { 0, 1 })
    {
        for (std::size_t symbol = 0; symbol < m_lengths.size(); ++symbol) {
            if (const auto length = m_lengths[symbol]; length > 0) {
                const int free = m_longest - static_cast<int>(length);
                const auto first
                    = m_table.begin() + static_cast<std::ptrdiff_t>(std::size_t { m_codes[symbol] } << free);
                std::fill_n(first, std::size_t { 1 } << free,
                    Entry { static_cast<std::uint16_t>(symbol), static_cast<std::uint16_t>(length) });
            }
        }
    }

    /// The code lengths (appendLengths): they say all about a canonical code.
    std::vector<std::byte> bytes() const override
    {
        std::vector<std::byte> out;
        appendLengths(m_lengths, out);
        return out;
    }

private:
    double bitsFor(std::span<const std::uint64_t> counts) const override
    {
        double bits = 0;
        for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
            if (counts[symbol] > 0) {
                bits += m_lengths[symbol] > 0 ? static_cast<double>(counts[symbol] * m_lengths[symbol])
                                              : std::numeric_limits<double>::infinity();
            }
        }
        return bits;
    }
    bool encodeSymbols(std::span<const std::uint16_t> symbols, std::vector<std::byte>& out) const override;
    void decodeSymbols(std::span<const std::byte> coded, std::span<std::uint16_t> symbols) const override;
    template <int codesPerLook>
    void decodeTogether(std::span<const std::byte> coded, std::span<Stream> streams) const;
    void decodeAlone(std::span<const std::byte> coded, Stream& stream) const;

    std::vector<std::uint32_t> m_lengths;
    std::vector<std::uint32_t> m_codes;
    int m_longest;
    std::vector<Entry> m_table; ///< by the next m_longest bits
};

/// Coded block: of 4 streams, the sizes of the first three in bytes (2 bytes each, little-endian); the streams.
bool HuffmanModel::encodeSymbols(std::span<const std::uint16_t> symbols, std::vector<std::byte>& out) const
{
    const std::size_t streams = streamsFor(symbols.size());
    const std::size_t run = runLength(symbols.size(), streams);
    const std::size_t start = out.size();
    const std::size_t header = 2 * (streams - 1);
    out.resize(start + header + symbols.size() * sizeof(std::uint16_t) + streams); // codes have at most 16 bits
    std::byte* to = out.data() + start + header;
    for (std::size_t stream = 0; stream < streams; ++stream) {
        CodeWriter writer(to);
        for (const auto symbol : symbols.subspan(stream * run, std::min(run, symbols.size() - stream * run))) {
            const std::uint32_t length = m_lengths[symbol];
            if (length == 0) {
                return false;
            }
            writer.write(m_codes[symbol], length);
        }
        std::byte* const end = writer.finish();
        const auto size = static_cast<std::uint16_t>(end - to);
        if (stream + 1 < streams) {
            std::memcpy(out.data() + start + 2 * stream, &size, sizeof(size));
        }
        to = end;
    }
    out.resize(static_cast<std::size_t>(to - out.data()));
    return true;
}

/// The 8 bytes from `byte`, the first one highest.
std::uint64_t bigEndianWord(const std::byte* byte)
{
    std::uint64_t word = 0;
    std::memcpy(&word, byte, sizeof(word));
    return __builtin_bswap64(word);
}

/// All streams in step, while each has a look's symbols and 8 bytes left; what the looks read behind the end of a
/// stream is found afterwards.
template <int codesPerLook>
void HuffmanModel::decodeTogether(std::span<const std::byte> coded, std::span<Stream> streams) const
{
    std::array<Stream, maxStreams> s;
    std::copy(streams.begin(), streams.end(), s.begin());
    const int shift = 64 - m_longest;
    const Entry* const table = m_table.data();
    const std::size_t looks = s.back().left / codesPerLook;
    const std::size_t last = coded.size() < 8 ? 0 : 8 * (coded.size() - 8) + 1; // first position without 8 bytes
    for (std::size_t look = 0; look < looks; ++look) {
        if (std::any_of(s.begin(), s.end(), [&](const Stream& stream) { return stream.position >= last; })) {
            break;
        }
        std::array<std::uint64_t, maxStreams> window;
        for (std::size_t i = 0; i < maxStreams; ++i) {
            window[i] = bigEndianWord(coded.data() + s[i].position / 8) << (s[i].position % 8);
        }
        for (int code = 0; code < codesPerLook; ++code) {
            for (std::size_t i = 0; i < maxStreams; ++i) {
                const Entry entry = table[window[i] >> shift];
                s[i].to[code] = entry.symbol;
                window[i] <<= entry.length;
                s[i].position += entry.length;
            }
        }
        for (auto& stream : s) {
            stream.to += codesPerLook;
            stream.left -= codesPerLook;
        }
    }
    std::copy(s.begin(), s.end(), streams.begin());
}

/// One symbol at a time, looking at no byte behind the stream's end.
void HuffmanModel::decodeAlone(std::span<const std::byte> coded, Stream& stream) const
{
    for (; stream.left > 0; --stream.left) {
        std::uint32_t window = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            const std::size_t byte = stream.position / 8 + i;
            window = window << 8 | (byte < stream.end ? std::to_integer<std::uint32_t>(coded[byte]) : 0U);
        }
        const auto bits = window << (8 + stream.position % 8) >> (32 - m_longest);
        const Entry entry = m_table[bits];
        *stream.to++ = entry.symbol;
        stream.position += entry.length;
    }
}

/// The stream's bits end in its last byte, and what is left of that is 0.
void requireEnd(std::span<const std::byte> coded, const Stream& stream)
{
    const std::size_t used = stream.position % 8;
    if ((stream.position + 7) / 8 != stream.end
        || (used > 0 && (std::to_integer<unsigned>(coded[stream.end - 1]) << used & 0xFFU) != 0)) {
        throw damagedBlock();
    }
}

void HuffmanModel::decodeSymbols(std::span<const std::byte> coded, std::span<std::uint16_t> symbols) const
{
    const std::size_t count = streamsFor(symbols.size());
    const std::size_t run = runLength(symbols.size(), count);
    std::size_t byte = 2 * (count - 1);
    if (coded.size() < byte) {
        throw damagedBlock();
    }
    std::array<Stream, maxStreams> streams;
    for (std::size_t i = 0; i < count; ++i) {
        std::uint16_t size = 0;
        if (i + 1 < count) {
            std::memcpy(&size, coded.data() + 2 * i, sizeof(size));
        }
        const std::size_t end = i + 1 < count ? byte + size : coded.size();
        if (end > coded.size()) {
            throw damagedBlock();
        }
        const std::size_t first = i * run;
        streams[i] = { 8 * byte, end, symbols.data() + first, std::min(run, symbols.size() - first) };
        byte = end;
    }
    if (count == maxStreams && m_longest <= shortLimit + 2) {
        decodeTogether<4>(coded, streams);
    } else if (count == maxStreams) {
        decodeTogether<3>(coded, streams);
    }
    for (std::size_t i = 0; i < count; ++i) {
        decodeAlone(coded, streams[i]);
        requireEnd(coded, streams[i]);
    }
}

std::shared_ptr<const EntropyModel> train(std::span<const std::uint64_t> counts, int symbolBits)
{
    const std::size_t present = checkedPresent(counts, symbolBits);
    return std::make_shared<HuffmanModel>(prefixCodeLengths(counts, lengthLimit(present)), symbolBits);
}

std::shared_ptr<const EntropyModel> restore(std::span<const std::byte> modelBytes, std::size_t alphabet, int symbolBits)
{
    auto lengths = readLengths(modelBytes, alphabet);
    const auto sum = std::accumulate(lengths.begin(), lengths.end(), std::uint64_t { 0 });
    const bool isSingle = sum == 1; // one symbol, one bit, the other code unused
    if (!isSingle && !isCompleteCode(lengths)) {
        throw damagedModel();
    }
    return std::make_shared<HuffmanModel>(std::move(lengths), symbolBits);
}
} // namespace

extern const EntropyCoder huffmanCoder;
const EntropyCoder huffmanCoder {
    .id = "huffman",
    .title = BW_TR_NOOP("core", "Huffman codes"),
    .help = BW_TR_NOOP("core",
        "One canonical code of whole bits per quantization code: the classic, at least one bit each, and close to the "
        "entropy from four bits on."),
    .train = train,
    .restore = restore,
};

} // namespace bw
