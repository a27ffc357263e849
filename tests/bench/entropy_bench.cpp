// Entropy coding of normally distributed codes: symbols per second, and bits against the entropy, by coder.

#include "core/base/bit_stream.h"
#include "core/entropy/entropy_coder.h"
#include "tests/bench/bench_support.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace bw::bench {
namespace {

constexpr std::size_t symbolCount = std::size_t { 1 } << 20;

/// The layer's first values on a uniform grid of 2^bits levels, the best grid for a normal distribution.
std::vector<std::uint16_t> normalCodes(int bits)
{
    const double bestSteps[] { 0, 0, 0.9957, 0.5860, 0.3352, 0.1881, 0.1041, 0.0569, 0.0308 };
    const double deviation = 0.02;
    const auto levels = static_cast<double>(1 << bits);
    std::vector<std::uint16_t> codes(symbolCount);
    const auto* values = reinterpret_cast<const float*>(bigLayer().bytes.data());
    for (std::size_t i = 0; i < symbolCount; ++i) {
        const double level = std::floor(static_cast<double>(values[i]) / deviation / bestSteps[bits] + levels / 2);
        codes[i] = static_cast<std::uint16_t>(std::clamp(level, 0.0, levels - 1));
    }
    return codes;
}

struct Setting
{
    std::vector<std::uint16_t> codes;
    std::vector<std::uint64_t> counts;
    std::shared_ptr<const EntropyModel> model;
    std::vector<std::vector<std::byte>> blocks;

    Setting(const EntropyCoder& coder, int bits)
        : codes(normalCodes(bits))
        , counts(std::size_t { 1 } << bits, 0)
    {
        for (const auto code : codes) {
            ++counts[code];
        }
        model = coder.train(counts, bits);
        for (std::size_t first = 0; first < codes.size(); first += entropyBlockSymbols) {
            blocks.emplace_back();
            model->encode(std::span(codes).subspan(first, entropyBlockSymbols), blocks.back());
        }
    }
    void report(benchmark::State& state) const
    {
        std::size_t bytes = model->bytes().size();
        for (const auto& block : blocks) {
            bytes += block.size();
        }
        const auto count = static_cast<double>(codes.size());
        const double entropy = entropyBits(counts) / count;
        const double bits = 8 * static_cast<double>(bytes) / count;
        state.counters["Msymbols/s"]
            = benchmark::Counter(count * static_cast<double>(state.iterations()) / 1e6, benchmark::Counter::kIsRate);
        state.counters["bits"] = bits;
        state.counters["above_entropy_%"] = 100 * (bits / entropy - 1);
    }
};

void encode(benchmark::State& state, const EntropyCoder* coder, int bits)
{
    const Setting setting(*coder, bits);
    std::vector<std::byte> out;
    for (auto _ : state) {
        for (std::size_t first = 0; first < symbolCount; first += entropyBlockSymbols) {
            out.clear();
            setting.model->encode(std::span(setting.codes).subspan(first, entropyBlockSymbols), out);
            benchmark::DoNotOptimize(out.data());
        }
    }
    setting.report(state);
}

void decode(benchmark::State& state, const EntropyCoder* coder, int bits)
{
    const Setting setting(*coder, bits);
    std::vector<std::uint16_t> out(entropyBlockSymbols);
    for (auto _ : state) {
        for (const auto& block : setting.blocks) {
            setting.model->decode(block, out);
            benchmark::DoNotOptimize(out.data());
        }
    }
    setting.report(state);
}

void train(benchmark::State& state, const EntropyCoder* coder, int bits)
{
    const Setting setting(*coder, bits);
    for (auto _ : state) {
        benchmark::DoNotOptimize(coder->train(setting.counts, bits));
    }
}

/// Codes of a fixed width, for comparison.
void unpack(benchmark::State& state, int bits)
{
    const auto codes = normalCodes(bits);
    std::vector<std::byte> packed(packedBytes(symbolCount, bits));
    packCodes(codes, bits, 0, packed);
    std::vector<std::uint16_t> out(entropyBlockSymbols);
    for (auto _ : state) {
        for (std::size_t first = 0; first < symbolCount; first += entropyBlockSymbols) {
            unpackCodes(packed, bits, first, out);
            benchmark::DoNotOptimize(out.data());
        }
    }
    state.counters["Msymbols/s"] = benchmark::Counter(
        static_cast<double>(symbolCount) * static_cast<double>(state.iterations()) / 1e6, benchmark::Counter::kIsRate);
}

void registerAll()
{
    for (const int bits : { 2, 3, 4, 8 }) {
        benchmark::RegisterBenchmark(("unpack/" + std::to_string(bits) + "bit").c_str(), unpack, bits);
    }
    for (const auto* coder : entropyCoders().entries()) {
        for (const int bits : { 2, 3, 4, 8 }) {
            const auto name = coder->id + "/" + std::to_string(bits) + "bit";
            benchmark::RegisterBenchmark(("decode/" + name).c_str(), decode, coder, bits);
            benchmark::RegisterBenchmark(("encode/" + name).c_str(), encode, coder, bits);
            benchmark::RegisterBenchmark(("train/" + name).c_str(), train, coder, bits);
        }
    }
}

} // namespace
} // namespace bw::bench

int main(int argc, char** argv)
{
    bw::bench::registerAll();
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
