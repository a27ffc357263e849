// Lines for llama-quantize --tensor-type-file: "NAME=TYPE", NAME being a regular expression that is searched for in the
// tensor's name (tools/quantize/quantize.cpp, parse_tensor_type).

#include "core/export/recipe_target.h"
#include "core/formats/format_family.h"

#include <algorithm>

namespace bw {

extern const RecipeTarget llamaCppTarget;

namespace {
/// llama-quantize compares with names in lower case.
std::string lowerCase(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

/// The element's name is GGML's where GGML has the type; empty where it has not.
std::string typeOf(const QuantFormat& format)
{
    const auto& family = familyOf(format);
    const int number = family.ggmlType == nullptr ? -1 : family.ggmlType(format.params);
    return number < 0 || !format.extras.empty() ? std::string() : family.elementText(format.params);
}

RecipeTranslation translate(const RecipeSource& source)
{
    RecipeTranslation out;
    for (const LayerPlan& plan : source.plan.layers) {
        const LayerInfo& layer = source.model.layer(plan.layer);
        if (plan.isKept) {
            continue; // llama-quantize keeps vectors, too
        }
        const std::string type = typeOf(plan.choice.format);
        if (type.empty()) {
            out.losses.push_back({ layer.name,
                Text(BW_TR_NOOP("core", "%1 is no type of llama.cpp: the layer is left to llama-quantize's own choice"),
                    { formatText(plan.choice.format) }) });
        } else {
            out.text += exactPattern(lowerCase(layer.name)) + "=" + type + "\n";
        }
    }
    return out;
}
} // namespace

const RecipeTarget llamaCppTarget {
    .id = "llama.cpp",
    .title = Text(BW_TR_NOOP("core", "llama.cpp tensor types")),
    .use = Text(BW_TR_NOOP("core", "Give it to llama-quantize with --tensor-type-file.")),
    .suffix = ".txt",
    .translate = translate,
};

} // namespace bw
