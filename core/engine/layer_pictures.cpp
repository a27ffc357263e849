// What plots and reports show of one quantized layer.

#include "core/base/parallel.h"
#include "core/engine/quantize_model.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
/// Values that one set of counts is made for: large enough that all sets together stay small.
std::uint64_t pictureBlock(std::uint64_t count)
{
    constexpr std::uint64_t smallest = std::uint64_t { 1 } << 18;
    constexpr std::uint64_t sets = 64;
    return std::max(smallest, (count + sets - 1) / sets);
}

constexpr std::uint64_t pieceUnit = 4096; ///< row pieces are a multiple: whole blocks for every usual block size

/// Index of the bin that holds `value`: lower edge inclusive, the last bin also its upper edge; what lies outside goes
/// to the outermost bins.
std::size_t binOf(double value, const std::vector<double>& edges, double binsPerUnit)
{
    const std::size_t last = edges.size() - 2;
    const double guess = (value - edges.front()) * binsPerUnit;
    std::size_t bin = guess <= 0 ? 0 : std::min(last, static_cast<std::size_t>(guess));
    while (bin > 0 && value < edges[bin]) {
        --bin;
    }
    while (bin < last && value >= edges[bin + 1]) {
        ++bin;
    }
    return bin;
}

using Counts = std::vector<std::uint64_t>;

void addCounts(Counts& total, const Counts& part)
{
    for (std::size_t i = 0; i < part.size(); ++i) {
        total[i] += part[i];
    }
}

/// Decodes values first…last in small chunks.
template <class Use>
void forDecoded(const QuantizedTensor& tensor, std::uint64_t first, std::uint64_t last, const Use& use)
{
    std::vector<float> values;
    for (std::uint64_t at = first; at < last;) {
        const auto end = std::min<std::uint64_t>(at + FloatChunks::chunkSize, last);
        values.resize(static_cast<std::size_t>(end - at));
        decodeTensor(tensor, at, values);
        use(at, std::span<const float>(values));
        at = end;
    }
}
} // namespace

Histogram quantizedHistogram(const QuantizedTensor& tensor, const Histogram& like, const JobContext& ctx)
{
    Histogram histogram;
    histogram.edges = like.edges;
    const std::size_t bins = like.counts.size();
    const double binsPerUnit = static_cast<double>(bins) / (like.edges.back() - like.edges.front());
    histogram.counts = parallelReduce(
        tensor.count(), pictureBlock(tensor.count()), ctx, Counts(bins),
        [&](std::uint64_t first, std::uint64_t last) {
            Counts counts(bins);
            forDecoded(tensor, first, last, [&](std::uint64_t, std::span<const float> values) {
                ctx.checkpoint();
                for (const float value : values) {
                    ++counts[binOf(static_cast<double>(value), like.edges, binsPerUnit)];
                }
            });
            return counts;
        },
        addCounts);
    return histogram;
}

std::vector<LevelError> errorPerLevel(const QuantizedTensor& tensor, const TensorView& matrix, const JobContext& ctx)
{
    const Grid grid = tensor.codec->grid(tensor.codec->typicalGroup());
    if (grid.levels.empty()) {
        return {};
    }
    std::vector<LevelError> levels(grid.levels.size());
    for (std::size_t i = 0; i < levels.size(); ++i) {
        levels[i].level = grid.levels[i];
    }
    return parallelReduce(
        tensor.count(), pictureBlock(tensor.count()), ctx, levels,
        [&](std::uint64_t first, std::uint64_t last) {
            auto part = levels;
            FloatChunks chunks(matrix);
            forDecoded(tensor, first, last, [&](std::uint64_t at, std::span<const float> values) {
                ctx.checkpoint();
                const auto original = chunks.values(at, at + values.size());
                for (std::size_t i = 0; i < values.size(); ++i) {
                    const auto x = static_cast<double>(original[i]);
                    const auto cell
                        = std::upper_bound(grid.cellEdges.begin(), grid.cellEdges.end(), x) - grid.cellEdges.begin();
                    auto& level = part[static_cast<std::size_t>(cell)];
                    const double error = static_cast<double>(values[i]) - x;
                    ++level.count;
                    level.squaredError += error * error;
                }
            });
            return part;
        },
        [](std::vector<LevelError>& total, const std::vector<LevelError>& part) {
            for (std::size_t i = 0; i < part.size(); ++i) {
                total[i].count += part[i].count;
                total[i].squaredError += part[i].squaredError;
            }
        });
}

TensorView sampleRows(const TensorView& matrix, std::uint64_t maxValues)
{
    const std::uint64_t count = matrix.count();
    if (count <= maxValues || matrix.shape.empty()) {
        return matrix;
    }
    const auto rows = static_cast<std::uint64_t>(matrix.shape.front());
    const std::uint64_t columns = count / rows;
    std::uint64_t taken = std::clamp<std::uint64_t>(maxValues / columns, 1, rows);
    std::uint64_t length = columns;
    if (columns > maxValues) {
        // Pieces of many rows tell more than one row's start.
        taken = std::clamp<std::uint64_t>(maxValues / (4 * pieceUnit), 1, rows);
        length = std::max(pieceUnit, maxValues / taken / pieceUnit * pieceUnit);
        length = std::min(length, columns);
    }
    std::vector<float> values(static_cast<std::size_t>(taken * length));
    for (std::uint64_t i = 0; i < taken; ++i) {
        const std::uint64_t row = i * rows / taken;
        const std::uint64_t offset = taken == 1 ? 0 : (columns - length) * i / (taken - 1) / pieceUnit * pieceUnit;
        matrix.read(row * columns + offset,
            std::span(values).subspan(static_cast<std::size_t>(i * length), static_cast<std::size_t>(length)));
    }
    if (length == columns) {
        Shape shape = matrix.shape;
        shape.front() = static_cast<std::int64_t>(taken);
        return makeTensor(std::move(shape), std::move(values));
    }
    return makeTensor({ static_cast<std::int64_t>(taken), static_cast<std::int64_t>(length) }, std::move(values));
}

} // namespace bw
