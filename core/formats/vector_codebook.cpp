#include "core/formats/vector_codebook.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <random>

namespace bw {

namespace {
constexpr std::size_t seedVectors = 65536;
constexpr std::uint64_t blockVectors = 4096;
constexpr int rounds = 40;
constexpr double smallestGain = 1e-4;

float squaredDistance(std::span<const float> a, std::span<const float> b)
{
    float sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
}

/// Each new entry is a vector drawn with the probability of its squared distance to the entries so far.
std::vector<float> seeds(std::span<const float> vectors, std::size_t length, std::size_t entries, const JobContext& ctx)
{
    const std::size_t all = vectors.size() / length;
    const std::size_t count = std::min(all, seedVectors);
    const auto vector = [&](std::size_t i) { return vectors.subspan(i * all / count * length, length); };
    std::mt19937_64 random(0);
    const auto share = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    std::vector<float> distances(count, std::numeric_limits<float>::infinity());
    std::vector<float> found;
    auto next = static_cast<std::size_t>(share() * static_cast<double>(count));
    while (true) {
        ctx.checkpoint();
        const auto chosen = vector(next);
        found.insert(found.end(), chosen.begin(), chosen.end());
        if (found.size() == entries * length) {
            return found;
        }
        double sum = 0;
        for (std::size_t i = 0; i < count; ++i) {
            distances[i] = std::min(distances[i], squaredDistance(vector(i), chosen));
            sum += static_cast<double>(distances[i]);
        }
        double left = share() * sum;
        next = count - 1;
        for (std::size_t i = 0; i < count; ++i) {
            left -= static_cast<double>(distances[i]);
            if (left < 0 && distances[i] > 0) {
                next = i;
                break;
            }
        }
    }
}

struct Cells
{
    std::vector<double> sums;
    std::vector<std::uint64_t> counts;
    double error = 0;
};

Cells assign(std::span<const float> vectors, const VectorCodebook& codebook, const JobContext& ctx)
{
    const std::size_t length = codebook.length();
    const Cells none { std::vector<double>(codebook.entries().size()), std::vector<std::uint64_t>(codebook.size()), 0 };
    const std::uint64_t count = vectors.size() / length;
    // So many blocks at most that the sums of all fit beside the vectors.
    const auto perBlock = std::max<std::uint64_t>(blockVectors, count / 64);
    return parallelReduce(
        count, perBlock, ctx, none,
        [&](std::uint64_t first, std::uint64_t last) {
            Cells cells = none;
            for (auto i = first; i < last; ++i) {
                if (i % 256 == 0) {
                    ctx.checkpoint();
                }
                const auto vector = vectors.subspan(static_cast<std::size_t>(i) * length, length);
                const auto entry = codebook.nearest(vector);
                cells.error += static_cast<double>(squaredDistance(vector, codebook.entry(entry)));
                ++cells.counts[entry];
                for (std::size_t d = 0; d < length; ++d) {
                    cells.sums[entry * length + d] += static_cast<double>(vector[d]);
                }
            }
            return cells;
        },
        [](Cells& total, const Cells& part) {
            total.error += part.error;
            std::transform(total.sums.begin(), total.sums.end(), part.sums.begin(), total.sums.begin(), std::plus<>());
            std::transform(
                total.counts.begin(), total.counts.end(), part.counts.begin(), total.counts.begin(), std::plus<>());
        });
}

/// The means of the cells; an empty one keeps its entry.
std::vector<float> centres(const Cells& cells, const VectorCodebook& codebook)
{
    std::vector<float> entries(codebook.entries().begin(), codebook.entries().end());
    const std::size_t length = codebook.length();
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (const auto count = cells.counts[i / length]; count > 0) {
            entries[i] = static_cast<float>(cells.sums[i] / static_cast<double>(count));
        }
    }
    return entries;
}
} // namespace

VectorCodebook::VectorCodebook(std::size_t length, std::vector<float> entries)
    : m_length(length)
    , m_entries(std::move(entries))
    , m_columns(m_entries.size())
{
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        m_columns[i % length * size() + i / length] = m_entries[i];
    }
}

std::size_t VectorCodebook::nearest(std::span<const float> vector) const
{
    constexpr std::size_t chunk = 256;
    std::array<float, chunk> distances;
    std::int32_t leastOfAll = std::numeric_limits<std::int32_t>::max();
    std::size_t best = 0;
    for (std::size_t start = 0; start < size(); start += chunk) {
        const std::size_t count = std::min(chunk, size() - start);
        for (std::size_t d = 0; d < vector.size(); ++d) {
            const float* column = m_columns.data() + d * size() + start;
            const float x = vector[d];
            for (std::size_t k = 0; k < count; ++k) {
                const float difference = column[k] - x;
                distances[k] = (d == 0 ? 0 : distances[k]) + difference * difference;
            }
        }
        // Squares are not negative, so their bits compare as they do, and integers have a vector minimum.
        std::int32_t least = std::numeric_limits<std::int32_t>::max();
        for (std::size_t k = 0; k < count; ++k) {
            least = std::min(least, std::bit_cast<std::int32_t>(distances[k]));
        }
        if (least < leastOfAll) {
            leastOfAll = least;
            const auto isLeast = [&](float distance) { return std::bit_cast<std::int32_t>(distance) == least; };
            best = start
                + static_cast<std::size_t>(
                    std::find_if(distances.begin(), distances.end(), isLeast) - distances.begin());
        }
    }
    return best;
}

std::vector<float> fitVectorCodebook(
    std::span<const float> vectors, std::size_t length, std::size_t entries, const JobContext& ctx)
{
    if (vectors.size() < length) {
        return std::vector<float>(entries * length);
    }
    VectorCodebook codebook(length, seeds(vectors, length, entries, ctx.sub(0, 0.2)));
    double error = std::numeric_limits<double>::infinity();
    for (int round = 0; round < rounds; ++round) {
        const auto cells = assign(vectors, codebook, ctx);
        if (!(cells.error < error * (1 - smallestGain))) {
            break;
        }
        error = cells.error;
        codebook = VectorCodebook(length, centres(cells, codebook));
    }
    return { codebook.entries().begin(), codebook.entries().end() };
}

} // namespace bw
