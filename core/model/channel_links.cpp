#include "core/model/channel_links.h"

#include <algorithm>

namespace bw {

namespace {
Text blocksConflict()
{
    return BW_TR_NOOP("core", "Its channels meet others of another number or in blocks of another size.");
}

std::string moduleOf(const std::string& tensor)
{
    const auto dot = tensor.rfind('.');
    return dot == std::string::npos ? std::string() : tensor.substr(0, dot);
}

bool isPlain(const ChannelLinks::Follower& follower)
{
    return follower.axis == 0 && follower.block == 1;
}

std::string namesText(const std::vector<std::string>& names)
{
    constexpr std::size_t most = 12;
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < most; ++i) {
        text += (i == 0 ? "" : ", ") + names[i];
    }
    return names.size() > most ? text + ", …" : text;
}
} // namespace

std::string followersText(const ChannelLinks& links)
{
    std::vector<std::string> names;
    for (const auto& follower : links.followers) {
        const auto module = moduleOf(follower.tensor);
        const auto siblings = std::count_if(links.followers.begin(), links.followers.end(),
            [&](const auto& other) { return isPlain(other) && moduleOf(other.tensor) == module; });
        std::string name = printable(follower.tensor);
        if (isPlain(follower) && siblings > 1 && !module.empty()) {
            name = printable(module) + ".*";
        } else if (follower.block != 1) {
            name += " (axis " + toText(follower.axis) + ", " + toText(follower.block) + " each)";
        } else if (follower.axis != 0) {
            name += " (axis " + toText(follower.axis) + ")";
        }
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(std::move(name));
        }
    }
    return namesText(names);
}

std::vector<Text> rowOrderSentences(const ChannelLinks& links, std::uint64_t rows, std::uint64_t bits)
{
    std::vector<Text> sentences { Text(
        BW_TR_NOOP("core", "The order of its %1 rows is stored in %2 bits."), { toText(rows), toText(bits) }) };
    if (!links.whyNot.empty()) {
        sentences.emplace_back(BW_TR_NOOP("core", "No other layer can take it over."));
        sentences.push_back(links.whyNot);
        return sentences;
    }
    if (links.followers.empty()) {
        sentences.emplace_back(BW_TR_NOOP("core", "No other tensor depends on it, so it need not be stored."));
    } else {
        sentences.emplace_back(
            BW_TR_NOOP("core", "It could be absorbed by %1."), std::vector<std::string> { followersText(links) });
    }
    if (!links.sameOrder.empty()) {
        std::vector<std::string> names;
        std::transform(links.sameOrder.begin(), links.sameOrder.end(), std::back_inserter(names),
            [](const std::string& name) { return printable(name); });
        sentences.emplace_back(BW_TR_NOOP("core", "The rows of %1 would then have to stand in the same order."),
            std::vector<std::string> { namesText(names) });
    }
    return sentences;
}

ChannelAxes::Axis ChannelAxes::add(std::optional<std::int64_t> size)
{
    m_nodes.push_back({ m_nodes.size(), 1, size, {} });
    return m_nodes.size() - 1;
}

ChannelAxes::Axis ChannelAxes::addTensor(const std::string& tensor, int axis, std::int64_t size)
{
    const Axis added = add(size);
    m_tensors.insert_or_assign({ tensor, axis }, added);
    return added;
}

ChannelAxes::Place ChannelAxes::place(Axis axis) const
{
    Place found { axis, 1 };
    while (m_nodes[found.root].parent != found.root) {
        found.block *= m_nodes[found.root].block;
        found.root = m_nodes[found.root].parent;
    }
    return found;
}

std::optional<std::int64_t> ChannelAxes::size(Axis axis) const
{
    const auto found = place(axis);
    const auto& size = m_nodes[found.root].size;
    return size ? std::optional(*size * found.block) : std::nullopt;
}

void ChannelAxes::conflict(Axis a, Axis b)
{
    fix(a, blocksConflict());
    fix(b, blocksConflict());
}

void ChannelAxes::attach(Place child, Place parent)
{
    Node& below = m_nodes[child.root];
    Node& above = m_nodes[parent.root];
    const std::int64_t block = parent.block / child.block;
    if (!above.size && below.size) {
        if (*below.size % block != 0) {
            conflict(child.root, parent.root);
            return;
        }
        above.size = *below.size / block;
    }
    if (above.whyFixed.empty()) {
        above.whyFixed = below.whyFixed;
    }
    below.parent = parent.root;
    below.block = block;
}

void ChannelAxes::tie(Axis a, Axis b)
{
    const auto sizeA = size(a);
    const auto sizeB = size(b);
    if (sizeA && sizeB && *sizeA != *sizeB) {
        conflict(a, b);
        return;
    }
    const auto placeA = place(a);
    const auto placeB = place(b);
    if (placeA.root == placeB.root) {
        if (placeA.block != placeB.block) {
            conflict(a, b);
        }
    } else if (placeB.block % placeA.block == 0) {
        attach(placeA, placeB);
    } else if (placeA.block % placeB.block == 0) {
        attach(placeB, placeA);
    } else {
        conflict(a, b);
    }
}

void ChannelAxes::tieBlocks(Axis outer, Axis whole)
{
    m_blocks.emplace_back(outer, whole);
}

void ChannelAxes::fix(Axis axis, const Text& why)
{
    auto& reason = m_nodes[place(axis).root].whyFixed;
    if (reason.empty()) {
        reason = why;
    }
}

void ChannelAxes::resolveBlocks()
{
    // One may give another its size.
    for (std::size_t before = m_blocks.size() + 1; m_blocks.size() < before;) {
        before = m_blocks.size();
        std::erase_if(m_blocks, [&](const auto& pair) {
            const auto outer = size(pair.first);
            const auto whole = size(pair.second);
            if (!outer || !whole) {
                return false;
            }
            if (*outer < 1 || *whole % *outer != 0) {
                conflict(pair.first, pair.second);
                return true;
            }
            const Axis inner = add();
            m_nodes[inner].parent = pair.first;
            m_nodes[inner].block = *whole / *outer;
            tie(pair.second, inner);
            return true;
        });
    }
    for (const auto& [outer, whole] : m_blocks) {
        conflict(outer, whole);
    }
    m_blocks.clear();
}

std::map<std::string, ChannelLinks> ChannelAxes::links(const std::vector<std::pair<std::string, int>>& layers)
{
    resolveBlocks();
    std::map<std::string, ChannelLinks> all;
    for (const auto& layer : layers) {
        ChannelLinks& links = all[layer.first];
        const auto own = m_tensors.find(layer);
        if (own == m_tensors.end()) {
            links.whyNot = BW_TR_NOOP("core", "The model's graph does not use it.");
            continue;
        }
        const auto rows = place(own->second);
        links.whyNot = m_nodes[rows.root].whyFixed;
        if (links.whyNot.empty() && rows.block != 1) {
            links.whyNot
                = Text(BW_TR_NOOP("core", "Its rows belong together in blocks of %1."), { toText(rows.block) });
        }
        if (!links.whyNot.empty()) {
            continue;
        }
        for (const auto& [tensor, axis] : m_tensors) {
            const auto other = place(axis);
            if (other.root != rows.root || tensor == layer) {
                continue;
            }
            if (other.block == 1 && std::find(layers.begin(), layers.end(), tensor) != layers.end()) {
                links.sameOrder.push_back(tensor.first);
            } else {
                links.followers.push_back({ tensor.first, tensor.second, other.block });
            }
        }
    }
    return all;
}

} // namespace bw
