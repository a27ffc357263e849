#include "core/allocate/knapsack.h"
#include "tests/core/allocate/made_menus.h"

#include <gtest/gtest.h>

namespace bw {

TEST(Knapsack, EqualsBruteForceInAThousandRandomCases)
{
    std::mt19937_64 random(21);
    for (int round = 0; round < 1000; ++round) {
        const auto groups = test::randomGroups(random, 1 + random() % 6, 1 + random() % 4);
        const AllocationFront front(groups);
        const std::uint64_t budget = front.leastCost() + random() % (front.mostCost() - front.leastCost() + 20);
        const auto solution = solveKnapsack(front, budget, {}, {}, {});
        const double exact = test::bruteForce(groups, budget);
        ASSERT_TRUE(solution.isOptimal);
        ASSERT_LE(solution.cost, budget);
        ASSERT_EQ(solution.cost, front.costOf(solution.choices));
        ASSERT_EQ(solution.damage, front.damageOf(solution.choices));
        ASSERT_NEAR(solution.damage, exact, 1e-9 * (1 + exact)) << "round " << round;
        ASSERT_EQ(solution.gap(), 0);
    }
}

TEST(Knapsack, LimitedItsBoundStillHolds)
{
    std::mt19937_64 random(22);
    std::size_t unproven = 0;
    for (int round = 0; round < 300; ++round) {
        const auto groups = test::randomGroups(random, 6, 5);
        const AllocationFront front(groups);
        const std::uint64_t budget = front.leastCost() + random() % (front.mostCost() - front.leastCost() + 1);
        const auto solution = solveKnapsack(front, budget, {}, { 2 }, {});
        const double exact = test::bruteForce(groups, budget);
        ASSERT_GE(solution.damage, exact - 1e-9 * exact);
        ASSERT_LE(solution.lowerBound, exact + 1e-9 * exact);
        ASSERT_LE(solution.damage, front.solve(budget).damage);
        unproven += solution.isOptimal ? 0 : 1;
    }
    EXPECT_GT(unproven, 0u);
}

TEST(Knapsack, ProvesLargeMenusAndGapsAreSmall)
{
    std::mt19937_64 random(23);
    for (const std::size_t layers : { 20, 100, 1000 }) {
        const auto menu = test::likelyMenu(random, layers);
        const auto problem = test::problemOf(menu);
        const std::uint64_t budget
            = problem->front().leastCost() + (problem->front().mostCost() - problem->front().leastCost()) * 2 / 5;
        const auto solution = solveKnapsack(problem->front(), budget, {}, {}, {});
        const auto walk = problem->front().solve(budget);
        EXPECT_LE(solution.damage, walk.damage);
        EXPECT_LE(solution.gap(), 1e-3 * solution.damage) << layers;
        EXPECT_GE(solution.lowerBound, walk.lowerBound * (1 - 1e-12));
    }
}

} // namespace bw
