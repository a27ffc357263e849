#include "core/formats/families/family_support.h"

#include "core/base/parallel.h"
#include "core/formats/group_scales.h"
#include "core/formats/kmeans.h"
#include "core/formats/tables_codec.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
constexpr const char* codebooksPart = "codebooks";

Shape codebooksShape(const Groups& groups, std::size_t levels)
{
    Shape shape = groups.arrayShape();
    shape.push_back(static_cast<std::int64_t>(levels));
    return shape;
}

std::shared_ptr<const Codec> makeCodec(const QuantFormat& format, Groups groups, std::vector<float> levels)
{
    CodeTables tables { std::size_t { 1 } << bitsOf(format.params), {}, {}, false };
    for (std::size_t first = 0; first < levels.size(); first += tables.levelsPerTable) {
        const auto codebook = std::span(levels).subspan(first, tables.levelsPerTable);
        tables.add(UnitGrid::codebook({ codebook.begin(), codebook.end() }));
    }
    std::vector<TensorPart> parts { storedPart(
        codebooksPart, format.scaling.store, codebooksShape(groups, tables.levelsPerTable), levels) };
    return makeTablesCodec(format, std::move(groups), bitsOf(format.params), std::move(tables), {}, std::move(parts));
}

/// The best levels of one group as stored; if it has fewer distinct values, the last level repeats.
void fitGroup(const TensorView& matrix, const Groups& groups, std::uint64_t group, const std::string& store,
    std::span<float> levels, const JobContext& ctx)
{
    const std::size_t size = info(matrix.dtype).size;
    TensorView part = matrix;
    part.shape = { static_cast<std::int64_t>(groups.size(group)) };
    part.bytes = matrix.bytes.subspan(groups.begin(group) * size, groups.size(group) * size);
    const auto sorted = SortedValues::fromSorted(sortedFloats(part, ctx), ctx);
    const auto found = optimalLevels(sorted, levels.size(), ctx);
    for (std::size_t k = 0; k < levels.size(); ++k) {
        levels[k] = roundToStore(store, found[std::min(k, found.size() - 1)]);
    }
}

std::shared_ptr<const Codec> fit(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    requireFinite(matrix, ctx);
    Groups groups(matrix.shape, format.scaling);
    const std::size_t count = std::size_t { 1 } << bitsOf(format.params);
    std::vector<float> levels(static_cast<std::size_t>(groups.count()) * count);
    const auto perBlock = std::max<std::uint64_t>(1, 1024 / groups.length());
    parallelBlocks(groups.count(), perBlock, ctx, [&](std::uint64_t first, std::uint64_t last) {
        for (std::uint64_t group = first; group < last; ++group) {
            fitGroup(matrix, groups, group, format.scaling.store,
                std::span(levels).subspan(static_cast<std::size_t>(group) * count, count), ctx);
        }
    });
    return makeCodec(format, std::move(groups), std::move(levels));
}

std::shared_ptr<const Codec> restore(
    const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts)
{
    Groups groups(shape, format.scaling);
    const std::uint64_t count = std::uint64_t { 1 } << bitsOf(format.params);
    auto levels = readStoredPart(sideParts, codebooksPart, format.scaling.store, groups.count() * count);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        if (!std::isfinite(levels[i]) || (i % count != 0 && levels[i] < levels[i - 1])) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "\"%1\" of the quantized tensor must be ascending numbers"), codebooksPart);
        }
    }
    return makeCodec(format, std::move(groups), std::move(levels));
}
} // namespace

extern const FormatFamily kmeansFamily;
/// Side part: "codebooks", 2^b levels per group in weight units, in the scale's store type.
const FormatFamily kmeansFamily {
    .id = "kmeans",
    .title = BW_TR_NOOP("core", "Codebook per group (k-means)"),
    .explanation = BW_TR_NOOP("core",
        "Every tensor, channel or block has the 2^b levels of its own with the least squared error; their storage "
        "counts."),
    .schema = { bitsParam(1, 8) },
    .examples = { "kmeans3/c", "kmeans4/t", "kmeans1/b32", "kmeans2/b16:f16", "kmeans4/c:f32" },
    .hasScale = false,
    .levelsFamily = "levels",
    .tolerance = 0.2,
    .parseElement = [](std::string_view element) { return parseBits(element, "kmeans"); },
    .elementText = [](const ParamValues& params) { return bitsText("kmeans", params); },
    .codeBits = bitsOf,
    .fit = fit,
    .restore = restore,
};

} // namespace bw
