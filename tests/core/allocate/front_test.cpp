#include "core/allocate/front.h"
#include "core/base/error.h"
#include "tests/core/allocate/made_menus.h"

#include <gtest/gtest.h>

#include <cmath>

namespace bw {

namespace {
/// Only the options on each group's hull.
std::vector<std::vector<CostPoint>> hullsOf(const std::vector<std::vector<CostPoint>>& groups)
{
    std::vector<std::vector<CostPoint>> hulls;
    for (const auto& group : groups) {
        auto& hull = hulls.emplace_back();
        for (const auto i : lowerHull(group)) {
            hull.push_back(group[i]);
        }
    }
    return hulls;
}
} // namespace

TEST(LowerHull, KeepsWhatIsOnItAndDropsTheRest)
{
    const std::vector<CostPoint> points { { 10, 8 }, { 20, 7.5 }, { 30, 2 }, { 40, 3 }, { 50, 1 }, { 70, 0 }, { 10, 9 },
        { 60, 0.5 } };
    // 20 lies above the line from 10 to 30, 40 is dominated; 60 lies on the line from 50 to 70.
    EXPECT_EQ(lowerHull(points), (std::vector<std::uint32_t> { 0, 2, 4, 7, 5 }));
    EXPECT_EQ(undominated(points), (std::vector<std::uint32_t> { 0, 1, 2, 4, 7, 5 }));
}

TEST(LowerHull, IsTheHullOfRandomPoints)
{
    std::mt19937_64 random(3);
    for (int round = 0; round < 300; ++round) {
        const auto points = test::randomGroups(random, 1, 9).front();
        const auto hull = lowerHull(points);
        double last = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i + 1 < hull.size(); ++i) {
            const auto& a = points[hull[i]];
            const auto& b = points[hull[i + 1]];
            ASSERT_LT(a.cost, b.cost);
            const double slope = (a.damage - b.damage) / static_cast<double>(b.cost - a.cost);
            ASSERT_GT(slope, 0);
            ASSERT_LE(slope, last * (1 + 1e-12));
            last = slope;
            for (const auto& point : points) {
                const double line = a.damage - slope * (static_cast<double>(point.cost) - static_cast<double>(a.cost));
                ASSERT_GE(point.damage, line - 1e-9 * a.damage);
            }
        }
    }
}

TEST(AllocationFront, EveryVertexIsTheBestOfAllChoicesFromTheHulls)
{
    std::mt19937_64 random(1);
    for (int round = 0; round < 300; ++round) {
        const auto groups = test::randomGroups(random, 4, 4);
        const AllocationFront front(groups);
        for (std::size_t prefix = 0; prefix <= front.edges().size(); ++prefix) {
            const auto choices = front.choices(prefix);
            ASSERT_EQ(front.costOf(choices), front.cost(prefix));
            ASSERT_NEAR(front.damageOf(choices), front.damage(prefix), 1e-9 * front.damage(0));
            // Vertices of the relaxation are the best integer choice for their own cost, off the hull or on it.
            ASSERT_NEAR(test::bruteForce(groups, front.cost(prefix)), front.damage(prefix), 1e-9 * front.damage(0));
            ASSERT_EQ(front.prefixFor(front.cost(prefix)), prefix);
        }
    }
}

TEST(AllocationFront, SolvesWithinAnEdgeOfBruteForceAndItsBoundHolds)
{
    std::mt19937_64 random(2);
    for (int round = 0; round < 1000; ++round) {
        const auto groups = test::randomGroups(random, 1 + random() % 6, 1 + random() % 4);
        const AllocationFront front(groups);
        const std::uint64_t budget = front.leastCost() + random() % (front.mostCost() - front.leastCost() + 20);
        const auto solution = front.solve(budget);
        const double exact = test::bruteForce(groups, budget);
        const double little = 1e-9 * (1 + exact);
        ASSERT_LE(solution.cost, budget);
        ASSERT_EQ(solution.cost, front.costOf(solution.choices));
        ASSERT_GE(solution.damage, exact - little);
        ASSERT_LE(solution.lowerBound, exact + little);
        if (solution.prefix < front.edges().size()) {
            ASSERT_LE(solution.damage, exact + front.edges()[solution.prefix].gain + little);
            // What is left is less than any step that could still be taken.
            ASSERT_LE(solution.gap(), front.edges()[solution.prefix].gain + little);
        } else {
            ASSERT_NEAR(solution.damage, exact, little);
        }
    }
}

TEST(AllocationFront, DoesLessDamageTheLargerTheBudget)
{
    std::mt19937_64 random(4);
    for (int round = 0; round < 200; ++round) {
        const auto groups = hullsOf(test::randomGroups(random, 5, 5));
        const AllocationFront front(groups);
        double last = std::numeric_limits<double>::infinity();
        for (std::uint64_t budget = front.leastCost(); budget <= front.mostCost(); ++budget) {
            const double damage = front.solve(budget).damage;
            ASSERT_LE(damage, last * (1 + 1e-12));
            last = damage;
        }
    }
}

TEST(AllocationFront, MovesFromOnePrefixToAnother)
{
    std::mt19937_64 random(5);
    const AllocationFront front(test::randomGroups(random, 40, 8));
    auto choices = front.choices(0);
    std::size_t at = 0;
    for (int i = 0; i < 100; ++i) {
        const std::size_t to = random() % (front.edges().size() + 1);
        front.move(choices, at, to);
        at = to;
        ASSERT_EQ(choices, front.choices(at));
    }
}

TEST(AllocationFront, NeedsAnOptionForEachGroup)
{
    EXPECT_THROW(AllocationFront({ { { 1, 2 } }, {} }), Error);
    EXPECT_THROW(AllocationFront({ { { 1, std::nan("") } } }), Error);
    const AllocationFront front({ { { 7, 2 } } });
    EXPECT_EQ(front.solve(3).cost, 7u); // the least there is; callers check
    EXPECT_EQ(front.solve(9).gap(), 0);
}

} // namespace bw
