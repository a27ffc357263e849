#include "core/formats/coded_codec.h"

namespace bw {

extern const EntropyCoder huffmanCoder;
extern const FormatExtra huffmanExtra;
const FormatExtra huffmanExtra {
    .id = "huffman",
    .title = BW_TR_NOOP("core", "Entropy coding (Huffman)"),
    .help = BW_TR_NOOP("core", "Frequent codes are stored in fewer bits: whole bits per code, 1 at least."),
    .kind = coderKind,
    .examples = { "int4s/c/huffman", "nf4/b64/huffman" },
    .validate = validateCoded,
    .fit = [](const QuantFormat&, const TensorView& matrix, const FormatExtra::FitInner& inner,
               const JobContext& ctx) { return fitCoded(huffmanCoder, matrix, inner, ctx); },
    .restore
    = [](const QuantFormat&, const Shape& shape, std::span<const TensorPart> sideParts,
          const FormatExtra::RestoreInner& inner) { return restoreCoded(huffmanCoder, shape, sideParts, inner); },
};

} // namespace bw
