#include "core/model/channel_links.h"
#include "core/model/model.h"

#include <gtest/gtest.h>

namespace bw::test {
namespace {

using Followers = std::vector<ChannelLinks::Follower>;

TEST(ChannelAxes, TiedDimensionsFollowEachOther)
{
    ChannelAxes axes;
    const auto rows = axes.addTensor("a.weight", 0, 6);
    const auto bias = axes.addTensor("a.bias", 0, 6);
    const auto next = axes.addTensor("b.weight", 1, 6);
    const auto other = axes.addTensor("b.weight", 0, 4);
    axes.tie(rows, bias);
    const auto inside = axes.add();
    axes.tie(inside, rows);
    axes.tie(inside, next);
    axes.fix(other, Text("because"));
    EXPECT_EQ(axes.size(inside), 6);
    const auto links = axes.links({ { "a.weight", 0 }, { "b.weight", 0 }, { "c.weight", 0 } });
    EXPECT_TRUE(links.at("a.weight").whyNot.empty());
    EXPECT_EQ(links.at("a.weight").followers, (Followers { { "a.bias", 0, 1 }, { "b.weight", 1, 1 } }));
    EXPECT_EQ(links.at("b.weight").whyNot, Text("because"));
    EXPECT_FALSE(links.at("c.weight").whyNot.empty()); // nothing in the graph
}

TEST(ChannelAxes, LayersOfOneSumHaveTheSameOrder)
{
    ChannelAxes axes;
    const auto a = axes.addTensor("a", 0, 6);
    const auto b = axes.addTensor("b", 0, 6);
    axes.addTensor("b", 1, 6);
    axes.tie(a, b);
    axes.tie(b, a); // once more changes nothing
    auto links = axes.links({ { "a", 0 }, { "b", 0 } });
    EXPECT_EQ(links.at("a").sameOrder, std::vector<std::string> { "b" });
    EXPECT_EQ(links.at("b").sameOrder, std::vector<std::string> { "a" });
    EXPECT_TRUE(links.at("a").followers.empty());
    // What holds one holds all.
    axes.fix(b, Text("first"));
    axes.fix(a, Text("second"));
    links = axes.links({ { "a", 0 }, { "b", 0 } });
    EXPECT_EQ(links.at("a").whyNot, Text("first"));
    EXPECT_EQ(links.at("b").whyNot, Text("first"));
}

TEST(ChannelAxes, BlocksOfFlattenedChannelsFollowTogether)
{
    ChannelAxes axes;
    const auto rows = axes.addTensor("conv", 0, 6);
    const auto flat = axes.add();
    axes.tieBlocks(rows, flat);
    const auto wide = axes.addTensor("linear", 1, 24);
    axes.tie(flat, wide);
    const auto wider = axes.addTensor("after", 0, 48);
    axes.tieBlocks(wide, wider);
    const auto links = axes.links({ { "conv", 0 }, { "after", 0 } });
    EXPECT_EQ(links.at("conv").followers, (Followers { { "after", 0, 8 }, { "linear", 1, 4 } }));
    EXPECT_NE(links.at("after").whyNot.english().find("blocks of 8"), std::string::npos);
}

TEST(ChannelAxes, SizesThatDoNotFitFixBoth)
{
    const auto isFixed = [](auto&& connect) {
        ChannelAxes axes;
        const auto a = axes.addTensor("a", 0, 6);
        const auto b = axes.addTensor("b", 0, 8);
        connect(axes, a, b);
        const auto links = axes.links({ { "a", 0 }, { "b", 0 } });
        return !links.at("a").whyNot.empty() && !links.at("b").whyNot.empty();
    };
    EXPECT_TRUE(isFixed([](ChannelAxes& axes, auto a, auto b) { axes.tie(a, b); }));
    EXPECT_TRUE(isFixed([](ChannelAxes& axes, auto a, auto b) { axes.tieBlocks(a, b); }));
    EXPECT_TRUE(isFixed([](ChannelAxes& axes, auto a, auto b) {
        axes.tieBlocks(a, axes.add()); // how many is never known
        axes.tieBlocks(axes.add(), b);
    }));
    EXPECT_TRUE(isFixed([](ChannelAxes& axes, auto a, auto b) {
        axes.tieBlocks(a, a); // a block of itself, of one
        axes.tie(a, b);
    }));
    // Two roads to the same values that disagree on the blocks.
    ChannelAxes axes;
    const auto a = axes.addTensor("a", 0, 2);
    const auto b = axes.addTensor("b", 0, 3);
    const auto c = axes.addTensor("c", 0, 6);
    axes.tieBlocks(a, c);
    axes.tieBlocks(b, c);
    const auto links = axes.links({ { "a", 0 }, { "b", 0 }, { "c", 0 } });
    EXPECT_FALSE(links.at("a").whyNot.empty());
    EXPECT_FALSE(links.at("b").whyNot.empty());
    EXPECT_FALSE(links.at("c").whyNot.empty());
}

TEST(ChannelAxes, AFixedBlockHoldsItsChannel)
{
    ChannelAxes axes;
    const auto rows = axes.addTensor("conv", 0, 6);
    const auto flat = axes.add(24);
    axes.tieBlocks(rows, flat);
    axes.fix(flat, Text("output"));
    EXPECT_EQ(axes.links({ { "conv", 0 } }).at("conv").whyNot, Text("output"));
}

TEST(ChannelLinks, SayWhatFollows)
{
    const ChannelLinks links { { { "l.bn.weight", 0, 1 }, { "l.bn.bias", 0, 1 }, { "l.next.weight", 1, 1 },
                                   { "fc.weight", 1, 16 }, { "l.conv.bias", 0, 1 } },
        { "l.other.weight" }, {} };
    EXPECT_EQ(followersText(links), "l.bn.*, l.next.weight (axis 1), fc.weight (axis 1, 16 each), l.conv.bias");
    const auto sentences = rowOrderSentences(links, 64, 2048);
    ASSERT_EQ(sentences.size(), 3U);
    EXPECT_EQ(sentences[0].english(), "The order of its 64 rows is stored in 2048 bits.");
    EXPECT_NE(sentences[1].english().find("absorbed by l.bn.*"), std::string::npos);
    EXPECT_NE(sentences[2].english().find("l.other.weight"), std::string::npos);
    EXPECT_EQ(rowOrderSentences({ {}, {}, Text("Why.") }, 1, 32).back(), Text("Why."));
    EXPECT_EQ(rowOrderSentences({}, 1, 32).size(), 2U);
}

TEST(ChannelLinks, AFileOfWeightsSaysThatItDoesNotKnow)
{
    Model::Data data;
    LayerInfo layer;
    layer.name = "w";
    layer.view = makeTensor({ 2, 2 }, { 1, 2, 3, 4 });
    data.layers.push_back(layer);
    const Model model(std::move(data));
    EXPECT_NE(model.channelLinks(model.layers().front()).whyNot.english().find("not known"), std::string::npos);
}

} // namespace
} // namespace bw::test
