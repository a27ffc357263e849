// 1,000 layers × 16 formats: making the front ready, answering a move of the slider, and the proven best.

#include "core/allocate/allocator.h"
#include "core/allocate/knapsack.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <memory>
#include <random>

namespace bw::bench {
namespace {

constexpr std::uint32_t layerCount = 1000;

/// Layers of 10 thousand to 20 million weights whose sensitivities spread over four decades; formats of 2 to 8 bits
/// with scales per channel and per 64 weights, and two that no sensible choice contains.
AllocationMenu likelyMenu()
{
    std::vector<QuantFormat> formats;
    for (const char* scaling : { "/c", "/b64" }) {
        for (int bits = 1; bits <= 8; ++bits) {
            formats.push_back(parseFormat("int" + std::to_string(bits) + scaling));
        }
    }
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> size(4, 7.3);
    std::normal_distribution<double> spread(0, 2.3);
    std::uniform_real_distribution<double> wobble(0.8, 1.25);
    AllocationMenu menu;
    menu.unit = "nats";
    for (std::uint32_t i = 0; i < layerCount; ++i) {
        MenuLayer layer;
        layer.name = "blocks." + std::to_string(i / 7) + ".part" + std::to_string(i % 7) + ".weight";
        layer.count = static_cast<std::uint64_t>(std::pow(10, size(random)));
        layer.group = i;
        MenuGroup group;
        group.layers = { i };
        const double value = 1e-9 * static_cast<double>(layer.count) * std::exp(spread(random));
        for (std::uint32_t option = 0; option < formats.size(); ++option) {
            const double code = 1 + option % 8;
            const double side = option < 8 ? 0.01 : 0.25;
            const auto bits = static_cast<std::uint64_t>((code + side) * static_cast<double>(layer.count));
            const double damage = value * std::exp2(-2 * code) * (option < 8 ? 1 : 0.7) * wobble(random);
            layer.options.push_back({ formats[option], bits, bits / 8 + 300, damage, damage, 0 });
            group.options.push_back({ formats[option], bits, bits / 8 + 300, damage, { option } });
        }
        menu.weightCount += layer.count;
        menu.layers.push_back(std::move(layer));
        menu.groups.push_back(std::move(group));
    }
    return menu;
}

const AllocationProblem& problem()
{
    static const AllocationProblem made(likelyMenu(), CostKind::FileBytes);
    return made;
}

std::uint64_t budgetAt(double share)
{
    const auto range = static_cast<double>(problem().mostCost() - problem().leastCost());
    return problem().leastCost() + static_cast<std::uint64_t>(share * range);
}

void buildFront(benchmark::State& state)
{
    const auto menu = likelyMenu();
    for (auto _ : state) {
        state.PauseTiming();
        auto copy = menu;
        state.ResumeTiming();
        const AllocationProblem made(std::move(copy), CostKind::FileBytes);
        benchmark::DoNotOptimize(made.front().edges().data());
        state.counters["edges"] = static_cast<double>(made.front().edges().size());
    }
}
BENCHMARK(buildFront)->Unit(benchmark::kMillisecond);

void sliderMove(benchmark::State& state)
{
    double share = 0;
    for (auto _ : state) {
        share = share > 0.9 ? 0.1 : share + 0.00731;
        benchmark::DoNotOptimize(problem().solve(budgetAt(share)));
    }
}
BENCHMARK(sliderMove)->Unit(benchmark::kMillisecond);

/// With formats, sizes and the reason of every layer in words.
void sliderMoveInWords(benchmark::State& state)
{
    double share = 0;
    for (auto _ : state) {
        share = share > 0.9 ? 0.1 : share + 0.00731;
        const auto budget = budgetAt(share);
        benchmark::DoNotOptimize(describe(problem(), problem().solve(budget).choices, budget));
    }
}
BENCHMARK(sliderMoveInWords)->Unit(benchmark::kMillisecond);

void knapsack(benchmark::State& state)
{
    const auto budget = budgetAt(0.01 * static_cast<double>(state.range(0)));
    KnapsackSolution solution;
    for (auto _ : state) {
        solution = solveKnapsack(problem().front(), budget - problem().fixedCost(), {}, {}, {});
    }
    state.counters["proven"] = solution.isOptimal ? 1 : 0;
    state.counters["gap_share"] = solution.gap() / solution.damage;
    state.counters["below_walk"] = 1 - solution.damage / problem().front().solve(budget - problem().fixedCost()).damage;
}
BENCHMARK(knapsack)->Arg(20)->Arg(40)->Arg(60)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace bw::bench

BENCHMARK_MAIN();
