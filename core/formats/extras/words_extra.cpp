#include "core/base/error.h"
#include "core/formats/extras/extra_support.h"
#include "core/formats/number_part.h"
#include "core/formats/word_clusters.h"

namespace bw {

namespace {
constexpr const char* wordsId = "words";
constexpr const char* sizesPart = "word_rows";

WordClusters clustersOf(const QuantFormat& format, const Shape& shape)
{
    return wordClusters(rowsAsStored(rowsIn(shape)), wordClustersOf(format, wordsId));
}

std::vector<TensorPart> ownParts(const WordClusters& clusters)
{
    return { numbersPart<std::uint32_t>(sizesPart, DType::U32, clusters.rows->sizes) };
}

std::vector<Problem> validateWords(const QuantFormat& format)
{
    return validateWordClusters(format, wordsId);
}

std::shared_ptr<const Codec> fit(
    const QuantFormat& format, const TensorView& matrix, const FormatExtra::FitInner&, const JobContext& ctx)
{
    const auto clusters = clustersOf(format, matrix.shape);
    return fitWordClusters(format, wordsId, matrix, clusters, ownParts(clusters), ctx);
}

std::shared_ptr<const Codec> restore(const QuantFormat& format, const Shape& shape,
    std::span<const TensorPart> sideParts, const FormatExtra::RestoreInner&)
{
    const auto clusters = clustersOf(format, shape);
    if (readNumbers<std::uint32_t>(sideParts, sizesPart, DType::U32) != clusters.rows->sizes) {
        throw Error(ErrorKind::BadFile,
            Text(BW_TR_NOOP("core", "the rows of the quantized tensor are not cut as its format says")));
    }
    return restoreWordClusters(format, wordsId, shape, clusters, sideParts, ownParts(clusters));
}
} // namespace

extern const FormatExtra wordsExtra;
const FormatExtra wordsExtra {
    .id = wordsId,
    .title = BW_TR_NOOP("core", "Fewer bits for rarer words"),
    .help = BW_TR_NOOP("core",
        "For embeddings: the first rows, in most vocabularies the most frequent words, get the format's bits, the next "
        "and more numerous ones one bit less each time."),
    .value = wordClustersParam(),
    .kind = "rows",
    .examples = { "int4/c/words=3", "int6/b32/words=4", "bcq3/c/words=3", "kmeans4/t/words=2" },
    .movesWeights = true,
    .valueText = wholeText,
    .parseValue = parseWhole,
    .validate = validateWords,
    .fit = fit,
    .restore = restore,
};

} // namespace bw
