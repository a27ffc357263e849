#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace bw {

/// Reads one protobuf message field by field (protobuf.dev, "Encoding"), in place: nothing is copied, allocated or
/// followed, so a message of any size costs no memory. Errors: {BadFile} in a sentence.
class WireReader
{
public:
    enum class Type
    {
        Varint = 0,
        Fixed64 = 1,
        Bytes = 2,
        Fixed32 = 5
    };

    explicit WireReader(std::string_view message)
        : m_rest(message)
    {
    }

    /// Goes to the next field; false at the end.
    bool next()
    {
        m_raw = m_rest;
        const bool isThere = !m_rest.empty() && take();
        m_raw.remove_suffix(m_rest.size());
        return isThere;
    }
    std::uint32_t field() const { return m_field; }
    /// The field as it stands in the message: number, length and value.
    std::string_view raw() const { return m_raw; }
    Type type() const { return m_type; }
    /// The number of a Varint, Fixed32 or Fixed64 field. Error{BadFile} if it is of bytes.
    std::uint64_t number() const;
    std::int64_t signedNumber() const { return static_cast<std::int64_t>(number()); }
    /// The bytes of a length-delimited field. Error{BadFile} if it is a number.
    std::string_view bytes() const;
    /// Calls `use(number)` for a repeated number field, packed or not.
    template <class Use>
    void numbers(const Use& use) const
    {
        if (m_type != Type::Bytes) {
            use(m_number);
            return;
        }
        std::string_view packed = m_bytes;
        while (!packed.empty()) {
            use(takeVarint(packed));
        }
    }

    /// Takes a number off the front. Error{BadFile}: it is cut off or longer than 64 bits.
    static std::uint64_t takeVarint(std::string_view& bytes);

private:
    bool take();

    std::string_view m_rest;
    std::string_view m_raw;
    std::uint32_t m_field = 0;
    Type m_type = Type::Varint;
    std::uint64_t m_number = 0;
    std::string_view m_bytes;
};

} // namespace bw
