#include "core/entropy/block_model.h"

#include "core/base/bit_stream.h"

#include <algorithm>

namespace bw::entropy {

namespace {
enum class BlockKind : std::uint8_t
{
    Raw = 0,
    Constant = 1,
    Coded = 2,
};

constexpr std::size_t kindBytes = 1;
constexpr std::size_t constantBytes = kindBytes + 2;

std::byte asByte(unsigned value)
{
    return static_cast<std::byte>(value & 0xFFU);
}

void checkLength(std::size_t symbols)
{
    if (symbols > entropyBlockSymbols) {
        throw Error(ErrorKind::Internal, BW_TR_NOOP("core", "a block to be entropy-coded has %1 symbols, more than %2"),
            toText(symbols), toText(entropyBlockSymbols));
    }
}

void checkAlphabet(std::size_t alphabet, int symbolBits)
{
    if (symbolBits < 1 || symbolBits > 16 || alphabet < 1 || alphabet > std::size_t { 1 } << symbolBits) {
        throw Error(ErrorKind::Internal,
            BW_TR_NOOP("core", "an alphabet of %1 symbols cannot be entropy-coded with symbols of %2 bits"),
            toText(alphabet), toText(symbolBits));
    }
}
} // namespace

std::size_t checkedPresent(std::span<const std::uint64_t> counts, int symbolBits)
{
    checkAlphabet(counts.size(), symbolBits);
    const auto present = static_cast<std::size_t>(
        std::count_if(counts.begin(), counts.end(), [](std::uint64_t count) { return count > 0; }));
    if (present == 0) {
        throw Error(ErrorKind::Internal, Text(BW_TR_NOOP("core", "there are no codes to learn an entropy code from")));
    }
    return present;
}

Error damagedBlock()
{
    return Error(ErrorKind::BadFile,
        Text(BW_TR_NOOP("core",
            "the compressed codes are damaged: a block cannot be decoded to the number of codes it stands for")));
}

Error damagedModel()
{
    return Error(ErrorKind::BadFile,
        Text(BW_TR_NOOP("core", "the table that the codes were compressed with is damaged or belongs to other codes")));
}

BlockModel::BlockModel(std::size_t alphabet, int symbolBits)
    : m_alphabet(alphabet)
    , m_symbolBits(symbolBits)
{
    checkAlphabet(alphabet, symbolBits);
}

void BlockModel::encode(std::span<const std::uint16_t> symbols, std::vector<std::byte>& out) const
{
    checkLength(symbols.size());
    const auto largest = std::max_element(symbols.begin(), symbols.end());
    if (largest != symbols.end() && *largest >= m_alphabet) {
        throw Error(ErrorKind::Internal, BW_TR_NOOP("core", "the code %1 is outside its alphabet of %2 symbols"),
            toText(*largest), toText(m_alphabet));
    }
    const std::size_t start = out.size();
    const auto rawBytes = kindBytes + static_cast<std::size_t>(packedBytes(symbols.size(), m_symbolBits));
    const bool isConstant
        = std::all_of(symbols.begin(), symbols.end(), [&](std::uint16_t symbol) { return symbol == symbols.front(); });
    if (isConstant && rawBytes > constantBytes) {
        const unsigned symbol = symbols.front();
        out.insert(
            out.end(), { asByte(static_cast<unsigned>(BlockKind::Constant)), asByte(symbol), asByte(symbol >> 8) });
        return;
    }
    if (!symbols.empty()) {
        out.push_back(asByte(static_cast<unsigned>(BlockKind::Coded)));
        if (encodeSymbols(symbols, out) && out.size() - start < rawBytes) {
            return;
        }
        out.resize(start);
    }
    out.push_back(asByte(static_cast<unsigned>(BlockKind::Raw)));
    out.resize(start + rawBytes);
    packCodes(symbols, m_symbolBits, 0, std::span(out).subspan(start + kindBytes));
}

double BlockModel::expectedBits(std::span<const std::uint64_t> counts) const
{
    if (counts.size() != m_alphabet) {
        throw Error(ErrorKind::Internal, BW_TR_NOOP("core", "there are %1 counts for an alphabet of %2 symbols"),
            toText(counts.size()), toText(m_alphabet));
    }
    return bitsFor(counts);
}

void unpackExactly(std::span<const std::byte> packed, int bits, std::span<std::uint16_t> fields)
{
    if (packed.size() != packedBytes(fields.size(), bits)) {
        throw damagedBlock();
    }
    const auto used = static_cast<unsigned>(fields.size() * static_cast<std::size_t>(bits) % 8);
    if (used > 0 && std::to_integer<unsigned>(packed.back()) >> used != 0) {
        throw damagedBlock();
    }
    unpackCodes(packed, bits, 0, fields);
}

void BlockModel::requireInside(std::span<std::uint16_t> symbols) const
{
    bool isInside = true;
    for (auto& symbol : symbols) {
        isInside = isInside && symbol < m_alphabet;
        symbol = symbol < m_alphabet ? symbol : std::uint16_t { 0 };
    }
    if (!isInside) {
        throw damagedBlock();
    }
}

void BlockModel::decode(std::span<const std::byte> block, std::span<std::uint16_t> symbols) const
{
    checkLength(symbols.size());
    if (block.empty()) {
        throw damagedBlock();
    }
    const auto payload = block.subspan(kindBytes);
    const auto kind = static_cast<BlockKind>(block.front());
    if (kind == BlockKind::Raw) {
        unpackExactly(payload, m_symbolBits, symbols);
        requireInside(symbols);
    } else if (kind == BlockKind::Constant && block.size() == constantBytes) {
        const auto symbol = std::to_integer<unsigned>(payload[0]) | std::to_integer<unsigned>(payload[1]) << 8;
        if (symbol >= m_alphabet) {
            throw damagedBlock();
        }
        std::fill(symbols.begin(), symbols.end(), static_cast<std::uint16_t>(symbol));
    } else if (kind == BlockKind::Coded && !symbols.empty()) {
        decodeSymbols(payload, symbols);
    } else {
        throw damagedBlock();
    }
}

} // namespace bw::entropy
