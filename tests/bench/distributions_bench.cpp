// Fitting a distribution to a layer of 16.8 million weights on one thread, and the limits of theory for it.

#include "core/base/parallel.h"
#include "core/distributions/distribution_fit.h"
#include "tests/core/distributions/samples.h"

#include <benchmark/benchmark.h>

namespace {

void fitLayer(benchmark::State& state)
{
    constexpr std::int64_t side = 4096;
    const bw::Density density { bw::DensityKind::StudentT, 5 };
    const auto matrix
        = bw::makeTensor({ side, side }, bw::test::drawn(density, static_cast<std::size_t>(side * side), 1));
    bw::setThreadCount(1);
    for (auto _ : state) {
        benchmark::DoNotOptimize(bw::fitDistribution(matrix));
    }
    bw::setThreadCount(0);
    state.SetItemsProcessed(state.iterations() * side * side);
}
BENCHMARK(fitLayer)->Unit(benchmark::kMillisecond);

void limits(benchmark::State& state)
{
    const bw::Density density { bw::DensityKind::StudentT, 5 };
    for (auto _ : state) {
        benchmark::DoNotOptimize(bw::limitsAt(density, static_cast<double>(state.range(0))));
    }
}
BENCHMARK(limits)->Arg(2)->Arg(4)->Arg(8)->Unit(benchmark::kMillisecond);

} // namespace
