#include "core/base/error.h"
#include "core/formats/extras/extra_support.h"
#include "core/formats/word_clusters.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
constexpr const char* frequencyId = "frequency";
constexpr RowOrderParts partNames { "row_order", "word_rows" };

std::vector<Problem> validateFrequency(const QuantFormat& format)
{
    return validateWordClusters(format, frequencyId);
}

/// The most frequent row first; rows that are as frequent in their own order.
std::vector<std::uint32_t> byFrequency(std::span<const float> counts)
{
    for (std::size_t row = 0; row < counts.size(); ++row) {
        if (!(counts[row] >= 0) || std::isinf(counts[row])) {
            throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "the count of row %1 is %2; counts are 0 or more"),
                toText(static_cast<std::uint64_t>(row)), toText(counts[row]));
        }
    }
    auto order = rowsAsStored(counts.size());
    std::stable_sort(
        order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return counts[a] > counts[b]; });
    return order;
}

std::shared_ptr<const Codec> fitCounted(
    const QuantFormat& format, const TensorView& matrix, std::span<const float> counts, const JobContext& ctx)
{
    const auto clusters = wordClusters(byFrequency(counts), wordClustersOf(format, frequencyId));
    return fitWordClusters(format, frequencyId, matrix, clusters, rowOrderParts(*clusters.rows, partNames), ctx);
}

std::shared_ptr<const Codec> restore(const QuantFormat& format, const Shape& shape,
    std::span<const TensorPart> sideParts, const FormatExtra::RestoreInner&)
{
    auto rows = readRowOrder(sideParts, partNames, shape);
    const auto sizes = rows.sizes;
    const auto clusters = wordClusters(std::move(rows.order), wordClustersOf(format, frequencyId));
    if (clusters.rows->sizes != sizes) {
        throw Error(ErrorKind::BadFile,
            Text(BW_TR_NOOP("core", "the rows of the quantized tensor are not cut as its format says")));
    }
    return restoreWordClusters(
        format, frequencyId, shape, clusters, sideParts, rowOrderParts(*clusters.rows, partNames));
}
} // namespace

extern const FormatExtra frequencyExtra;
/// As words, by how often each word occurs instead of by its place. The order of the rows is stored, 32 bits each.
const FormatExtra frequencyExtra {
    .id = frequencyId,
    .title = BW_TR_NOOP("core", "Fewer bits for rarer words, by counts"),
    .help = BW_TR_NOOP("core",
        "For embeddings whose rows are not in the order of frequency: a file says how often each word occurs. The most "
        "frequent words get the format's bits, the next and more numerous ones one bit less each time."),
    .value = wordClustersParam(),
    .kind = "rows",
    .examples = { "int4/c/frequency=3", "int6/b32/frequency=4", "bcq3/c/frequency=3", "kmeans4/t/frequency=2" },
    .movesWeights = true,
    .valueText = wholeText,
    .parseValue = parseWhole,
    .validate = validateFrequency,
    .restore = restore,
    .fitCounted = fitCounted,
};

} // namespace bw
