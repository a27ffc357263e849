#pragma once

#include "core/gguf/block_type.h"
#include "core/tensor/dtype.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace bw {

/// A number type of GGUF files: plain numbers, blocks this library decodes, or blocks of which only the size is known.
struct GgmlType
{
    int number = 0; ///< in a tensor's entry
    std::string_view name; ///< "q4_k"
    int blockLength = 1; ///< rows are whole blocks
    int blockBytes = 0;
    std::optional<DType> plain; ///< of plain numbers
    const GgufBlockType* blocks = nullptr; ///< of blocks this library decodes
};

/// nullptr: unknown, and so is its size.
const GgmlType* ggmlType(std::uint32_t number);
/// The type of plain numbers; nullptr if GGUF has none for them.
const GgmlType* ggmlType(DType dtype);

/// By its name, such as "q4_k"; nullptr if there is none.
const GgmlType* ggmlTypeNamed(std::string_view name);

/// What general.file_type says about a file most of whose weights are of this type (llama.h, llama_ftype); nothing if
/// there is no number for it.
std::optional<std::uint32_t> ggufFileType(int ggmlNumber);

} // namespace bw
