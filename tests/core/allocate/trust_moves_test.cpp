#include "core/allocate/trust_moves.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace bw {

namespace {
struct Sum
{
    std::int64_t cost = 0;
    double damage = 0;
};

Sum sumOf(const std::vector<Move>& moves)
{
    Sum sum;
    for (const auto& move : moves) {
        sum.cost += move.cost;
        sum.damage += move.damage;
    }
    return sum;
}

/// The least damage of all choices of at most `most` groups within the room.
double bruteForce(const std::vector<Move>& moves, std::uint32_t group, std::uint32_t groups, std::size_t most, Sum now,
    std::int64_t room)
{
    if (group == groups) {
        return now.cost <= room ? now.damage : 0;
    }
    double best = bruteForce(moves, group + 1, groups, most, now, room);
    for (const auto& move : moves) {
        if (move.group == group && most > 0) {
            best = std::min(best,
                bruteForce(
                    moves, group + 1, groups, most - 1, { now.cost + move.cost, now.damage + move.damage }, room));
        }
    }
    return best;
}
} // namespace

TEST(TrustMoves, StayWithinRoomAndAreExactForPairs)
{
    std::mt19937 random(5);
    std::uniform_int_distribution<int> cost(-8, 8);
    std::normal_distribution<double> damage(0.3, 1);
    double found = 0;
    double possible = 0;
    for (int round = 0; round < 1000; ++round) {
        std::vector<Move> moves;
        const std::uint32_t groups = 2 + static_cast<std::uint32_t>(round % 5);
        for (std::uint32_t g = 0; g < groups; ++g) {
            for (std::uint32_t o = 0; o < 4; ++o) {
                moves.push_back({ g, o, cost(random), damage(random) });
            }
        }
        const std::int64_t room = round % 3;
        for (const std::size_t most : { 1U, 2U, 3U, 6U }) {
            const auto best = bestMoves(moves, most, room);
            const auto sum = sumOf(best);
            EXPECT_LE(best.size(), most);
            EXPECT_LE(sum.cost, room);
            EXPECT_LE(sum.damage, 0);
            std::set<std::uint32_t> distinct;
            for (const auto& move : best) {
                distinct.insert(move.group);
                EXPECT_NE(std::find(moves.begin(), moves.end(), move), moves.end());
            }
            EXPECT_EQ(distinct.size(), best.size());
            const double least = bruteForce(moves, 0, groups, most, {}, room);
            EXPECT_GE(sum.damage, least - 1e-12);
            if (most <= 2) {
                EXPECT_NEAR(sum.damage, least, 1e-12);
            } else {
                EXPECT_LE(sum.damage, sumOf(bestMoves(moves, 2, room)).damage + 1e-12);
                found += sum.damage;
                possible += least;
            }
        }
    }
    EXPECT_LE(found / possible, 1 + 1e-12);
    EXPECT_GE(found / possible, 0.95);
}

TEST(TrustMoves, TheBestSetsAreTheBestOfAll)
{
    std::mt19937 random(9);
    std::uniform_int_distribution<int> cost(-8, 8);
    std::normal_distribution<double> damage(0.3, 1);
    for (int round = 0; round < 100; ++round) {
        std::vector<Move> moves;
        const std::uint32_t groups = 1 + static_cast<std::uint32_t>(round % 5);
        for (std::uint32_t g = 0; g < groups; ++g) {
            for (std::uint32_t o = 0; o < 3; ++o) {
                moves.push_back({ g, o, cost(random), damage(random) });
            }
        }
        const std::int64_t room = round % 7;
        const std::int64_t least = round % 2 == 0 ? -100 : room - 2;
        // Every subset of moves, as bits.
        std::vector<std::pair<double, std::vector<Move>>> all;
        for (std::uint32_t bits = 1; bits < (1U << moves.size()); ++bits) {
            std::vector<Move> set;
            std::set<std::uint32_t> distinct;
            for (std::size_t i = 0; i < moves.size(); ++i) {
                if ((bits >> i & 1U) != 0) {
                    set.push_back(moves[i]);
                    distinct.insert(moves[i].group);
                }
            }
            const auto sum = sumOf(set);
            if (set.size() <= 3 && distinct.size() == set.size() && sum.cost >= least && sum.cost <= room) {
                all.emplace_back(sum.damage, set);
            }
        }
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        const auto sets = bestMoveSets(moves, 3, least, room, 5);
        ASSERT_EQ(sets.size(), std::min<std::size_t>(5, all.size()));
        for (std::size_t i = 0; i < sets.size(); ++i) {
            EXPECT_EQ(sets[i], all[i].second);
        }
    }
    EXPECT_TRUE(bestMoveSets({}, 3, 0, 10, 5).empty());
}

TEST(TrustMoves, NothingIsBetterThanWorse)
{
    EXPECT_TRUE(bestMoves({}, 8, 0).empty());
    const std::vector<Move> moves { { 0, 1, -3, 0.1 }, { 1, 1, 3, 0.2 }, { 2, 0, 5, -1 } };
    EXPECT_TRUE(bestMoves(moves, 8, 1).empty()); // the good one is too dear
    EXPECT_EQ(bestMoves(moves, 1, 5).size(), 1U);
    const auto both = bestMoves(moves, 2, 2); // what the good one costs is saved elsewhere
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0], moves[0]);
    EXPECT_EQ(both[1], moves[2]);
    EXPECT_EQ(bestMoves(moves, 8, 2), both);
}

} // namespace bw
