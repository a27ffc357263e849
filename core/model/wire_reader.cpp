#include "core/model/wire_reader.h"

namespace bw {

namespace {
[[noreturn]] void bad(const char* sentence)
{
    throw Error(ErrorKind::BadFile, Text(sentence));
}

constexpr const char* cutOff
    = BW_TR_NOOP("core", "a protobuf message ends in the middle of a field: the file is truncated or damaged");

template <class T>
std::uint64_t takeFixed(std::string_view& bytes)
{
    if (bytes.size() < sizeof(T)) {
        bad(cutOff);
    }
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    bytes.remove_prefix(sizeof(T));
    return value;
}
} // namespace

std::uint64_t WireReader::takeVarint(std::string_view& bytes)
{
    constexpr unsigned longest = 10;
    std::uint64_t value = 0;
    for (unsigned i = 0; i < longest; ++i) {
        if (i >= bytes.size()) {
            bad(cutOff);
        }
        const auto byte = static_cast<unsigned char>(bytes[i]);
        if (i == longest - 1 && byte > 1) {
            break;
        }
        value |= static_cast<std::uint64_t>(byte & 0x7FU) << (7 * i);
        if (byte < 0x80) {
            bytes.remove_prefix(i + 1);
            return value;
        }
    }
    bad(BW_TR_NOOP("core", "a number in a protobuf message is longer than 64 bits"));
}

bool WireReader::take()
{
    const auto tag = takeVarint(m_rest);
    if (tag >> 3 == 0 || tag >> 32 != 0) {
        bad(BW_TR_NOOP("core", "a protobuf message has a field with a number out of range"));
    }
    m_field = static_cast<std::uint32_t>(tag >> 3);
    m_bytes = {};
    m_number = 0;
    switch (tag & 7) {
    case 0:
        m_type = Type::Varint;
        m_number = takeVarint(m_rest);
        return true;
    case 1:
        m_type = Type::Fixed64;
        m_number = takeFixed<std::uint64_t>(m_rest);
        return true;
    case 2: {
        m_type = Type::Bytes;
        const auto length = takeVarint(m_rest);
        if (length > m_rest.size()) {
            bad(cutOff);
        }
        m_bytes = m_rest.substr(0, static_cast<std::size_t>(length));
        m_rest.remove_prefix(static_cast<std::size_t>(length));
        return true;
    }
    case 5:
        m_type = Type::Fixed32;
        m_number = takeFixed<std::uint32_t>(m_rest);
        return true;
    default:
        bad(BW_TR_NOOP("core", "a protobuf message has a field of a kind that ONNX does not use"));
    }
}

std::uint64_t WireReader::number() const
{
    if (m_type == Type::Bytes) {
        bad(BW_TR_NOOP("core", "a protobuf message has bytes where a number belongs"));
    }
    return m_number;
}

std::string_view WireReader::bytes() const
{
    if (m_type != Type::Bytes) {
        bad(BW_TR_NOOP("core", "a protobuf message has a number where bytes belong"));
    }
    return m_bytes;
}

} // namespace bw
