#include "core/tensor/dtype.h"

#include "core/base/bulk_convert.h"
#include "core/base/half.h"

#include <array>
#include <cstring>

namespace bw {

namespace {
template <class Stored, class Convert>
void convertEach(const std::byte* from, float* to, std::size_t count, Convert convert)
{
    for (std::size_t i = 0; i < count; ++i) {
        Stored value;
        std::memcpy(&value, from + i * sizeof(Stored), sizeof(Stored));
        to[i] = convert(value);
    }
}

template <class Stored>
void numbers(const std::byte* from, float* to, std::size_t count)
{
    convertEach<Stored>(from, to, count, [](Stored value) { return static_cast<float>(value); });
}

void floats(const std::byte* from, float* to, std::size_t count)
{
    if (count > 0) { // an empty tensor may lie nowhere
        std::memcpy(to, from, count * sizeof(float));
    }
}
void booleans(const std::byte* from, float* to, std::size_t count)
{
    convertEach<std::uint8_t>(from, to, count, [](std::uint8_t value) { return value != 0 ? 1.0F : 0.0F; });
}
void e4m3(const std::byte* from, float* to, std::size_t count)
{
    convertEach<std::uint8_t>(from, to, count, float8E4M3ToFloat);
}
void e5m2(const std::byte* from, float* to, std::size_t count)
{
    convertEach<std::uint8_t>(from, to, count, float8E5M2ToFloat);
}

constexpr std::array<DTypeInfo, 15> table { {
    { DType::Bool, "BOOL", 1, false, booleans },
    { DType::U8, "U8", 1, false, numbers<std::uint8_t> },
    { DType::I8, "I8", 1, false, numbers<std::int8_t> },
    { DType::U16, "U16", 2, false, numbers<std::uint16_t> },
    { DType::I16, "I16", 2, false, numbers<std::int16_t> },
    { DType::U32, "U32", 4, false, numbers<std::uint32_t> },
    { DType::I32, "I32", 4, false, numbers<std::int32_t> },
    { DType::U64, "U64", 8, false, numbers<std::uint64_t> },
    { DType::I64, "I64", 8, false, numbers<std::int64_t> },
    { DType::F8E4M3, "F8_E4M3", 1, true, e4m3 },
    { DType::F8E5M2, "F8_E5M2", 1, true, e5m2 },
    { DType::F16, "F16", 2, true, halvesToFloats },
    { DType::BF16, "BF16", 2, true, bfloatsToFloats },
    { DType::F32, "F32", 4, true, floats },
    { DType::F64, "F64", 8, true, numbers<double> },
} };
} // namespace

std::span<const DTypeInfo> allDTypes()
{
    return table;
}
const DTypeInfo& info(DType dtype)
{
    return table[static_cast<std::size_t>(dtype)];
}

std::optional<DType> dtypeFromName(std::string_view name)
{
    for (const auto& entry : table) {
        if (name == entry.name) {
            return entry.dtype;
        }
    }
    return std::nullopt;
}

} // namespace bw
