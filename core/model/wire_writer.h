#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bw {

/// Builds one protobuf message (protobuf.dev, "Encoding"): what WireReader reads.
class WireWriter
{
public:
    WireWriter& number(std::uint32_t field, std::uint64_t value)
    {
        addVarint(m_bytes, std::uint64_t { field } << 3);
        addVarint(m_bytes, value);
        return *this;
    }
    WireWriter& signedNumber(std::uint32_t field, std::int64_t value)
    {
        return number(field, static_cast<std::uint64_t>(value));
    }
    /// A text or a message.
    WireWriter& bytes(std::uint32_t field, std::string_view value)
    {
        begin(field, value.size());
        m_bytes += value;
        return *this;
    }
    /// Of a field of `length` bytes that follow after what this writer has.
    WireWriter& begin(std::uint32_t field, std::uint64_t length)
    {
        constexpr std::uint64_t lengthDelimited = 2;
        addVarint(m_bytes, std::uint64_t { field } << 3 | lengthDelimited);
        addVarint(m_bytes, length);
        return *this;
    }
    const std::string& text() const { return m_bytes; }
    std::string take() { return std::move(m_bytes); }

private:
    static void addVarint(std::string& bytes, std::uint64_t value)
    {
        constexpr unsigned more = 0x80;
        for (; value >= more; value >>= 7) {
            bytes += static_cast<char>((value & 0x7FU) | more);
        }
        bytes += static_cast<char>(value);
    }

    std::string m_bytes;
};

} // namespace bw
