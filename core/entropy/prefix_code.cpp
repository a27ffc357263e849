#include "core/entropy/prefix_code.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace bw::entropy {

namespace {
constexpr std::size_t longest = 16;

/// Symbols with a count, lightest first.
std::vector<std::uint32_t> sortedSymbols(std::span<const std::uint64_t> counts)
{
    std::vector<std::uint32_t> symbols;
    for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
        if (counts[symbol] > 0) {
            symbols.push_back(static_cast<std::uint32_t>(symbol));
        }
    }
    std::stable_sort(symbols.begin(), symbols.end(),
        [&](std::uint32_t left, std::uint32_t right) { return counts[left] < counts[right]; });
    return symbols;
}

/// One list of package-merge: leaves and packages of two of the list before, by weight.
struct Level
{
    std::vector<std::uint64_t> weights;
    std::vector<bool> isLeaf;
};

Level nextLevel(const std::vector<std::uint64_t>& leaves, const std::vector<std::uint64_t>& before)
{
    Level level;
    const std::size_t packages = before.size() / 2;
    level.weights.reserve(leaves.size() + packages);
    level.isLeaf.reserve(leaves.size() + packages);
    std::size_t leaf = 0;
    std::size_t package = 0;
    while (leaf < leaves.size() || package < packages) {
        const auto weight = package < packages ? before[2 * package] + before[2 * package + 1] : 0;
        const bool takesLeaf = leaf < leaves.size() && (package == packages || leaves[leaf] <= weight);
        level.weights.push_back(takesLeaf ? leaves[leaf] : weight);
        level.isLeaf.push_back(takesLeaf);
        ++(takesLeaf ? leaf : package);
    }
    return level;
}
} // namespace

std::vector<std::uint32_t> prefixCodeLengths(std::span<const std::uint64_t> counts, int limit)
{
    const auto symbols = sortedSymbols(counts);
    std::vector<std::uint32_t> lengths(counts.size(), 0);
    if (symbols.size() == 1) {
        lengths[symbols.front()] = 1;
        return lengths;
    }
    std::vector<std::uint64_t> leaves(symbols.size());
    std::transform(
        symbols.begin(), symbols.end(), leaves.begin(), [&](std::uint32_t symbol) { return counts[symbol]; });
    std::vector<Level> levels;
    for (int depth = 0; depth < limit; ++depth) {
        levels.push_back(nextLevel(leaves, levels.empty() ? std::vector<std::uint64_t>() : levels.back().weights));
    }
    // The 2n-2 lightest entries of the last list, with all that their packages hold: a leaf's length is how often it
    // occurs. In every list, the leaves among the first entries are the lightest symbols.
    std::size_t taken = 2 * symbols.size() - 2;
    for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
        const auto end = level->isLeaf.begin() + static_cast<std::ptrdiff_t>(taken);
        const auto leavesTaken = static_cast<std::size_t>(std::count(level->isLeaf.begin(), end, true));
        for (std::size_t i = 0; i < leavesTaken; ++i) {
            ++lengths[symbols[i]];
        }
        taken = 2 * (taken - leavesTaken);
    }
    return lengths;
}

std::vector<std::uint32_t> canonicalCodes(std::span<const std::uint32_t> lengths)
{
    std::array<std::uint32_t, longest + 1> ofLength {};
    for (const auto length : lengths) {
        ++ofLength[length];
    }
    ofLength[0] = 0;
    std::array<std::uint32_t, longest + 1> next {};
    for (std::size_t length = 1; length <= longest; ++length) {
        next[length] = (next[length - 1] + ofLength[length - 1]) << 1;
    }
    std::vector<std::uint32_t> codes(lengths.size(), 0);
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
        if (lengths[symbol] > 0) {
            codes[symbol] = next[lengths[symbol]]++;
        }
    }
    return codes;
}

bool isCompleteCode(std::span<const std::uint32_t> lengths)
{
    std::uint64_t sum = 0;
    for (const auto length : lengths) {
        sum += length > 0 && length <= longest ? std::uint64_t { 1 } << (longest - length) : 0;
    }
    return sum == std::uint64_t { 1 } << longest && *std::max_element(lengths.begin(), lengths.end()) <= longest;
}

} // namespace bw::entropy
