#pragma once
// value header

#include "core/base/text.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bw {

/// What else has to be put in another order when the rows (output channels) of a layer are, so that the model computes
/// the same.
struct ChannelLinks
{
    /// A dimension of a tensor that follows: `block` neighbouring indices belong to each row, in its order.
    struct Follower
    {
        std::string tensor;
        int axis = 0;
        std::int64_t block = 1;
        friend bool operator==(const Follower&, const Follower&) = default;
    };
    std::vector<Follower> followers;
    std::vector<std::string> sameOrder; ///< layers whose own rows then stand in the same order
    Text whyNot; ///< why the order of the rows cannot change, a sentence; empty if it can
    friend bool operator==(const ChannelLinks&, const ChannelLinks&) = default;
};

/// "layer1.0.bn1.*, layer1.0.conv2.weight (axis 1)": the followers, those of one module in one.
std::string followersText(const ChannelLinks& links);
/// Sentences: what the stored order of `rows` rows takes, and which layers could take it over, or why none can.
std::vector<Text> rowOrderSentences(const ChannelLinks& links, std::uint64_t rows, std::uint64_t bits);

/// Finds which dimensions of tensors must keep a common order. A dimension may be split into blocks of another: those
/// of flattened pictures, whose channels have many values each.
class ChannelAxes
{
public:
    using Axis = std::size_t;

    /// A dimension inside of the model. `size`: where it is known.
    Axis add(std::optional<std::int64_t> size = {});
    /// A dimension of a stored tensor.
    Axis addTensor(const std::string& tensor, int axis, std::int64_t size);
    std::optional<std::int64_t> size(Axis axis) const;

    /// The two have the same order.
    void tie(Axis a, Axis b);
    /// `whole` has a block of neighbours for each index of `outer`; how many is known once both sizes are.
    void tieBlocks(Axis outer, Axis whole);
    /// The order cannot change, for a reason (a sentence); the first one counts.
    void fix(Axis axis, const Text& why);

    /// The links of layers: (tensor, dimension of its rows).
    std::map<std::string, ChannelLinks> links(const std::vector<std::pair<std::string, int>>& layers);

private:
    struct Node
    {
        Axis parent;
        std::int64_t block = 1; ///< indices for each one of the parent
        std::optional<std::int64_t> size; ///< of roots
        Text whyFixed; ///< of roots
    };
    struct Place
    {
        Axis root;
        std::int64_t block;
    };
    Place place(Axis axis) const;
    void attach(Place child, Place parent);
    void resolveBlocks();
    void conflict(Axis a, Axis b);

    std::vector<Node> m_nodes;
    std::vector<std::pair<Axis, Axis>> m_blocks; ///< outer, whole
    std::map<std::pair<std::string, int>, Axis> m_tensors;
};

} // namespace bw
