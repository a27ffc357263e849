#include "core/gguf/ggml_type.h"

#include <algorithm>
#include <array>
#include <vector>

namespace bw {

namespace {
struct PlainType
{
    int number;
    DType dtype;
    std::string_view name;
};

constexpr std::array plainTypes {
    PlainType { 0, DType::F32, "f32" },
    PlainType { 1, DType::F16, "f16" },
    PlainType { 24, DType::I8, "i8" },
    PlainType { 25, DType::I16, "i16" },
    PlainType { 26, DType::I32, "i32" },
    PlainType { 27, DType::I64, "i64" },
    PlainType { 28, DType::F64, "f64" },
    PlainType { 30, DType::BF16, "bf16" },
};

/// Sizes from ggml-common.h (revision d99724f2); their grids are large tables that this build does not have.
constexpr std::array sizedTypes {
    GgmlType { 9, "q8_1", 32, 36, std::nullopt, nullptr },
    GgmlType { 15, "q8_k", 256, 292, std::nullopt, nullptr },
    GgmlType { 16, "iq2_xxs", 256, 66, std::nullopt, nullptr },
    GgmlType { 17, "iq2_xs", 256, 74, std::nullopt, nullptr },
    GgmlType { 18, "iq3_xxs", 256, 98, std::nullopt, nullptr },
    GgmlType { 19, "iq1_s", 256, 50, std::nullopt, nullptr },
    GgmlType { 21, "iq3_s", 256, 110, std::nullopt, nullptr },
    GgmlType { 22, "iq2_s", 256, 82, std::nullopt, nullptr },
    GgmlType { 29, "iq1_m", 256, 56, std::nullopt, nullptr },
};

std::vector<GgmlType> makeTypes()
{
    std::vector<GgmlType> types(sizedTypes.begin(), sizedTypes.end());
    for (const auto& plain : plainTypes) {
        types.push_back(
            { plain.number, plain.name, 1, static_cast<int>(info(plain.dtype).size), plain.dtype, nullptr });
    }
    for (const auto* type : ggufBlockTypes().entries()) {
        types.push_back({ type->ggmlType, type->id, type->blockLength, type->blockBytes, std::nullopt, type });
    }
    return types;
}

const std::vector<GgmlType>& types()
{
    static const std::vector<GgmlType> all = makeTypes();
    return all;
}

/// llama_ftype by ggml_type. Where there are several sizes of a mix, the one that is this type alone.
struct FileType
{
    int ggmlNumber;
    std::uint32_t fileType;
};
constexpr std::array fileTypes { FileType { 0, 0 }, FileType { 1, 1 }, FileType { 2, 2 }, FileType { 3, 3 },
    FileType { 8, 7 }, FileType { 6, 8 }, FileType { 7, 9 }, FileType { 10, 10 }, FileType { 11, 11 },
    FileType { 12, 14 }, FileType { 13, 16 }, FileType { 14, 18 }, FileType { 16, 19 }, FileType { 17, 20 },
    FileType { 18, 23 }, FileType { 19, 24 }, FileType { 20, 25 }, FileType { 21, 26 }, FileType { 22, 28 },
    FileType { 23, 30 }, FileType { 29, 31 }, FileType { 30, 32 }, FileType { 34, 36 }, FileType { 35, 37 },
    FileType { 39, 38 }, FileType { 40, 39 } };
} // namespace

const GgmlType* ggmlType(std::uint32_t number)
{
    const auto found = std::find_if(types().begin(), types().end(),
        [&](const GgmlType& type) { return static_cast<std::uint32_t>(type.number) == number; });
    return found == types().end() ? nullptr : &*found;
}

const GgmlType* ggmlType(DType dtype)
{
    const auto found
        = std::find_if(types().begin(), types().end(), [&](const GgmlType& type) { return type.plain == dtype; });
    return found == types().end() ? nullptr : &*found;
}

const GgmlType* ggmlTypeNamed(std::string_view name)
{
    const auto found
        = std::find_if(types().begin(), types().end(), [&](const GgmlType& type) { return type.name == name; });
    return found == types().end() ? nullptr : &*found;
}

std::optional<std::uint32_t> ggufFileType(int ggmlNumber)
{
    const auto found = std::find_if(
        fileTypes.begin(), fileTypes.end(), [&](const FileType& type) { return type.ggmlNumber == ggmlNumber; });
    return found == fileTypes.end() ? std::nullopt : std::optional(found->fileType);
}

} // namespace bw
