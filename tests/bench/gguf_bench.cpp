// Weights per second into and out of the block types of GGUF, one thread, from half-precision weights in memory, beside
// the scalar reference. Wanted: q4_0 350, q8_0 300, q6_k 50 and q4_k 25 million weights a second. "speedup" is over the
// scalar code in the same run.

#include "core/base/half.h"
#include "core/gguf/block_type.h"
#include "core/tensor/tensor_view.h"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <limits>
#include <random>

#include <benchmark/benchmark.h>

namespace {

constexpr std::size_t rowLength = 4096;
constexpr std::size_t rows = 1024;

const bw::TensorView& layer()
{
    static const bw::TensorView tensor = [] {
        std::mt19937 random(1);
        std::normal_distribution<float> normal(0, 0.02F);
        std::vector<std::byte> bytes(2 * rows * rowLength);
        for (std::size_t i = 0; i < rows * rowLength; ++i) {
            const std::uint16_t half = bw::floatToHalf(normal(random));
            std::memcpy(bytes.data() + 2 * i, &half, 2);
        }
        return bw::makeTensor(bw::DType::F16, { rows, rowLength }, std::move(bytes));
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

using EncodeRow
    = void (*)(const bw::GgufBlockType&, std::span<const float>, std::span<const float>, std::span<std::byte>);

void encodeRows(const bw::GgufBlockType& type, EncodeRow encode, std::size_t count, std::span<const float> importance,
    std::span<std::byte> out)
{
    std::vector<float> row(rowLength);
    const auto bytes = bw::ggufBytes(type, rowLength);
    for (std::size_t i = 0; i < count; ++i) {
        layer().read(i * rowLength, row);
        encode(type, row, importance, out.subspan(i * bytes, bytes));
    }
}

void encode(benchmark::State& state, const bw::GgufBlockType& type, bool isWeighted)
{
    const std::vector<float> importance(isWeighted ? rowLength : 0, 1.0F);
    std::vector<std::byte> out(bw::ggufBytes(type, rows * rowLength));
    constexpr std::size_t few = rows / 16;
    double scalar = std::numeric_limits<double>::infinity();
    for (int round = 0; round < 3; ++round) {
        scalar = std::min(scalar, secondsOf([&] { encodeRows(type, bw::ggufEncodeRowScalar, few, importance, out); }));
    }
    double fastest = std::numeric_limits<double>::infinity();
    for (auto _ : state) {
        fastest = std::min(fastest, secondsOf([&] { encodeRows(type, bw::ggufEncodeRow, rows, importance, out); }));
        benchmark::DoNotOptimize(out.data());
    }
    state.counters["Mweights/s"] = rows * rowLength / fastest / 1e6;
    state.counters["speedup"] = scalar * rows / few / fastest;
}

void decode(benchmark::State& state, const bw::GgufBlockType& type)
{
    std::vector<std::byte> bytes(bw::ggufBytes(type, rows * rowLength));
    encodeRows(type, bw::ggufEncodeRow, rows, {}, bytes);
    std::vector<float> row(rowLength);
    const auto rowBytes = bw::ggufBytes(type, rowLength);
    double fastest = std::numeric_limits<double>::infinity();
    for (auto _ : state) {
        fastest = std::min(fastest, secondsOf([&] {
            for (std::size_t i = 0; i < rows; ++i) {
                bw::ggufDecode(type, std::span(bytes).subspan(i * rowBytes, rowBytes), row);
                benchmark::DoNotOptimize(row.data());
            }
        }));
    }
    state.counters["Mweights/s"] = rows * rowLength / fastest / 1e6;
}

void readHalves(benchmark::State& state)
{
    std::vector<float> row(rowLength);
    double fastest = std::numeric_limits<double>::infinity();
    for (auto _ : state) {
        fastest = std::min(fastest, secondsOf([&] {
            for (std::size_t i = 0; i < rows; ++i) {
                layer().read(i * rowLength, row);
                benchmark::DoNotOptimize(row.data());
            }
        }));
    }
    state.counters["Mweights/s"] = rows * rowLength / fastest / 1e6;
}
BENCHMARK(readHalves)->Unit(benchmark::kMillisecond);

} // namespace

int main(int argc, char** argv)
{
    for (const auto* type : bw::ggufBlockTypes().entries()) {
        const auto add = [&](const std::string& what, auto&& work) {
            benchmark::RegisterBenchmark((what + "/" + std::string(type->id)).c_str(), work)->Unit(benchmark::kMillisecond);
        };
        add("encode", [type](benchmark::State& state) { encode(state, *type, false); });
        if (type->usesImportance) {
            add("encodeWithImportance", [type](benchmark::State& state) { encode(state, *type, true); });
        }
        add("decode", [type](benchmark::State& state) { decode(state, *type); });
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
