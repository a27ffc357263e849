// Statistics and histogram of a layer of 16.8 million weights on one thread, beside one pass of reading it.
// The counter "passes" is the time of the fastest round over that of the fastest reading pass, both in CPU time of the
// thread: that is the figure to look at, as it hardly depends on what else the machine does.

#include "core/base/parallel.h"
#include "core/stats/layer_stats.h"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <limits>
#include <random>

#include <benchmark/benchmark.h>

namespace {

constexpr std::int64_t side = 4096;
constexpr std::size_t valueCount = std::size_t { side } * side;
constexpr int binCount = 256;

const bw::TensorView& layer()
{
    static const bw::TensorView tensor = [] {
        std::mt19937 random(1);
        std::normal_distribution<float> normal(0, 0.02F);
        std::vector<float> values(valueCount);
        for (float& value : values) {
            value = normal(random);
        }
        return bw::makeTensor({ side, side }, std::move(values));
    }();
    return tensor;
}

const bw::TensorView& prunedLayer()
{
    static const bw::TensorView tensor = [] {
        auto values = bw::toFloats(layer());
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = i % 10 != 0 ? 0 : values[i];
        }
        values[0] = -0.125F; // puts 0 on the edge between two bins
        values[1] = 0.125F;
        return bw::makeTensor({ side, side }, std::move(values));
    }();
    return tensor;
}

double threadSeconds()
{
    timespec now {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Work>
double secondsOf(Work&& work)
{
    const double start = threadSeconds();
    work();
    return threadSeconds() - start;
}

/// memcpy of the layer into a buffer that stays in the cache.
void readLayer()
{
    static std::vector<std::byte> buffer(std::size_t { 1 } << 16);
    const auto bytes = layer().bytes;
    for (std::size_t at = 0; at < bytes.size(); at += buffer.size()) {
        std::memcpy(buffer.data(), bytes.data() + at, buffer.size());
        benchmark::DoNotOptimize(buffer.data());
        benchmark::ClobberMemory();
    }
}

double fastestReading()
{
    static const double seconds = [] {
        double fastest = std::numeric_limits<double>::infinity();
        for (int round = 0; round < 50; ++round) {
            fastest = std::min(fastest, secondsOf(readLayer));
        }
        return fastest;
    }();
    return seconds;
}

template <class Work>
void measure(benchmark::State& state, Work&& work)
{
    bw::setThreadCount(1);
    const double reading = fastestReading();
    double fastest = std::numeric_limits<double>::infinity();
    for (auto _ : state) {
        fastest = std::min(fastest, secondsOf(work));
    }
    state.counters["passes"] = fastest / reading;
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(valueCount));
}

void readAtMemcpySpeed(benchmark::State& state)
{
    measure(state, readLayer);
}
BENCHMARK(readAtMemcpySpeed)->Unit(benchmark::kMillisecond);

void copyWholeLayer(benchmark::State& state)
{
    std::vector<std::byte> copy(layer().bytes.size());
    measure(state, [&] {
        std::memcpy(copy.data(), layer().bytes.data(), copy.size());
        benchmark::DoNotOptimize(copy.data());
        benchmark::ClobberMemory();
    });
}
BENCHMARK(copyWholeLayer)->Unit(benchmark::kMillisecond);

void statsAndHistogram(benchmark::State& state)
{
    measure(state, [] { benchmark::DoNotOptimize(bw::computeStatsAndHistogram(layer(), binCount)); });
}
BENCHMARK(statsAndHistogram)->Unit(benchmark::kMillisecond);

void statsOnly(benchmark::State& state)
{
    measure(state, [] { benchmark::DoNotOptimize(bw::computeStats(layer())); });
}
BENCHMARK(statsOnly)->Unit(benchmark::kMillisecond);

void histogramOnly(benchmark::State& state)
{
    measure(state, [] { benchmark::DoNotOptimize(bw::computeHistogram(layer(), binCount)); });
}
BENCHMARK(histogramOnly)->Unit(benchmark::kMillisecond);

void statsAndHistogramOfPrunedLayer(benchmark::State& state)
{
    measure(state, [] { benchmark::DoNotOptimize(bw::computeStatsAndHistogram(prunedLayer(), binCount)); });
}
BENCHMARK(statsAndHistogramOfPrunedLayer)->Unit(benchmark::kMillisecond);

void statsAndHistogramOfManyShortRows(benchmark::State& state)
{
    bw::TensorView rows = layer();
    rows.shape = { static_cast<std::int64_t>(valueCount) / 9, 9 };
    rows.bytes = rows.bytes.first(valueCount / 9 * 9 * sizeof(float));
    measure(state, [&] { benchmark::DoNotOptimize(bw::computeStatsAndHistogram(rows, binCount)); });
}
BENCHMARK(statsAndHistogramOfManyShortRows)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
