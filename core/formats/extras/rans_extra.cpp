#include "core/formats/coded_codec.h"

namespace bw {

extern const EntropyCoder ransCoder;
extern const FormatExtra ransExtra;
const FormatExtra ransExtra {
    .id = "rans",
    .title = BW_TR_NOOP("core", "Entropy coding (rANS)"),
    .help = BW_TR_NOOP(
        "core", "Codes are stored in as many bits as their frequencies ask for: within half a percent of the entropy."),
    .kind = coderKind,
    .examples = { "int4s/c/rans", "crd4(normal)/t:rms/rans", "kmeans3/c/sparse=1%/rans" },
    .trials = { std::monostate {} },
    .validate = validateCoded,
    .fit = [](const QuantFormat&, const TensorView& matrix, const FormatExtra::FitInner& inner,
               const JobContext& ctx) { return fitCoded(ransCoder, matrix, inner, ctx); },
    .restore = [](const QuantFormat&, const Shape& shape, std::span<const TensorPart> sideParts,
                   const FormatExtra::RestoreInner& inner) { return restoreCoded(ransCoder, shape, sideParts, inner); },
};

} // namespace bw
