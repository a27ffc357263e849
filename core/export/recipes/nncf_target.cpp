// Arguments of nncf.compress_weights(): one mode for all layers, and an IgnoredScope of patterns for those that stay as
// they are.

#include "core/base/json.h"
#include "core/export/recipe_target.h"
#include "core/formats/format_family.h"

#include <algorithm>
#include <map>

namespace bw {

extern const RecipeTarget nncfTarget;

namespace {
/// A mode of nncf.CompressWeightsMode and its group size; -1: a scale per output channel.
struct Mode
{
    std::string name;
    int groupSize = -1;
    auto operator<=>(const Mode&) const = default;
};

/// What comes nearest to a format; nothing if no mode does. Known by what its codes mean, not by its name: a fit to a
/// small matrix tells.
std::optional<Mode> modeOf(const QuantFormat& format)
{
    constexpr std::int64_t columns = 256;
    std::vector<float> values(2 * columns);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<float>(i % 17) - 7.5F;
    }
    const auto codec = fitCodec(format, makeTensor(Shape { 2, columns }, std::move(values)), {});
    const auto codes = codec->codeValues();
    const int bits = codec->codeBits();
    const auto granularity = format.scaling.granularity;
    const bool isPlain = codes && codes->isIntegers && format.extras.empty() && granularity != Granularity::Tensor;
    if (!isPlain || (bits != 4 && bits != 8) || (bits == 8 && granularity == Granularity::Block)) {
        return std::nullopt; // its 8-bit modes have a scale per channel
    }
    const std::string name = std::string(bits == 4 ? "int4" : "int8") + (codes->zeros.empty() ? "_sym" : "_asym");
    return Mode { name, granularity == Granularity::Block ? format.scaling.blockSize : -1 };
}

std::string moduleName(const std::string& layer)
{
    constexpr std::string_view suffix = ".weight";
    return layer.ends_with(suffix) ? layer.substr(0, layer.size() - suffix.size()) : layer;
}

/// ".*/" and "." both separate names in NNCF's graphs: anywhere in a node's name will do.
std::string patternOf(const std::string& layer)
{
    std::string pattern = exactPattern(moduleName(layer));
    pattern.erase(0, 1); // its anchors
    pattern.pop_back();
    return ".*" + pattern + ".*";
}

RecipeTranslation translate(const RecipeSource& source)
{
    RecipeTranslation out;
    std::map<Mode, std::uint64_t> weights;
    std::map<std::string, std::optional<Mode>> modes; // by format: a fit each
    for (const LayerPlan& plan : source.plan.layers) {
        if (!plan.isKept) {
            const std::string text = formatText(plan.choice.format);
            const auto known = modes.find(text) == modes.end() ? modes.emplace(text, modeOf(plan.choice.format)).first
                                                               : modes.find(text);
            if (known->second) {
                weights[*known->second] += source.model.layer(plan.layer).count();
            }
        }
    }
    const auto most = std::max_element(
        weights.begin(), weights.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    Json ignored = Json::array();
    for (const LayerPlan& plan : source.plan.layers) {
        const LayerInfo& layer = source.model.layer(plan.layer);
        if (plan.isKept) {
            continue; // vectors are never compressed
        }
        const std::string text = formatText(plan.choice.format);
        const auto& mode = modes[text];
        if (!mode) {
            ignored.push_back(patternOf(layer.name));
            out.losses.push_back({ layer.name,
                Text(BW_TR_NOOP("core", "NNCF has no mode for %1: the layer is ignored and stays float"), { text }) });
        } else if (*mode != most->first) {
            out.losses.push_back({ layer.name,
                Text(BW_TR_NOOP("core", "%1 becomes %2: NNCF has one mode for all layers"),
                    { text, most->first.name }) });
        }
    }
    Json document { { "ignored_scope", { { "patterns", std::move(ignored) } } } };
    if (most != weights.end()) {
        document["mode"] = most->first.name;
        document["group_size"] = most->first.groupSize;
        document["ratio"] = 1.0;
        document["all_layers"] = true;
    }
    out.text = document.dump(2) + "\n";
    return out;
}
} // namespace

const RecipeTarget nncfTarget {
    .id = "nncf",
    .title = Text(BW_TR_NOOP("core", "NNCF weight compression")),
    .use = Text(BW_TR_NOOP("core",
        "Its entries are the arguments of nncf.compress_weights(); ignored_scope goes into nncf.IgnoredScope().")),
    .suffix = ".json",
    .translate = translate,
};

} // namespace bw
