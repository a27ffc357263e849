// The exponent curve of a layer of 16.8 million weights, one thread, with all preparation.

#include "core/base/parallel.h"
#include "core/exponent/exponent_search.h"
#include "tests/bench/bench_support.h"

#include <benchmark/benchmark.h>

namespace bw::bench {
namespace {

const char* const layouts[] { "int4/t", "int4/c", "int4/b64" };

void exponentCurve(benchmark::State& state)
{
    setThreadCount(1);
    const auto scaling = parseFormat(layouts[state.range(0)]).scaling;
    const int bits = static_cast<int>(state.range(1));
    const double start = now();
    for (auto _ : state) {
        const SortedMagnitudes magnitudes(bigLayer(), scaling, bits, {});
        const SortedMagnitudes* const all[] = { &magnitudes };
        const auto curve = searchExponent(all, bits, ExponentSolver::NelderMead, {});
        state.counters["points"] = static_cast<double>(curve.points.size());
        state.counters["optimum"] = curve.optimum;
    }
    state.SetLabel(std::string(layouts[state.range(0)]).substr(4));
    state.counters["x copy"] = (now() - start) / static_cast<double>(state.iterations()) / copySeconds();
}
BENCHMARK(exponentCurve)->ArgsProduct({ { 0, 1, 2 }, { 4, 8 } })->Unit(benchmark::kMillisecond)->Iterations(1);

void oneExponent(benchmark::State& state)
{
    const SortedMagnitudes magnitudes(bigLayer(), parseFormat("int4/t").scaling, 4, {});
    double a = 0.4;
    for (auto _ : state) {
        benchmark::DoNotOptimize(errorAt(magnitudes, a, 4));
        a = a > 1 ? 0.4 : a + 0.01;
    }
}
BENCHMARK(oneExponent)->Unit(benchmark::kMicrosecond);

void theory(benchmark::State& state)
{
    setThreadCount(1);
    const double start = now();
    for (auto _ : state) {
        benchmark::DoNotOptimize(theoreticalExponent(bigLayer(), {}));
    }
    state.counters["x copy"] = (now() - start) / static_cast<double>(state.iterations()) / copySeconds();
}
BENCHMARK(theory)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace bw::bench

BENCHMARK_MAIN();
