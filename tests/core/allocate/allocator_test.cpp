#include "core/allocate/allocator.h"

#include "tests/core/allocate/made_menus.h"

#include <gtest/gtest.h>

#include <set>

namespace bw {

namespace {
Allocation answerOf(const char* id, const AllocationProblemPtr& problem, std::uint64_t budget)
{
    AllocationRequest request;
    request.problem = problem;
    request.budget = budget;
    return allocate(*allocators().find(id), request, {});
}
} // namespace

TEST(Allocators, MeetTheBudgetAndAreNeverWorseThanUniform)
{
    std::mt19937_64 random(11);
    for (int round = 0; round < 50; ++round) {
        const auto problem = test::problemOf(test::likelyMenu(random, 60));
        for (const auto& uniform : problem->uniforms()) {
            const auto answer = answerOf("lagrangian", problem, uniform.cost);
            EXPECT_LE(answer.cost(), uniform.cost);
            EXPECT_LE(answer.damage, uniform.damage * (1 + 1e-12));
            EXPECT_LE(answer.lowerBound, answer.damage);
        }
        const std::uint64_t budget = (problem->leastCost() + problem->mostCost()) / 2;
        const auto answer = answerOf("lagrangian", problem, budget);
        EXPECT_LE(answer.bytes, budget);
        EXPECT_GE(static_cast<double>(answer.bytes), 0.999 * static_cast<double>(budget));
        EXPECT_LE(answer.gap(), 0.02 * answer.damage);
    }
}

TEST(Allocators, SayWhatCannotBeReached)
{
    std::mt19937_64 random(12);
    const auto problem = test::problemOf(test::likelyMenu(random, 5));
    try {
        answerOf("lagrangian", problem, problem->leastCost() - 1);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        EXPECT_NE(error.message().english().find(sizeText(problem->leastCost())), std::string::npos);
    }
}

TEST(WithAllocation, MakesOneRulePerFormatAndLeavesOthersAlone)
{
    std::mt19937_64 random(13);
    const auto problem = test::problemOf(test::likelyMenu(random, 9));
    const auto answer = answerOf("lagrangian", problem, (problem->leastCost() + problem->mostCost()) / 2);
    Recipe recipe = defaultRecipe();
    recipe.rules.push_back({ "head", parseFormat("int8/t"), std::nullopt, {} });
    const auto edited = withAllocation(recipe, answer);
    EXPECT_EQ(edited.rules.front(), recipe.rules.front());
    std::set<std::string> formats;
    for (const auto& layer : answer.layers) {
        formats.insert(formatText(layer.format));
        EXPECT_FALSE(layer.reason.empty());
    }
    EXPECT_EQ(edited.rules.size(), 1 + formats.size());
    EXPECT_EQ(withAllocation(edited, answer), edited);
}

} // namespace bw
