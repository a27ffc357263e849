#pragma once

#include "core/engine/quantize_model.h"

#include <cstdint>

namespace bw {

/// Keeps the codes of quantized layers in memory up to a limit, and those of further large layers in files without
/// names (scratch_file.h), so that a model of any size is quantized in little memory.
class CodeStore
{
public:
    /// Codes kept in memory, beside those of layers smaller than 1 MB.
    static constexpr std::uint64_t mostKept = std::uint64_t { 96 } << 20;

    /// The same layer, its codes perhaps elsewhere. Where no such file can be made they stay in memory.
    QuantizedLayerPtr keep(QuantizedLayerPtr layer);

private:
    std::uint64_t m_kept = 0;
};

} // namespace bw
