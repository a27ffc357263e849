#include "core/formats/word_clusters.h"

#include "core/base/error.h"
#include "core/formats/format_extra.h"
#include "core/formats/format_family.h"
#include "core/formats/group_scales.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bw {

namespace {
constexpr const char* bitsId = "bits"; ///< what families call the width of their codes
constexpr int mostClusters = 8;
constexpr double ratio = 2; ///< each cluster has so many times the rows of the one before

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

/// What a cluster's rows get: what is inside of the extra, with fewer bits.
QuantFormat formatOf(QuantFormat format, const std::string& extraId, int fewer)
{
    format.params[bitsId] = bitsOf(format) - fewer;
    for (const auto* extra : formatExtras().entries()) {
        format.extras.erase(extra->id);
        if (extra->id == extraId) {
            break;
        }
    }
    return format;
}

std::vector<std::string> rowExtras()
{
    std::vector<std::string> ids;
    for (const auto* extra : formatExtras().entries()) {
        if (extra->kind == "rows") {
            ids.push_back(extra->id);
        }
    }
    return ids;
}
} // namespace

WordClusters wordClusters(std::vector<std::uint32_t> order, int count)
{
    const auto rows = static_cast<std::uint64_t>(order.size());
    RowOrder cut { std::move(order), {} };
    std::vector<int> each;
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
            cut.sizes.push_back(static_cast<std::uint32_t>(own));
            each.push_back(i);
        }
    }
    return { std::make_shared<const RowOrder>(std::move(cut)), std::move(each) };
}

std::vector<std::uint32_t> rowsAsStored(std::uint64_t rows)
{
    std::vector<std::uint32_t> order(static_cast<std::size_t>(rows));
    std::iota(order.begin(), order.end(), 0U);
    return order;
}

std::uint64_t rowsIn(const Shape& shape)
{
    return shape.size() >= 2 ? static_cast<std::uint64_t>(shape.front()) : 1;
}

ParamSpec wordClustersParam()
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

int wordClustersOf(const QuantFormat& format, const std::string& extraId)
{
    return static_cast<int>(std::get<std::int64_t>(format.extras.at(extraId)));
}

std::vector<Problem> validateWordClusters(const QuantFormat& format, const std::string& extraId)
{
    const auto* spec = bitsSpec(format);
    if (spec == nullptr) {
        return { { extraId,
            Text(BW_TR_NOOP("core",
                "fewer bits for rarer words need a format whose codes have a number of bits, such as "
                "int4 or bcq4")) } };
    }
    const int clusters = wordClustersOf(format, extraId);
    const auto rarest = bitsOf(format) - clusters + 1;
    if (static_cast<double>(rarest) < spec->min) {
        return { { extraId,
            Text(BW_TR_NOOP("core", "the rarest words would get %1 bits, but this format needs at least %2"),
                { toText(rarest), toText(static_cast<std::int64_t>(spec->min)) }) } };
    }
    for (int fewer = 1; fewer < clusters; ++fewer) {
        if (const auto problems = validate(formatOf(format, extraId, fewer)); !problems.empty()) {
            return { { extraId, problems.front().message } };
        }
    }
    return {};
}

std::shared_ptr<const Codec> fitWordClusters(const QuantFormat& format, const std::string& extraId,
    const TensorView& matrix, const WordClusters& clusters, std::vector<TensorPart> ownParts, const JobContext& ctx)
{
    requireFinite(matrix, ctx);
    RowCodecs codecs;
    const double share = 1.0 / static_cast<double>(std::max<std::size_t>(clusters.fewer.size(), 1));
    for (std::size_t i = 0; i < clusters.fewer.size(); ++i) {
        const double from = static_cast<double>(i) * share;
        codecs.push_back(fitCodec(formatOf(format, extraId, clusters.fewer[i]), rowsOf(matrix, clusters.rows, i),
            ctx.sub(from, from + share)));
    }
    return rowGroupsCodec(format, matrix.shape, clusters.rows, std::move(codecs), std::move(ownParts));
}

std::shared_ptr<const Codec> restoreWordClusters(const QuantFormat& format, const std::string& extraId,
    const Shape& shape, const WordClusters& clusters, std::span<const TensorPart> sideParts,
    std::vector<TensorPart> ownParts)
{
    const auto& sizes = clusters.rows->sizes;
    const auto formats = readRowGroupFormats(sideParts, sizes.size(), rowExtras());
    if (formats.empty() && sizes.size() > 1) {
        throw Error(ErrorKind::BadFile,
            Text(BW_TR_NOOP("core", "the quantized tensor does not say which formats its rows have")));
    }
    RowCodecs codecs;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const auto& own = formats.empty() ? formatOf(format, extraId, clusters.fewer[i]) : formats[i];
        codecs.push_back(restoreCodec(own, shapeOfRows(shape, sizes[i]), partsOfRowGroup(sideParts, i)));
    }
    return rowGroupsCodec(format, shape, clusters.rows, std::move(codecs), std::move(ownParts));
}

} // namespace bw
