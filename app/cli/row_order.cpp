#include "app/cli/row_order.h"

#include "app/cli/text_table.h"
#include "core/formats/row_groups.h"

namespace bw::cli {

namespace {
double bitsWithout(const QuantizedTensor& tensor)
{
    const auto bits = static_cast<double>(tensor.bits() - rowOrderBits(tensor));
    return bits / static_cast<double>(tensor.count());
}
} // namespace

Json channelLinksJson(const ChannelLinks& links)
{
    Json followers = Json::array();
    for (const auto& follower : links.followers) {
        followers.push_back({ { "tensor", follower.tensor }, { "axis", follower.axis }, { "block", follower.block } });
    }
    return { { "can_reorder", links.whyNot.empty() }, { "followers", std::move(followers) },
        { "same_order", links.sameOrder }, { "why_not", links.whyNot.english() } };
}

Json rowOrderJson(const Model& model, const LayerInfo& layer, const QuantizedTensor& tensor)
{
    const auto bits = rowOrderBits(tensor);
    if (bits == 0) {
        return nullptr;
    }
    Json out = channelLinksJson(model.channelLinks(layer));
    out["bits"] = bits;
    out["bits_per_weight_without"] = bitsWithout(tensor);
    return out;
}

std::string rowOrderText(const Model& model, const LayerInfo& layer, const QuantizedTensor& tensor)
{
    const auto bits = rowOrderBits(tensor);
    if (bits == 0) {
        return {};
    }
    const auto links = model.channelLinks(layer);
    std::string text = printable(layer.name) + ":";
    for (const auto& sentence : rowOrderSentences(links, static_cast<std::uint64_t>(tensor.shape.front()), bits)) {
        text += " " + sentence.english();
    }
    if (links.whyNot.empty()) {
        text += " Without it, the layer takes " + numberText(bitsWithout(tensor)) + " bits per weight.";
    }
    return text + "\n";
}

std::string rowOrderLines(const std::vector<std::string>& lines, bool showAll)
{
    const std::size_t limit = rowLimit(showAll);
    std::string text;
    std::size_t count = 0;
    for (const auto& line : lines) {
        count += line.empty() ? 0 : 1;
        if (limit == 0 || count <= limit) {
            text += line;
        }
    }
    return text.empty() ? text : "\n" + text;
}

} // namespace bw::cli
