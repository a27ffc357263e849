#include "tests/support/byte_file_builder.h"

#include <algorithm>

namespace bw::test {

std::string littleEndian(std::uint64_t value, int bytes)
{
    std::string out;
    for (int i = 0; i < bytes; ++i) {
        out += static_cast<char>(value >> (8 * i) & 0xFF);
    }
    return out;
}

std::string bigEndian(std::uint64_t value, int bytes)
{
    std::string out = littleEndian(value, bytes);
    std::reverse(out.begin(), out.end());
    return out;
}

std::string floatBytes(std::span<const float> values)
{
    return { reinterpret_cast<const char*>(values.data()), values.size_bytes() };
}

std::string safetensorsBytes(std::string_view header, std::string_view data)
{
    return littleEndian(header.size(), 8) + std::string(header) + std::string(data);
}

std::string tensorJson(std::string_view name, std::string_view dtype, std::string_view shape, std::uint64_t begin, std::uint64_t end)
{
    return "\"" + std::string(name) + "\":{\"dtype\":\"" + std::string(dtype) + "\",\"shape\":[" + std::string(shape) + "],\"data_offsets\":["
        + std::to_string(begin) + "," + std::to_string(end) + "]}";
}

} // namespace bw::test
