#include "core/allocate/allocator.h"

#include "tests/core/allocate/made_menus.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace bw {

namespace {
AllocationRequest requestFor(const AllocationProblemPtr& problem, std::uint64_t budget, ParamValues params = {})
{
    AllocationRequest request;
    request.problem = problem;
    request.budget = budget;
    request.params = std::move(params);
    return request;
}

Allocation answerOf(
    const std::string& id, const AllocationProblemPtr& problem, std::uint64_t budget, ParamValues params = {})
{
    return allocate(*allocators().find(id), requestFor(problem, budget, std::move(params)), {});
}

/// Those that look for the least damage within a budget.
const std::vector<std::string> searching { "lagrangian", "knapsack", "greedy", "uniform" };
/// Those that keep to a budget.
const std::vector<std::string> budgeted { "lagrangian", "knapsack", "greedy", "uniform", "fisher", "roles" };

ParamValues bySteps()
{
    return { { "fill", std::string("steps") } };
}
} // namespace

TEST(Allocators, MeetTheBudgetAndAreNeverWorseThanUniform)
{
    std::mt19937_64 random(11);
    for (int round = 0; round < 30; ++round) {
        const auto problem = test::problemOf(test::likelyMenu(random, 60));
        for (const auto& uniform : problem->uniforms()) {
            for (const auto& id : searching) {
                const auto answer = answerOf(id, problem, uniform.cost);
                EXPECT_LE(answer.cost(), uniform.cost) << id;
                EXPECT_LE(answer.damage, uniform.damage * (1 + 1e-12)) << id;
                EXPECT_LE(answer.lowerBound, answer.damage) << id;
            }
        }
    }
}

TEST(Allocators, TakeWhatOptionsAllow)
{
    std::mt19937_64 random(14);
    for (int round = 0; round < 20; ++round) {
        const auto problem = test::problemOf(test::likelyMenu(random, 300));
        const std::uint64_t budget = problem->leastCost() + (problem->mostCost() - problem->leastCost()) * 2 / 5;
        for (const auto& id : budgeted) {
            const auto answer = answerOf(id, problem, budget);
            EXPECT_LE(answer.bytes, budget) << id;
            EXPECT_EQ(answer.bytes, totalsOf(problem->menu(), answer.choices).bytes) << id;
            EXPECT_NEAR(answer.damage, totalsOf(problem->menu(), answer.choices).damage, 1e-9 * answer.damage);
        }
        const auto best = answerOf("lagrangian", problem, budget);
        EXPECT_GE(static_cast<double>(best.bytes), 0.999 * static_cast<double>(budget));
        EXPECT_LE(best.gap(), 0.001 * best.damage);
        // By steps alone less than the cheapest step that could still be taken is left.
        const auto steps = answerOf("lagrangian", problem, budget, bySteps());
        std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
        for (const auto& edge : problem->front().edges()) {
            least = steps.choices[edge.group] == edge.from ? std::min(least, edge.cost) : least;
        }
        EXPECT_LT(budget - steps.bytes, least);
    }
}

TEST(Allocators, DoLessDamageTheLargerTheBudget)
{
    std::mt19937_64 random(15);
    for (int round = 0; round < 5; ++round) {
        const auto problem = test::problemOf(test::likelyMenu(random, 12));
        const auto unlikely = test::problemOf(test::menuOf(test::randomGroups(random, 8, 6)));
        for (const auto& menu : { problem, unlikely }) {
            for (const auto& id : searching) {
                double last = std::numeric_limits<double>::infinity();
                const std::uint64_t step = std::max<std::uint64_t>(1, (menu->mostCost() - menu->leastCost()) / 200);
                for (auto budget = menu->leastCost(); budget <= menu->mostCost() + step; budget += step) {
                    if (id == "uniform" && menu->bestUniform(budget) == nullptr) {
                        continue;
                    }
                    const double damage = answerOf(id, menu, budget).damage;
                    ASSERT_LE(damage, last * (1 + 1e-12)) << id << " at " << budget;
                    last = damage;
                }
            }
        }
    }
}

TEST(Allocators, LagrangianWithItsFillIsExactInAThousandRandomCases)
{
    std::mt19937_64 random(16);
    for (int round = 0; round < 1000; ++round) {
        const auto groups = test::randomGroups(random, 1 + random() % 6, 1 + random() % 4);
        const auto problem = test::problemOf(test::menuOf(groups, 77));
        const std::uint64_t budget
            = problem->leastCost() + random() % (problem->mostCost() - problem->leastCost() + 20);
        const double exact = test::bruteForce(groups, budget - 77);
        const auto answer = answerOf("lagrangian", problem, budget);
        ASSERT_TRUE(answer.isOptimal);
        ASSERT_NEAR(answer.damage, exact, 1e-9 * (1 + exact));
        ASSERT_NEAR(answerOf("knapsack", problem, budget).damage, exact, 1e-9 * (1 + exact));
        const auto steps = answerOf("lagrangian", problem, budget, bySteps());
        ASSERT_GE(steps.damage, exact - 1e-9 * exact);
        ASSERT_LE(steps.lowerBound, exact + 1e-9 * exact);
    }
}

TEST(Allocators, TraceLeadsFromTheCheapestToTheAnswer)
{
    std::mt19937_64 random(17);
    const auto problem = test::problemOf(test::likelyMenu(random, 40));
    const std::uint64_t budget = (problem->leastCost() + problem->mostCost()) / 2;
    const auto answer = answerOf("greedy", problem, budget);
    auto choices = problem->front().choices(0);
    double price = std::numeric_limits<double>::infinity();
    ASSERT_FALSE(answer.trace.empty());
    for (const auto& step : answer.trace) {
        ASSERT_EQ(choices[step.group], step.from);
        choices[step.group] = step.to;
        const double own = step.gain / static_cast<double>(step.cost);
        ASSERT_LE(own, price * (1 + 1e-9)); // damages fall fourfold per bit, so menus are convex
        price = own;
    }
    EXPECT_EQ(choices, answer.choices);
}

TEST(Allocators, SayWhatCannotBeReached)
{
    std::mt19937_64 random(12);
    const auto problem = test::problemOf(test::likelyMenu(random, 5));
    for (const auto& id : budgeted) {
        try {
            answerOf(id, problem, problem->leastCost() - 1);
            FAIL() << id;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput);
            EXPECT_NE(error.message().english().find(sizeText(problem->leastCost())), std::string::npos);
        }
    }
    EXPECT_THROW(answerOf("lagrangian", problem, problem->mostCost(), { { "fill", std::string("magic") } }), Error);
    EXPECT_THROW(answerOf("roles", problem, problem->mostCost(), { { "presets", std::string("x") } }), Error);
}

TEST(FisherAllocator, GivesFourfoldDamageOneBitMore)
{
    std::vector<std::vector<CostPoint>> groups(2);
    for (std::uint64_t bits = 1; bits <= 8; ++bits) {
        const double falling = std::exp2(-2.0 * static_cast<double>(bits));
        groups[0].push_back({ 100 * bits / 8 * 8, falling });
        groups[1].push_back({ 100 * bits / 8 * 8, 16 * falling });
    }
    auto menu = test::menuOf(groups);
    for (auto& group : menu.groups) {
        for (std::size_t i = 0; i < 8; ++i) {
            group.options[i].bits = 100 * (i + 1);
            group.options[i].bytes = 100 * (i + 1);
        }
    }
    const auto problem = test::problemOf(menu, CostKind::WeightBits);
    const auto answer = answerOf("fisher", problem, 800);
    EXPECT_EQ(answer.choices, (std::vector<std::uint32_t> { 2, 4 }));
    EXPECT_EQ(answer.bits, 800u);
}

TEST(FisherAllocator, FillsTheBudgetWithWholeFormats)
{
    std::mt19937_64 random(21);
    for (int round = 0; round < 20; ++round) {
        const auto problem = test::problemOf(test::likelyMenu(random, 60));
        for (const double share : { 0.2, 0.5, 0.8 }) {
            const auto budget = problem->leastCost()
                + static_cast<std::uint64_t>(share * static_cast<double>(problem->mostCost() - problem->leastCost()));
            const auto answer = answerOf("fisher", problem, budget);
            EXPECT_LE(answer.bytes, budget);
            EXPECT_GE(static_cast<double>(answer.bytes), 0.999 * static_cast<double>(budget)) << share;
        }
    }
}

TEST(FisherAllocator, MeetsTheBudgetExactlyWithFractionalFormats)
{
    AllocationMenu menu;
    menu.unit = "nats";
    for (std::uint32_t i = 0; i < 3; ++i) {
        MenuLayer layer;
        layer.name = "layer" + std::to_string(i);
        layer.count = 10000 * (i + 1);
        layer.group = i;
        MenuGroup group;
        group.layers = { i };
        for (std::uint32_t rate = 2; rate <= 6; rate += 2) {
            const auto format = parseFormat("ecsq@" + std::to_string(rate));
            const std::uint64_t bits = layer.count * rate + 800; // tables
            const double damage = std::pow(3, i) * std::exp2(-2.0 * rate) * static_cast<double>(layer.count);
            layer.options.push_back({ format, bits, bits / 8 + 50, damage, damage, 0 });
            group.options.push_back({ format, bits, bits / 8 + 50, damage, { rate / 2 - 1 } });
        }
        menu.weightCount += layer.count;
        menu.layers.push_back(layer);
        menu.groups.push_back(group);
    }
    const auto problem = test::problemOf(menu, CostKind::WeightBits);
    const std::uint64_t budget = 60000 * 37 / 10;
    const auto answer = answerOf("fisher", problem, budget);
    EXPECT_TRUE(answer.choices.empty());
    EXPECT_LE(answer.bits, budget);
    EXPECT_GE(answer.bits, budget - 3); // a bit per layer is lost to whole numbers
    EXPECT_GT(answer.layers[2].bitsPerWeight(), answer.layers[0].bitsPerWeight() + 1);
    EXPECT_NE(formatText(answer.layers[1].format).find('.'), std::string::npos);
    // log2(3)/2 more bits per layer that is three times as sensitive, tables or not.
    EXPECT_NEAR(answer.layers[1].bitsPerWeight() - answer.layers[0].bitsPerWeight(), std::log2(3) / 2, 0.05);
}

TEST(RolesAllocator, GivesEndsAndNeedyRolesMore)
{
    std::vector<std::vector<CostPoint>> groups;
    const std::vector<std::string> roles { "q", "k", "v", "o", "gate", "up", "down" };
    for (int i = 0; i < 2 + 8 * 7; ++i) {
        auto& points = groups.emplace_back();
        for (std::uint64_t bits = 1; bits <= 8; ++bits) {
            points.push_back({ 100 * bits / 8, std::exp2(-2.0 * static_cast<double>(bits)) });
        }
    }
    auto menu = test::menuOf(groups);
    for (std::size_t i = 0; i < menu.layers.size(); ++i) {
        auto& layer = menu.layers[i];
        layer.role = i == 0 ? "embedding" : i + 1 == menu.layers.size() ? "head" : roles[(i - 1) % 7];
        layer.name = layer.role
            + (i == 0 || i + 1 == menu.layers.size() ? "" : "s." + std::to_string((i - 1) / 7) + "." + layer.role);
        if (i > 0 && i + 1 < menu.layers.size()) {
            layer.name = "blocks." + std::to_string((i - 1) / 7) + "." + layer.role;
        }
    }
    const auto problem = test::problemOf(menu);
    const std::uint64_t budget = problem->leastCost() + (problem->mostCost() - problem->leastCost()) / 2;
    const auto bitsOf = [](const Allocation& answer, std::size_t layer) { return answer.choices[layer] + 1; };
    const auto ends = answerOf("roles", problem, budget);
    EXPECT_EQ(bitsOf(ends, 0), bitsOf(ends, 30) + 2);
    EXPECT_EQ(bitsOf(ends, 1), bitsOf(ends, 30) + 2); // first block
    EXPECT_EQ(bitsOf(ends, 14), bitsOf(ends, 30) + 2); // second
    EXPECT_EQ(bitsOf(ends, 15), bitsOf(ends, 30)); // third
    EXPECT_EQ(bitsOf(ends, 56), bitsOf(ends, 30) + 2); // last
    const auto mix = answerOf("roles", problem, budget, { { "preset", std::string("q4_k_m") } });
    // Of 8 blocks the first, the last, and those two, five after the first eighth.
    const std::set<std::size_t> more { 0, 3, 6, 7 };
    for (std::size_t block = 0; block < 8; ++block) {
        const std::size_t base = bitsOf(mix, 1 + 7 * block);
        EXPECT_EQ(bitsOf(mix, 1 + 7 * block + 2), base + (more.contains(block) ? 2 : 0)) << block;
        EXPECT_EQ(bitsOf(mix, 1 + 7 * block + 6), base + (more.contains(block) ? 2 : 0)) << block;
        EXPECT_EQ(bitsOf(mix, 1 + 7 * block + 3), base) << block;
    }
    EXPECT_EQ(bitsOf(mix, 57), bitsOf(mix, 1) + 2);
    EXPECT_EQ(bitsOf(mix, 0), bitsOf(mix, 1));
}

TEST(MaxDropAllocator, FindsTheFewestBytesAndLooksNoLongerThanNeeded)
{
    std::mt19937_64 random(18);
    const auto problem = test::problemOf(test::likelyMenu(random, 30));
    const double allowed = problem->front().damage(problem->front().edges().size() / 2);
    // Without a measure the predicted damage is held against the limit.
    const auto predicted = answerOf("max-drop", problem, 0, { { "drop", allowed } });
    EXPECT_LE(predicted.damage, allowed * (1 + 1e-12));
    EXPECT_EQ(predicted.bytes, problem->fixedCost() + problem->front().cost(problem->front().edges().size() / 2));
    ASSERT_FALSE(predicted.notes.empty());

    auto request = requestFor(problem, 0, { { "drop", 0.02 } });
    std::uint64_t most = 0;
    std::size_t calls = 0;
    request.measureDrop = [&](const Allocation& allocation, std::uint64_t samples, const JobContext&) {
        ++calls;
        most = std::max(most, samples);
        const double drop = 0.02 * allocation.damage / allowed;
        const auto n = std::min<std::uint64_t>(samples, 10000);
        return MeasuredDrop { drop, 0.1 / std::sqrt(static_cast<double>(n)), n, n == 10000 };
    };
    const auto measured = allocate(*allocators().find("max-drop"), request, {});
    EXPECT_EQ(measured.bytes, predicted.bytes);
    EXPECT_LT(calls, 60u); // halvings, and a few more looks near the limit
    EXPECT_GT(most, 1000u);
    request.params["drop"] = 0.0;
    EXPECT_THROW(allocate(*allocators().find("max-drop"), request, {}), Error);
}

TEST(ByHandAllocator, OnlyChecks)
{
    std::mt19937_64 random(19);
    const auto problem = test::problemOf(test::likelyMenu(random, 4));
    auto request = requestFor(problem, problem->leastCost());
    EXPECT_THROW(allocate(*allocators().find("by-hand"), request, {}), Error);
    const std::vector<std::size_t> wanted { 3, 0, 6, 1 };
    for (std::size_t i = 0; i < 4; ++i) {
        request.byHand.push_back(problem->menu().layers[i].options[wanted[i]].format);
    }
    const auto answer = allocate(*allocators().find("by-hand"), request, {});
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(answer.choices[i], wanted[i]);
    }
    EXPECT_GT(answer.cost(), answer.budget); // the caller is told, not changed
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
