// AIMET's encodings file, version 1.0.0: scale and offset of each weight, value = (q + offset)·scale with q from 0 to
// 2^bw - 1 (aimet_common, quantization encoding specification 1.0.0).

#include "core/base/json.h"
#include "core/export/recipe_target.h"

namespace bw {

extern const RecipeTarget aimetTarget;

namespace {
const char* kindOf(Granularity granularity)
{
    switch (granularity) {
    case Granularity::Tensor:
        return "PER_TENSOR";
    case Granularity::Channel:
        return "PER_CHANNEL";
    case Granularity::Block:
        return "PER_BLOCK";
    }
    return "";
}

/// Nothing if AIMET's integers cannot say it.
std::optional<Json> encodingOf(const LayerInfo& layer, const QuantizedTensor& tensor)
{
    const auto values = tensor.codec->codeValues();
    if (!values || !values->isIntegers || !tensor.format.extras.empty()) {
        return std::nullopt;
    }
    const int bits = tensor.codec->codeBits();
    const bool isSymmetric = values->zeros.empty();
    Json scales = Json::array();
    Json offsets = Json::array();
    for (std::uint64_t group = 0; group < values->groups.count(); ++group) {
        scales.push_back(static_cast<double>(values->scale(group)));
        offsets.push_back(isSymmetric ? -(1 << (bits - 1)) : -int { values->zeros[group] });
    }
    const auto granularity = tensor.format.scaling.granularity;
    Json out { { "name", printable(layer.name) }, { "enc_type", kindOf(granularity) }, { "dtype", "INT" },
        { "bw", bits }, { "is_sym", isSymmetric }, { "scale", std::move(scales) }, { "offset", std::move(offsets) } };
    if (granularity == Granularity::Block) {
        out["block_size"] = tensor.format.scaling.blockSize;
    }
    return out;
}

RecipeTranslation translate(const RecipeSource& source)
{
    RecipeTranslation out;
    Json encodings = Json::array();
    Json excluded = Json::array();
    for (const LayerInfo& layer : source.model.layers()) {
        const auto* quantized = std::get_if<QuantizedLayerPtr>(&source.quantized->layers[layer.id.index()]);
        if (quantized == nullptr) {
            continue;
        }
        if (auto encoding = encodingOf(layer, (*quantized)->tensor)) {
            encodings.push_back(std::move(*encoding));
            continue;
        }
        excluded.push_back(printable(layer.name));
        out.losses.push_back({ layer.name,
            Text(BW_TR_NOOP("core", "%1 is no format of plain integers: the layer is left out and stays float"),
                { formatText((*quantized)->tensor.format) }) });
    }
    out.losses.push_back({ {},
        BW_TR_NOOP("core", "Only scales and offsets are carried over: AIMET rounds the weights again by itself.") });
    const Json document { { "version", "1.0.0" }, { "activation_encodings", Json::array() },
        { "param_encodings", std::move(encodings) }, { "excluded_layers", std::move(excluded) } };
    out.text = document.dump(2) + "\n";
    return out;
}
} // namespace

const RecipeTarget aimetTarget {
    .id = "aimet",
    .title = Text(BW_TR_NOOP("core", "AIMET encodings 1.0.0")),
    .use = Text(BW_TR_NOOP("core", "Load it into a quantization simulation with load_encodings().")),
    .suffix = ".encodings",
    .needsValues = true,
    .translate = translate,
};

} // namespace bw
