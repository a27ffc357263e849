#include "core/base/error.h"
#include "core/formats/extras/extra_support.h"
#include "core/formats/format_family.h"
#include "core/formats/group_scales.h"
#include "core/formats/number_part.h"
#include "core/formats/row_groups_codec.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bw {

namespace {
constexpr const char* wordsId = "words";
constexpr const char* bitsId = "bits"; ///< what families call the width of their codes
constexpr const char* sizesPart = "word_rows";
constexpr int mostClusters = 8;
constexpr double ratio = 2; ///< each cluster has so many times the rows of the one before

int clustersOf(const QuantFormat& format)
{
    return static_cast<int>(std::get<std::int64_t>(format.extras.at(wordsId)));
}

const ParamSpec* bitsSpec(const QuantFormat& format)
{
    for (const auto& spec : familyOf(format).schema) {
        if (spec.id == bitsId && spec.type == ParamSpec::Type::Int) {
            return &spec;
        }
    }
    return nullptr;
}

std::int64_t bitsOf(const QuantFormat& format)
{
    const auto found = format.params.find(bitsId);
    const auto* bits = found == format.params.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    return bits == nullptr ? 0 : *bits;
}

/// What a cluster's rows get: what is inside of this extra, with fewer bits.
QuantFormat formatOf(QuantFormat format, int fewer)
{
    format.params[bitsId] = bitsOf(format) - fewer;
    for (const auto* extra : formatExtras().entries()) {
        format.extras.erase(extra->id);
        if (extra->id == wordsId) {
            break;
        }
    }
    return format;
}

std::vector<Problem> validateWords(const QuantFormat& format)
{
    const auto* spec = bitsSpec(format);
    if (spec == nullptr) {
        return { { wordsId,
            Text(BW_TR_NOOP("core",
                "fewer bits for rarer words need a format whose codes have a number of bits, such as "
                "int4 or bcq4")) } };
    }
    const auto rarest = bitsOf(format) - clustersOf(format) + 1;
    if (static_cast<double>(rarest) < spec->min) {
        return { { wordsId,
            Text(BW_TR_NOOP("core", "the rarest words would get %1 bits, but this format needs at least %2"),
                { toText(rarest), toText(static_cast<std::int64_t>(spec->min)) }) } };
    }
    for (int fewer = 1; fewer < clustersOf(format); ++fewer) {
        if (const auto problems = validate(formatOf(format, fewer)); !problems.empty()) {
            return { { wordsId, problems.front().message } };
        }
    }
    return {};
}

/// Clusters that have rows, and how many bits less than the first each gets.
struct Clusters
{
    RowOrderPtr rows;
    std::vector<int> fewer;
};

/// Rows v·r^i / Σ r^k, rounded down; the rest to the last (arXiv 2009.07453; design notes on extremely low bits).
Clusters clusters(std::uint64_t rows, int count)
{
    RowOrder order;
    std::vector<int> each;
    order.order.resize(static_cast<std::size_t>(rows));
    std::iota(order.order.begin(), order.order.end(), 0U);
    double sum = 0;
    for (int i = 0; i < count; ++i) {
        sum += std::pow(ratio, i);
    }
    std::uint64_t left = rows;
    for (int i = 0; i < count; ++i) {
        const double share = std::pow(ratio, i) / sum;
        const auto own = i + 1 == count
            ? left
            : std::min(left, static_cast<std::uint64_t>(std::floor(static_cast<double>(rows) * share)));
        left -= own;
        if (own > 0) {
            order.sizes.push_back(static_cast<std::uint32_t>(own));
            each.push_back(i);
        }
    }
    return { std::make_shared<const RowOrder>(std::move(order)), std::move(each) };
}

std::uint64_t rowsIn(const Shape& shape)
{
    return shape.size() >= 2 ? static_cast<std::uint64_t>(shape.front()) : 1;
}

std::vector<TensorPart> ownParts(const RowOrder& rows)
{
    return { numbersPart<std::uint32_t>(sizesPart, DType::U32, rows.sizes) };
}

std::shared_ptr<const Codec> fit(
    const QuantFormat& format, const TensorView& matrix, const FormatExtra::FitInner&, const JobContext& ctx)
{
    requireFinite(matrix, ctx);
    const auto [rows, fewer] = clusters(rowsIn(matrix.shape), clustersOf(format));
    RowCodecs codecs;
    for (std::size_t i = 0; i < rows->sizes.size(); ++i) {
        const double share = 1.0 / static_cast<double>(rows->sizes.size());
        const double from = static_cast<double>(i) * share;
        codecs.push_back(fitCodec(formatOf(format, fewer[i]), rowsOf(matrix, rows, i), ctx.sub(from, from + share)));
    }
    auto own = ownParts(*rows);
    return rowGroupsCodec(format, matrix.shape, rows, std::move(codecs), std::move(own));
}

std::shared_ptr<const Codec> restore(const QuantFormat& format, const Shape& shape,
    std::span<const TensorPart> sideParts, const FormatExtra::RestoreInner&)
{
    const auto [rows, fewer] = clusters(rowsIn(shape), clustersOf(format));
    if (readNumbers<std::uint32_t>(sideParts, sizesPart, DType::U32) != rows->sizes) {
        throw Error(ErrorKind::BadFile,
            Text(BW_TR_NOOP("core", "the rows of the quantized tensor are not cut as its format says")));
    }
    std::vector<std::string> nested;
    for (const auto* extra : formatExtras().entries()) {
        if (extra->kind == "rows") {
            nested.push_back(extra->id);
        }
    }
    const auto formats = readRowGroupFormats(sideParts, rows->sizes.size(), nested);
    if (formats.empty() && rows->sizes.size() > 1) {
        throw Error(ErrorKind::BadFile,
            Text(BW_TR_NOOP("core", "the quantized tensor does not say which formats its rows have")));
    }
    RowCodecs codecs;
    for (std::size_t i = 0; i < rows->sizes.size(); ++i) {
        const auto& own = formats.empty() ? formatOf(format, fewer[i]) : formats[i];
        codecs.push_back(restoreCodec(own, shapeOfRows(shape, rows->sizes[i]), partsOfRowGroup(sideParts, i)));
    }
    auto stored = ownParts(*rows);
    return rowGroupsCodec(format, shape, rows, std::move(codecs), std::move(stored));
}

ParamSpec countParam()
{
    ParamSpec spec;
    spec.id = "count";
    spec.title = BW_TR_NOOP("core", "Clusters of words");
    spec.help = BW_TR_NOOP("core", "Each cluster has twice the words of the one before it, and codes of one bit less.");
    spec.type = ParamSpec::Type::Int;
    spec.min = 1;
    spec.max = mostClusters;
    spec.step = 1;
    spec.defaultValue = std::int64_t { 3 };
    return spec;
}
} // namespace

extern const FormatExtra wordsExtra;
const FormatExtra wordsExtra {
    .id = wordsId,
    .title = BW_TR_NOOP("core", "Fewer bits for rarer words"),
    .help = BW_TR_NOOP("core",
        "For embeddings: the first rows, in most vocabularies the most frequent words, get the format's bits, the next "
        "and more numerous ones one bit less each time."),
    .value = countParam(),
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
