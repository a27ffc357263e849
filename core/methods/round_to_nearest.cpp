#include "core/formats/format_family.h"
#include "core/methods/method.h"

namespace bw {

extern const Method roundToNearestMethod;
const Method roundToNearestMethod {
    .id = "rtn",
    .title = BW_TR_NOOP("core", "Round to nearest"),
    .explanation = BW_TR_NOOP("core",
        "Every weight becomes the nearest level of its group's grid. Fast, needs no data, and is what other methods "
        "improve on."),
    .schema = {},
    .needsCalibration = false,
    .quantize =
        [](const LayerInput& layer, const QuantFormat& format, const ParamValues&, const JobContext& ctx) {
            return encodeTensor(fitCodec(format, layer.matrix, ctx.sub(0, 0.6), layer.importance), layer.matrix,
                layer.outAxis, ctx.sub(0.6, 1));
        },
};

} // namespace bw
