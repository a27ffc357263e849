#include "core/formats/coded_codec.h"

namespace bw {

extern const EntropyCoder zstdCoder;
extern const FormatExtra zstdExtra;
const FormatExtra zstdExtra {
    .id = "zstd",
    .title = BW_TR_NOOP("core", "Entropy coding (zstd)"),
    .help = BW_TR_NOOP("core", "Codes are stored in fewer bits by the Huffman stage of zstd, which is everywhere."),
    .kind = coderKind,
    .examples = { "int4s/c/zstd", "int8/t:f32/zstd" },
    .validate = validateCoded,
    .fit = [](const QuantFormat&, const TensorView& matrix, const FormatExtra::FitInner& inner,
               const JobContext& ctx) { return fitCoded(zstdCoder, matrix, inner, ctx); },
    .restore = [](const QuantFormat&, const Shape& shape, std::span<const TensorPart> sideParts,
                   const FormatExtra::RestoreInner& inner) { return restoreCoded(zstdCoder, shape, sideParts, inner); },
};

} // namespace bw
