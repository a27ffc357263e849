#pragma once
// value header

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace bw {

enum class DType : std::uint8_t
{
    Bool,
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F8E4M3,
    F8E5M2,
    F16,
    BF16,
    F32,
    F64
};

struct DTypeInfo
{
    DType dtype;
    const char* name; ///< safetensors spelling, which the contract uses: "F32"
    std::size_t size; ///< bytes
    bool isFloat;
    /// Converts `count` little-endian values at `from` (any alignment) to float32, rounding to nearest.
    void (*toFloats)(const std::byte* from, float* to, std::size_t count);
};

std::span<const DTypeInfo> allDTypes();
const DTypeInfo& info(DType dtype);
std::optional<DType> dtypeFromName(std::string_view name);

} // namespace bw
