// Formats on a layer of 16.8 million weights, one thread, in CPU time: weights per second, and time as a multiple of
// copying the layer.

#include "core/base/bit_stream.h"
#include "core/base/parallel.h"
#include "core/formats/format_family.h"
#include "core/formats/kmeans.h"
#include "core/stats/error_metrics.h"
#include "tests/bench/bench_support.h"

#include <benchmark/benchmark.h>

namespace bw::bench {
namespace {

void countWeights(benchmark::State& state, double seconds)
{
    const auto weights = static_cast<double>(bigLayer().count());
    state.counters["weights/s"] = benchmark::Counter(weights * static_cast<double>(state.iterations()) / seconds);
    state.counters["x copy"] = seconds / static_cast<double>(state.iterations()) / copySeconds();
}

template <class Work>
void measure(benchmark::State& state, Work&& work)
{
    setThreadCount(1);
    const double start = now();
    for (auto _ : state) {
        work();
    }
    countWeights(state, now() - start);
}

const char* const encoded[] { "int4s/b32", "int4/c", "int8/c", "uint4/b128", "pow4(a=0.5)/c", "pow8(a=0.5)/c",
    "nf4/b64", "levels(-1,-0.3,0,0.4,1)/t", "bf16" };

/// Codec::encode alone: codes as 16-bit numbers in a buffer that stays in the cache.
void encode(benchmark::State& state)
{
    const auto codec = fitCodec(parseFormat(encoded[state.range(0)]), bigLayer(), {});
    const auto values = bigLayer().asFloats();
    std::vector<std::uint16_t> codes(4096);
    state.SetLabel(encoded[state.range(0)]);
    measure(state, [&] {
        for (std::size_t at = 0; at < values.size(); at += codes.size()) {
            codec->encode(at, values.subspan(at, codes.size()), codes);
            benchmark::DoNotOptimize(codes.data());
        }
    });
}
BENCHMARK(encode)->DenseRange(0, std::size(encoded) - 1)->Unit(benchmark::kMillisecond);

/// Encoding, checking for NaN and packing, as stored.
void encodePacked(benchmark::State& state)
{
    const auto codec = fitCodec(parseFormat(encoded[state.range(0)]), bigLayer(), {});
    state.SetLabel(encoded[state.range(0)]);
    measure(state, [&] { benchmark::DoNotOptimize(encodeTensor(codec, bigLayer(), 0, {})); });
}
BENCHMARK(encodePacked)->DenseRange(0, std::size(encoded) - 1)->Unit(benchmark::kMillisecond);

void decode(benchmark::State& state)
{
    const auto tensor = encodeTensor(fitCodec(parseFormat(encoded[state.range(0)]), bigLayer(), {}), bigLayer(), 0, {});
    state.SetLabel(encoded[state.range(0)]);
    std::vector<float> values(4096);
    measure(state, [&] {
        for (std::uint64_t at = 0; at < tensor.count(); at += values.size()) {
            decodeTensor(tensor, at, values);
            benchmark::DoNotOptimize(values.data());
        }
    });
}
BENCHMARK(decode)->DenseRange(0, std::size(encoded) - 1)->Unit(benchmark::kMillisecond);

const char* const stored[] { "int4s/b32", "int4/c", "int8/c", "uint4/b128", "nf4/b64", "crd4(normal)/b128", "sf4/b64",
    "e2m1/b16", "pow4(a=0.5)/c", "pow8(a=0.5)/c", "levels(-1,-0.3,0,0.4,1)/t" };

/// From half-precision weights to packed codes and scales: the whole way, or its parts.
void fitHalves(benchmark::State& state)
{
    state.SetLabel(stored[state.range(0)]);
    measure(
        state, [&] { benchmark::DoNotOptimize(fitCodec(parseFormat(stored[state.range(0)]), bigHalfLayer(), {})); });
}
BENCHMARK(fitHalves)->DenseRange(0, std::size(stored) - 1)->Unit(benchmark::kMillisecond);

void encodeHalves(benchmark::State& state)
{
    const auto codec = fitCodec(parseFormat(stored[state.range(0)]), bigHalfLayer(), {});
    state.SetLabel(stored[state.range(0)]);
    measure(state, [&] { benchmark::DoNotOptimize(encodeTensor(codec, bigHalfLayer(), 0, {})); });
}
BENCHMARK(encodeHalves)->DenseRange(0, std::size(stored) - 1)->Unit(benchmark::kMillisecond);

void fitAndEncodeHalves(benchmark::State& state)
{
    state.SetLabel(stored[state.range(0)]);
    measure(state, [&] {
        const auto codec = fitCodec(parseFormat(stored[state.range(0)]), bigHalfLayer(), {});
        benchmark::DoNotOptimize(encodeTensor(codec, bigHalfLayer(), 0, {}));
    });
}
BENCHMARK(fitAndEncodeHalves)->DenseRange(0, std::size(stored) - 1)->Unit(benchmark::kMillisecond);

const char* const fitted[] { "int4s/b32", "int4s/b32:search", "int8/c:search", "int4/t:search", "nf4/b64:search",
    "uint4/b128:search", "lloyd4/b64", "lloyd4/t", "kmeans4/c", "kmeans4/t", "pow4/c", "pow4/t", "pow8/t",
    "pow4/c:search", "pow4(scope=channel)/c" };

void fit(benchmark::State& state)
{
    state.SetLabel(fitted[state.range(0)]);
    measure(state, [&] { benchmark::DoNotOptimize(fitCodec(parseFormat(fitted[state.range(0)]), bigLayer(), {})); });
}
BENCHMARK(fit)->DenseRange(0, std::size(fitted) - 1)->Unit(benchmark::kMillisecond)->Iterations(1);

/// What a drag computes on: 65 536 weights, fit and error.
void fitAndMeasureSample(benchmark::State& state)
{
    const auto values = bigLayer().asFloats().first(65536);
    const auto sample = makeTensor({ 16, 4096 }, { values.begin(), values.end() });
    state.SetLabel(fitted[state.range(0)]);
    setThreadCount(1);
    std::vector<std::uint16_t> codes(values.size());
    std::vector<float> decoded(values.size());
    for (auto _ : state) {
        const auto codec = fitCodec(parseFormat(fitted[state.range(0)]), sample, {});
        codec->encode(0, values, codes);
        codec->decode(0, codes, decoded);
        benchmark::DoNotOptimize(errorSums(values, decoded));
    }
}
BENCHMARK(fitAndMeasureSample)->DenseRange(0, std::size(fitted) - 1)->Unit(benchmark::kMillisecond);

void sortAndLloyd(benchmark::State& state)
{
    measure(state, [&] {
        const auto sorted = SortedValues::of(bigLayer(), {});
        benchmark::DoNotOptimize(optimalLevels(sorted, 16, {}));
    });
}
BENCHMARK(sortAndLloyd)->Unit(benchmark::kMillisecond);

void countAndLloydHalves(benchmark::State& state)
{
    measure(state, [&] {
        const auto sorted = SortedValues::of(bigHalfLayer(), {});
        benchmark::DoNotOptimize(optimalLevels(sorted, 16, {}));
    });
}
BENCHMARK(countAndLloydHalves)->Unit(benchmark::kMillisecond);

void errorFigures(benchmark::State& state)
{
    const auto values = bigLayer().asFloats();
    measure(state, [&] { benchmark::DoNotOptimize(errorSums(values, values)); });
}
BENCHMARK(errorFigures)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace bw::bench

BENCHMARK_MAIN();
