#include "core/entropy/block_model.h"
#include "core/entropy/frequencies.h"
#include "core/entropy/long_rans_model.h"
#include "core/entropy/number_list.h"
#include "core/entropy/rans_kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

namespace bw {

namespace {
using namespace entropy;

constexpr int maxNarrowBits = 12;
constexpr std::size_t maxNarrowAlphabet = 256;
/// Tables whose slots do not fit a word of 32 bits are slower to decode with: what one must save against a smaller one,
/// as a share of all bits.
constexpr double wideSaving = 1.0 / 1024;
/// Long tables (long_rans_model.h), which are slower still, are for so many symbols, and have to save as much.
constexpr std::size_t leastForLong = 256;
constexpr double longSaving = 1.0 / 512;
/// A state costs 3 bytes on average: one for every so many symbols.
constexpr std::size_t symbolsPerLane = entropyBlockSymbols / ransLanes;

bool isNarrow(std::size_t alphabet, int tableBits)
{
    return alphabet <= maxNarrowAlphabet && tableBits <= maxNarrowBits;
}

/// Lanes of a block: a power of two.
std::size_t lanesFor(std::size_t symbols)
{
    return std::bit_floor(std::clamp<std::size_t>(symbols / symbolsPerLane, 1, ransLanes));
}

/// One symbol as the encoder sees it. A step takes x to (x / f) · 2^tableBits + x mod f + start.
class Share
{
public:
    Share() = default;
    /// `start`: sum of the frequencies before.
    Share(std::uint32_t frequency, std::uint32_t start, int tableBits)
        : m_frequency(frequency)
        , m_start(start)
        , m_limit(std::uint64_t { frequency } << (32 - tableBits))
    {
        if (frequency == 1) {
            // The factor below does not fit; this one gives x - 1, and the start makes up for it.
            m_factor = std::numeric_limits<std::uint64_t>::max();
            m_start += (1U << tableBits) - 1U;
        } else if (frequency > 1) {
            m_factor = std::numeric_limits<std::uint64_t>::max() / frequency + 1;
        }
    }

    bool isMissing() const { return m_frequency == 0; }
    /// From here on x has to give off a word before the step.
    bool isFull(std::uint32_t x) const { return x >= m_limit; }
    std::uint32_t step(std::uint32_t x, int tableBits) const
    {
        // Exact for every 32-bit x (Lemire, Kaser and Kurz, arXiv 1902.01961).
        __extension__ using Wide = unsigned __int128;
        const auto quotient = static_cast<std::uint32_t>(Wide { m_factor } * x >> 64);
        return (quotient << tableBits) + (x - quotient * m_frequency) + m_start;
    }

private:
    std::uint64_t m_factor = 0; ///< ⌈2^64 / frequency⌉
    std::uint32_t m_frequency = 0;
    std::uint32_t m_start = 0;
    std::uint64_t m_limit = 0;
};

double codedBits(std::span<const std::uint64_t> counts, std::span<const std::uint32_t> frequencies, int tableBits)
{
    double bits = 0;
    for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
        if (counts[symbol] > 0) {
            bits += static_cast<double>(counts[symbol])
                * (tableBits - std::log2(static_cast<double>(frequencies[symbol])));
        }
    }
    return bits;
}

class RansModel final : public BlockModel
{
public:
    /// Frequencies with the sum 2^tableBits.
    RansModel(std::vector<std::uint32_t> frequencies, int tableBits, int symbolBits)
        : BlockModel(frequencies.size(), symbolBits)
        , m_frequencies(std::move(frequencies))
        , m_tableBits(tableBits)
    {
        makeShares();
        if (isNarrow(alphabet(), tableBits)) {
            fillTable(m_narrow);
        } else {
            fillTable(m_wide);
        }
    }

    /// tableBits in a byte, then the frequencies (appendNumbers).
    std::vector<std::byte> bytes() const override
    {
        std::vector<std::byte> out { static_cast<std::byte>(m_tableBits) };
        appendNumbers(m_frequencies, out);
        return out;
    }

private:
    double bitsFor(std::span<const std::uint64_t> counts) const override
    {
        return codedBits(counts, m_frequencies, m_tableBits);
    }
    bool encodeSymbols(std::span<const std::uint16_t> symbols, std::vector<std::byte>& out) const override;
    void decodeSymbols(std::span<const std::byte> coded, std::span<std::uint16_t> symbols) const override;
    template <class Entry>
    void decodeWith(
        const std::vector<Entry>& table, std::span<const std::byte> coded, std::span<std::uint16_t> symbols) const;

    void makeShares()
    {
        m_shares.resize(m_frequencies.size());
        std::uint32_t start = 0;
        for (std::size_t symbol = 0; symbol < m_shares.size(); ++symbol) {
            const std::uint32_t frequency = m_frequencies[symbol];
            m_shares[symbol] = Share(frequency, start, m_tableBits);
            start += frequency;
        }
    }
    template <class Entry>
    void fillTable(std::vector<Entry>& table) const
    {
        table.reserve(std::size_t { 1 } << m_tableBits);
        for (std::size_t symbol = 0; symbol < m_frequencies.size(); ++symbol) {
            for (std::uint32_t offset = 0; offset < m_frequencies[symbol]; ++offset) {
                table.push_back(Entry::make(static_cast<std::uint32_t>(symbol), m_frequencies[symbol], offset));
            }
        }
    }

    std::vector<std::uint32_t> m_frequencies;
    int m_tableBits;
    std::vector<Share> m_shares;
    std::vector<NarrowEntry> m_narrow; ///< one of the two is filled
    std::vector<WideEntry> m_wide;
};

/// Coded block: the lanes' states, 4 bytes each, then the words, all little-endian, in the order they are read.
bool RansModel::encodeSymbols(std::span<const std::uint16_t> symbols, std::vector<std::byte>& out) const
{
    const std::size_t lanes = lanesFor(symbols.size());
    RansStates states;
    states.fill(ransLeast);
    // Backwards, as a state gives back last what it took first. At most a word per symbol, and one more that is written
    // but not kept.
    std::vector<std::uint16_t> words(symbols.size() + 1);
    std::size_t first = words.size();
    for (std::size_t i = symbols.size(); i-- > 0;) {
        const Share& share = m_shares[symbols[i]];
        if (share.isMissing()) {
            return false;
        }
        std::uint32_t& x = states[i & (lanes - 1)];
        // Without a branch: nobody can foresee when a state is full.
        const std::uint32_t isFull = share.isFull(x) ? 1 : 0;
        words[first - 1] = static_cast<std::uint16_t>(x & 0xFFFFU);
        first -= isFull;
        x = share.step(x >> (16 * isFull), m_tableBits);
    }
    const std::size_t start = out.size();
    const std::size_t stateBytes = lanes * sizeof(std::uint32_t);
    const std::size_t wordBytes = (words.size() - first) * sizeof(std::uint16_t);
    out.resize(start + stateBytes + wordBytes);
    std::memcpy(out.data() + start, states.data(), stateBytes);
    if (wordBytes > 0) {
        std::memcpy(out.data() + start + stateBytes, words.data() + first, wordBytes);
    }
    return true;
}

template <class Entry>
void RansModel::decodeWith(
    const std::vector<Entry>& table, std::span<const std::byte> coded, std::span<std::uint16_t> symbols) const
{
    const std::size_t lanes = lanesFor(symbols.size());
    const std::size_t stateBytes = lanes * sizeof(std::uint32_t);
    if (coded.size() < stateBytes) {
        throw damagedBlock();
    }
    RansStates states;
    states.fill(ransLeast);
    std::memcpy(states.data(), coded.data(), stateBytes);
    auto words = coded.subspan(stateBytes);
    const std::size_t done
        = lanes == ransLanes ? decodeRounds(table.data(), m_tableBits, states, words, symbols) : std::size_t { 0 };
    const std::uint32_t mask = (1U << m_tableBits) - 1U;
    for (std::size_t i = done; i < symbols.size(); ++i) {
        std::uint32_t& x = states[i & (lanes - 1)];
        const Entry entry = table[x & mask];
        symbols[i] = entry.symbol();
        x = entry.frequency() * (x >> m_tableBits) + entry.offset();
        if (x < ransLeast) {
            std::uint16_t word = 0;
            if (words.size() < sizeof(word)) {
                throw damagedBlock();
            }
            std::memcpy(&word, words.data(), sizeof(word));
            words = words.subspan(sizeof(word));
            x = x << 16 | word;
        }
    }
    const bool isAtStart = std::all_of(states.begin(), states.end(), [](std::uint32_t x) { return x == ransLeast; });
    if (!words.empty() || !isAtStart) {
        throw damagedBlock();
    }
}

void RansModel::decodeSymbols(std::span<const std::byte> coded, std::span<std::uint16_t> symbols) const
{
    if (m_wide.empty()) {
        decodeWith(m_narrow, coded, symbols);
    } else {
        decodeWith(m_wide, coded, symbols);
    }
}

/// A table size with all that it costs.
struct Choice
{
    std::vector<std::uint32_t> frequencies;
    std::vector<std::byte> bytes; ///< tableBits, then the frequencies
    int tableBits = 0;
    double cost = std::numeric_limits<double>::infinity();
};

Choice choiceOf(std::span<const std::uint64_t> counts, int tableBits)
{
    Choice choice { normalizedFrequencies(counts, tableBits), { static_cast<std::byte>(tableBits) }, tableBits };
    appendNumbers(choice.frequencies, choice.bytes);
    choice.cost = codedBits(counts, choice.frequencies, tableBits) + 8 * static_cast<double>(choice.bytes.size());
    return choice;
}

/// Tries table sizes: finer ones code shorter, but take more bytes themselves.
std::shared_ptr<const EntropyModel> train(std::span<const std::uint64_t> counts, int symbolBits)
{
    const std::size_t present = checkedPresent(counts, symbolBits);
    Choice best;
    const auto attempt = [&](int tableBits, double saving) {
        auto choice = choiceOf(counts, tableBits);
        if (best.frequencies.empty() || choice.cost < best.cost * (1 - saving)) {
            best = std::move(choice);
        }
    };
    const int least = static_cast<int>(std::bit_width(present - 1));
    for (int tableBits = least; tableBits <= mostSlotBits && (present > 1 || tableBits == 0); ++tableBits) {
        attempt(tableBits, isNarrow(counts.size(), tableBits) ? 0 : wideSaving);
    }
    for (int tableBits = mostSlotBits + 2; tableBits <= mostLongBits && present > leastForLong; tableBits += 2) {
        attempt(tableBits, longSaving);
    }
    if (best.tableBits > mostSlotBits) {
        return makeLongRansModel(std::move(best.frequencies), best.tableBits, symbolBits, std::move(best.bytes));
    }
    return std::make_shared<RansModel>(std::move(best.frequencies), best.tableBits, symbolBits);
}

std::shared_ptr<const EntropyModel> restore(std::span<const std::byte> modelBytes, std::size_t alphabet, int symbolBits)
{
    if (modelBytes.empty()) {
        throw damagedModel();
    }
    const int tableBits = std::to_integer<int>(modelBytes.front());
    auto frequencies = readNumbers(modelBytes.subspan(1), alphabet);
    const auto sum = std::accumulate(frequencies.begin(), frequencies.end(), std::uint64_t { 0 });
    if (tableBits > mostLongBits || sum != std::uint64_t { 1 } << tableBits) {
        throw damagedModel();
    }
    // One symbol alone needs no table: its frequency would not fit an entry.
    const auto largest = *std::max_element(frequencies.begin(), frequencies.end());
    if (tableBits > 0 && largest == sum) {
        throw damagedModel();
    }
    if (tableBits > mostSlotBits) {
        return makeLongRansModel(
            std::move(frequencies), tableBits, symbolBits, { modelBytes.begin(), modelBytes.end() });
    }
    return std::make_shared<RansModel>(std::move(frequencies), tableBits, symbolBits);
}
} // namespace

extern const EntropyCoder ransCoder;
const EntropyCoder ransCoder {
    .id = "rans",
    .title = BW_TR_NOOP("core", "Asymmetric numeral systems (rANS)"),
    .help = BW_TR_NOOP("core",
        "Codes as long as their frequency asks for, in fractions of a bit: the nearest to the entropy, also where a "
        "code "
        "takes less than one bit."),
    .train = train,
    .restore = restore,
};

} // namespace bw
