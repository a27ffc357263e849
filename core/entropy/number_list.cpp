#include "core/entropy/number_list.h"

#include "core/entropy/block_model.h"

#include <algorithm>
#include <bit>

namespace bw::entropy {

namespace {
constexpr int mostGammaBits = 17; // of a run of 2^16 zeros

class BitWriter
{
public:
    explicit BitWriter(std::vector<std::byte>& out)
        : m_out(out)
    {
    }
    ~BitWriter()
    {
        if (m_filled > 0) {
            m_out.push_back(static_cast<std::byte>(m_window & 0xFFU));
        }
    }
    BitWriter(const BitWriter&) = delete;
    BitWriter& operator=(const BitWriter&) = delete;

    /// The lowest `bits` (0 … 32) of `value`.
    void write(std::uint32_t value, int bits)
    {
        m_window |= (value & ((std::uint64_t { 1 } << bits) - 1)) << m_filled;
        m_filled += bits;
        for (; m_filled >= 8; m_filled -= 8, m_window >>= 8) {
            m_out.push_back(static_cast<std::byte>(m_window & 0xFFU));
        }
    }
    /// `value` ≥ 1: as many zeros as there are bits below the leading one, the one, those bits.
    void writeGamma(std::uint32_t value)
    {
        const int below = std::bit_width(value) - 1;
        write(0, below);
        write(1, 1);
        write(value, below);
    }

private:
    std::vector<std::byte>& m_out;
    std::uint64_t m_window = 0;
    int m_filled = 0; ///< bits in the window, below 8 between calls
};

class BitReader
{
public:
    explicit BitReader(std::span<const std::byte> bytes)
        : m_bytes(bytes)
    {
    }

    std::uint32_t read(int bits)
    {
        std::uint32_t value = 0;
        for (int i = 0; i < bits; ++i) {
            value |= bit() << i;
        }
        return value;
    }
    std::uint32_t readGamma()
    {
        int below = 0;
        while (bit() == 0) {
            if (++below > mostGammaBits) {
                throw damagedModel();
            }
        }
        return 1U << below | read(below);
    }
    /// Nothing but padding may be left.
    void finish()
    {
        while (m_position % 8 != 0) {
            if (bit() != 0) {
                throw damagedModel();
            }
        }
        if (m_position / 8 != m_bytes.size()) {
            throw damagedModel();
        }
    }

private:
    std::uint32_t bit()
    {
        if (m_position / 8 >= m_bytes.size()) {
            throw damagedModel();
        }
        const auto byte = std::to_integer<std::uint32_t>(m_bytes[m_position / 8]);
        return byte >> (m_position++ % 8) & 1U;
    }

    std::span<const std::byte> m_bytes;
    std::size_t m_position = 0; ///< in bits
};

/// 0, 1, -1, 2, -2 … as 1, 2, 3, 4, 5 …
std::uint32_t folded(int change)
{
    return static_cast<std::uint32_t>(change > 0 ? 2 * change : 1 - 2 * change);
}
int unfolded(std::uint32_t code)
{
    const auto half = static_cast<int>(code / 2);
    return code % 2 == 0 ? half : -half;
}

/// What a list's numbers are made of: widths, and for numbers the bits below the leading one.
struct AsNumber
{
    static constexpr int maxWidth = 25; // of 2^24
    static int width(std::uint32_t number) { return std::bit_width(number); }
    static void writeRest(BitWriter& writer, std::uint32_t number, int width) { writer.write(number, width - 1); }
    static std::uint32_t read(BitReader& reader, int width) { return 1U << (width - 1) | reader.read(width - 1); }
};
struct AsLength
{
    static constexpr int maxWidth = 17;
    static int width(std::uint32_t length) { return static_cast<int>(length); }
    static void writeRest(BitWriter&, std::uint32_t, int) { }
    static std::uint32_t read(BitReader&, int width) { return static_cast<std::uint32_t>(width); }
};

template <class Item>
void appendList(std::span<const std::uint32_t> items, std::vector<std::byte>& out)
{
    BitWriter writer(out);
    int width = 0;
    for (std::size_t i = 0; i < items.size();) {
        const int next = Item::width(items[i]);
        writer.writeGamma(folded(next - width));
        width = next;
        if (next > 0) {
            Item::writeRest(writer, items[i], next);
            ++i;
            continue;
        }
        const std::size_t start = i;
        while (i < items.size() && items[i] == 0) {
            ++i;
        }
        writer.writeGamma(static_cast<std::uint32_t>(i - start));
    }
}

template <class Item>
std::vector<std::uint32_t> readList(std::span<const std::byte> bytes, std::size_t count)
{
    BitReader reader(bytes);
    std::vector<std::uint32_t> items;
    items.reserve(count);
    int width = 0;
    while (items.size() < count) {
        width += unfolded(reader.readGamma());
        if (width < 0 || width > Item::maxWidth) {
            throw damagedModel();
        }
        if (width > 0) {
            items.push_back(Item::read(reader, width));
            continue;
        }
        const std::size_t zeros = reader.readGamma();
        if (zeros > count - items.size()) {
            throw damagedModel();
        }
        items.insert(items.end(), zeros, 0);
    }
    reader.finish();
    return items;
}
} // namespace

void appendNumbers(std::span<const std::uint32_t> numbers, std::vector<std::byte>& out)
{
    appendList<AsNumber>(numbers, out);
}

std::vector<std::uint32_t> readNumbers(std::span<const std::byte> bytes, std::size_t count)
{
    return readList<AsNumber>(bytes, count);
}

void appendLengths(std::span<const std::uint32_t> lengths, std::vector<std::byte>& out)
{
    appendList<AsLength>(lengths, out);
}

std::vector<std::uint32_t> readLengths(std::span<const std::byte> bytes, std::size_t count)
{
    return readList<AsLength>(bytes, count);
}

} // namespace bw::entropy
