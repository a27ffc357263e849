#include "core/entropy/long_rans_model.h"

#include "core/entropy/block_model.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace bw::entropy {

namespace {
constexpr std::size_t lanes = 4; ///< states of a full block: symbol i belongs to lane i mod 4
constexpr std::uint64_t least = std::uint64_t { 1 } << 32; ///< states below are refilled by 32 bits; where they end
constexpr std::size_t symbolsPerLane = entropyBlockSymbols / lanes;
constexpr int bucketBits = 14;

using States = std::array<std::uint64_t, lanes>;

std::size_t lanesFor(std::size_t symbols)
{
    return std::bit_floor(std::clamp<std::size_t>(symbols / symbolsPerLane, 1, lanes));
}

class LongRansModel final : public BlockModel
{
public:
    LongRansModel(
        std::vector<std::uint32_t> frequencies, int tableBits, int symbolBits, std::vector<std::byte> modelBytes)
        : BlockModel(frequencies.size(), symbolBits)
        , m_frequencies(std::move(frequencies))
        , m_begins(m_frequencies.size())
        , m_tableBits(tableBits)
        , m_bytes(std::move(modelBytes))
    {
        std::uint32_t begin = 0;
        for (std::size_t symbol = 0; symbol < m_frequencies.size(); ++symbol) {
            m_begins[symbol] = begin;
            if (m_frequencies[symbol] > 0) {
                m_starts.push_back(begin);
                m_symbols.push_back(static_cast<std::uint16_t>(symbol));
                begin += m_frequencies[symbol];
            }
        }
        std::size_t at = 0;
        for (std::uint32_t bucket = 0; bucket <= 1U << bucketBits; ++bucket) {
            const std::uint64_t slot = std::uint64_t { bucket } << (tableBits - bucketBits);
            while (at + 1 < m_starts.size() && m_starts[at + 1] <= slot) {
                ++at;
            }
            m_buckets.push_back(static_cast<std::uint32_t>(at));
        }
    }

    std::vector<std::byte> bytes() const override { return m_bytes; }

private:
    double bitsFor(std::span<const std::uint64_t> counts) const override
    {
        double bits = 0;
        for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
            if (counts[symbol] > 0) {
                bits += static_cast<double>(counts[symbol])
                    * (m_tableBits - std::log2(static_cast<double>(m_frequencies[symbol])));
            }
        }
        return bits;
    }
    bool encodeSymbols(std::span<const std::uint16_t> symbols, std::vector<std::byte>& out) const override;
    void decodeSymbols(std::span<const std::byte> coded, std::span<std::uint16_t> symbols) const override;

    /// The place among the symbols that have a share of the one that holds this slot.
    std::size_t placeOf(std::uint32_t slot) const
    {
        const std::uint32_t bucket = slot >> (m_tableBits - bucketBits);
        const auto first = m_starts.begin() + static_cast<std::ptrdiff_t>(m_buckets[bucket]);
        const auto last = m_starts.begin() + static_cast<std::ptrdiff_t>(m_buckets[bucket + 1]) + 1;
        return static_cast<std::size_t>(std::upper_bound(first, last, slot) - m_starts.begin()) - 1;
    }

    std::vector<std::uint32_t> m_frequencies;
    std::vector<std::uint32_t> m_begins; ///< sums of the frequencies before, of every symbol
    std::vector<std::uint32_t> m_starts; ///< the same of the symbols that have a share
    std::vector<std::uint16_t> m_symbols; ///< those
    std::vector<std::uint32_t> m_buckets; ///< place of the symbol that holds the first slot of each run of slots
    int m_tableBits;
    std::vector<std::byte> m_bytes;
};

/// Coded block: the lanes' states, 8 bytes each, then the words, 4 bytes each, in the order they are read.
bool LongRansModel::encodeSymbols(std::span<const std::uint16_t> symbols, std::vector<std::byte>& out) const
{
    const std::size_t used = lanesFor(symbols.size());
    States states;
    states.fill(least);
    std::vector<std::uint32_t> words(symbols.size()); // at most one a symbol
    std::size_t first = words.size();
    for (std::size_t i = symbols.size(); i-- > 0;) {
        const std::uint64_t frequency = m_frequencies[symbols[i]];
        if (frequency == 0) {
            return false;
        }
        std::uint64_t& x = states[i & (used - 1)];
        if (x >= frequency << (64 - m_tableBits)) {
            words[--first] = static_cast<std::uint32_t>(x);
            x >>= 32;
        }
        x = (x / frequency << m_tableBits) + x % frequency + m_begins[symbols[i]];
    }
    const std::size_t start = out.size();
    const std::size_t stateBytes = used * sizeof(std::uint64_t);
    const std::size_t wordBytes = (words.size() - first) * sizeof(std::uint32_t);
    out.resize(start + stateBytes + wordBytes);
    std::memcpy(out.data() + start, states.data(), stateBytes);
    if (wordBytes > 0) {
        std::memcpy(out.data() + start + stateBytes, words.data() + first, wordBytes);
    }
    return true;
}

void LongRansModel::decodeSymbols(std::span<const std::byte> coded, std::span<std::uint16_t> symbols) const
{
    const std::size_t used = lanesFor(symbols.size());
    const std::size_t stateBytes = used * sizeof(std::uint64_t);
    if (coded.size() < stateBytes) {
        throw damagedBlock();
    }
    States states;
    states.fill(least);
    std::memcpy(states.data(), coded.data(), stateBytes);
    auto words = coded.subspan(stateBytes);
    const std::uint64_t mask = (std::uint64_t { 1 } << m_tableBits) - 1;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        std::uint64_t& x = states[i & (used - 1)];
        const auto slot = static_cast<std::uint32_t>(x & mask);
        const std::size_t place = placeOf(slot);
        symbols[i] = m_symbols[place];
        x = m_frequencies[m_symbols[place]] * (x >> m_tableBits) + slot - m_starts[place];
        if (x < least) {
            std::uint32_t word = 0;
            if (words.size() < sizeof(word)) {
                throw damagedBlock();
            }
            std::memcpy(&word, words.data(), sizeof(word));
            words = words.subspan(sizeof(word));
            x = x << 32 | word;
        }
    }
    const bool isAtStart = std::all_of(states.begin(), states.end(), [](std::uint64_t x) { return x == least; });
    if (!words.empty() || !isAtStart) {
        throw damagedBlock();
    }
}
} // namespace

std::shared_ptr<const EntropyModel> makeLongRansModel(
    std::vector<std::uint32_t> frequencies, int tableBits, int symbolBits, std::vector<std::byte> modelBytes)
{
    return std::make_shared<LongRansModel>(std::move(frequencies), tableBits, symbolBits, std::move(modelBytes));
}

} // namespace bw::entropy
