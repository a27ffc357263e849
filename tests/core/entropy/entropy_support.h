#pragma once

#include "core/entropy/entropy_coder.h"
#include "tests/support/model_builders.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace bw::test {

using Symbols = std::vector<std::uint16_t>;
using Counts = std::vector<std::uint64_t>;
using Bytes = std::vector<std::byte>;

inline Counts countsOf(std::span<const std::uint16_t> symbols, std::size_t alphabet)
{
    Counts counts(alphabet, 0);
    for (const auto symbol : symbols) {
        ++counts.at(symbol);
    }
    return counts;
}

/// Normal values on a uniform grid of `alphabet` levels that ends at ±`reach` deviations.
inline Symbols normalSymbols(std::size_t count, std::size_t alphabet, double reach, std::uint64_t seed = 1)
{
    Symbols symbols;
    symbols.reserve(count);
    const auto top = static_cast<double>(alphabet - 1);
    for (const float value : normalValues(count, seed)) {
        const double level = std::round((static_cast<double>(value) / reach + 1) / 2 * top);
        symbols.push_back(static_cast<std::uint16_t>(std::clamp(level, 0.0, top)));
    }
    return symbols;
}

/// Symbols with these weights, in random order.
inline Symbols drawnSymbols(std::size_t count, std::span<const double> weights, std::uint64_t seed = 1)
{
    std::mt19937_64 random(seed);
    std::discrete_distribution<int> draw(weights.begin(), weights.end());
    Symbols symbols(count);
    for (auto& symbol : symbols) {
        symbol = static_cast<std::uint16_t>(draw(random));
    }
    return symbols;
}

inline int symbolBitsFor(std::size_t alphabet)
{
    int bits = 1;
    while (std::size_t { 1 } << bits < alphabet) {
        ++bits;
    }
    return bits;
}

/// What a tensor's symbols are stored as.
struct Coded
{
    Bytes model;
    std::vector<Bytes> blocks;
    std::size_t size() const
    {
        std::size_t bytes = model.size();
        for (const auto& block : blocks) {
            bytes += block.size();
        }
        return bytes;
    }
    friend bool operator==(const Coded&, const Coded&) = default;
};

inline Coded codedWith(const EntropyModel& model, std::span<const std::uint16_t> symbols)
{
    Coded coded { model.bytes(), {} };
    for (std::size_t first = 0; first < symbols.size(); first += entropyBlockSymbols) {
        Bytes block;
        model.encode(symbols.subspan(first, std::min(entropyBlockSymbols, symbols.size() - first)), block);
        coded.blocks.push_back(std::move(block));
    }
    return coded;
}

inline Coded coded(const EntropyCoder& coder, std::span<const std::uint16_t> symbols, std::size_t alphabet)
{
    return codedWith(*coder.train(countsOf(symbols, alphabet), symbolBitsFor(alphabet)), symbols);
}

/// Reads everything back with the stored model.
inline Symbols decoded(const EntropyCoder& coder, const Coded& coded, std::size_t count, std::size_t alphabet)
{
    const auto model = coder.restore(coded.model, alphabet, symbolBitsFor(alphabet));
    Symbols symbols(count, 0xFFFF);
    std::size_t first = 0;
    for (const auto& block : coded.blocks) {
        const std::size_t size = std::min(entropyBlockSymbols, count - first);
        model->decode(block, std::span(symbols).subspan(first, size));
        first += size;
    }
    return symbols;
}

inline const EntropyCoder& coderNamed(const std::string& id)
{
    return *entropyCoders().find(id);
}

/// For tests that run once per coder.
struct CoderName
{
    template <class Info>
    std::string operator()(const Info& info) const
    {
        return info.param->id;
    }
};

} // namespace bw::test
