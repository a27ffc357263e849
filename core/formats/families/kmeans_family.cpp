#include "core/formats/families/family_support.h"

#include "core/base/parallel.h"
#include "core/formats/grid_kernels.h"
#include "core/formats/group_scales.h"
#include "core/formats/kmeans.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace bw {

namespace {
constexpr const char* codebooksPart = "codebooks";

Shape codebooksShape(const Groups& groups, std::size_t levels)
{
    Shape shape = groups.arrayShape();
    shape.push_back(static_cast<std::int64_t>(levels));
    return shape;
}

/// Levels are read from the part where they are needed: with small groups they are as many as the codes.
class CodebooksCodec : public GroupedCodec
{
public:
    CodebooksCodec(const QuantFormat& format, const Groups& groups, TensorPart codebooks)
        : GroupedCodec(format, groups, bitsOf(format.params), { codebooks })
        , m_store(scaleStore(format.scaling.store))
        , m_codebooks(std::move(codebooks.data))
        , m_count(std::size_t { 1 } << bitsOf(format.params))
    {
    }

    Grid grid(std::uint64_t group) const override
    {
        Numbers levels;
        Numbers thresholds;
        read(group, levels, thresholds);
        return scaledGrid(std::span(levels).first(m_count), std::span(thresholds).first(m_count - 1), 1);
    }

    std::optional<CodeValues> codeValues() const override
    {
        CodeValues values { .groups = groups(), .levelsPerTable = m_count };
        values.levels.reserve(static_cast<std::size_t>(groupCount()) * m_count);
        for (std::uint64_t group = 0; group < groupCount(); ++group) {
            for (std::size_t k = 0; k < m_count; ++k) {
                values.levels.push_back(level(group, k));
            }
        }
        return values;
    }

protected:
    float sizeOf(std::uint64_t group) const override
    {
        return std::max(std::abs(level(group, 0)), std::abs(level(group, m_count - 1)));
    }
    void encodeGroup(std::uint64_t group, std::span<const float> values, std::uint16_t* codes) const override
    {
        Numbers levels;
        Numbers thresholds;
        read(group, levels, thresholds);
        encodeThresholds(values, 1, std::span(thresholds).first(m_count - 1), codes);
    }
    void decodeGroup(std::uint64_t group, std::span<const std::uint16_t> codes, float* values) const override
    {
        Numbers levels;
        for (std::size_t k = 0; k < m_count; ++k) {
            levels[k] = level(group, k);
        }
        const auto last = static_cast<std::uint16_t>(m_count - 1);
        for (std::size_t i = 0; i < codes.size(); ++i) {
            values[i] = levels[std::min(codes[i], last)] + 0.0F; // + 0: never -0
        }
    }

private:
    static constexpr std::size_t mostLevels = 256;
    using Numbers = std::array<float, mostLevels>;

    float level(std::uint64_t group, std::size_t k) const
    {
        const auto size = info(m_store.dtype).size;
        std::uint32_t bits = 0;
        std::memcpy(&bits, m_codebooks.bytes.data() + (group * m_count + k) * size, size);
        return m_store.unpack(bits);
    }
    void read(std::uint64_t group, Numbers& levels, Numbers& thresholds) const
    {
        for (std::size_t k = 0; k < m_count; ++k) {
            levels[k] = level(group, k);
            if (k > 0) {
                thresholds[k - 1]
                    = thresholdForLower((static_cast<double>(levels[k - 1]) + static_cast<double>(levels[k])) / 2);
            }
        }
    }

    const ScaleStore& m_store;
    TensorView m_codebooks;
    std::size_t m_count;
};

/// The best levels of one group as stored; if it has fewer distinct values, the last level repeats.
void fitGroup(const TensorView& matrix, const Groups& groups, std::uint64_t group, const std::string& store,
    std::size_t count, std::span<std::byte> codebook, const JobContext& ctx)
{
    const auto size = groups.size(group);
    const auto sorted
        = SortedValues::of(matrix.part(groups.begin(group), size, { static_cast<std::int64_t>(size) }), ctx);
    const auto found = optimalLevels(sorted, count, ctx);
    const auto& target = scaleStore(store);
    const auto levelSize = info(target.dtype).size;
    for (std::size_t k = 0; k < count; ++k) {
        const std::uint32_t bits = target.pack(roundToStore(store, found[std::min(k, found.size() - 1)]));
        std::memcpy(codebook.data() + k * levelSize, &bits, levelSize);
    }
}

std::shared_ptr<const Codec> fit(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
{
    requireFinite(matrix, ctx);
    Groups groups(matrix.shape, format.scaling);
    const std::size_t count = std::size_t { 1 } << bitsOf(format.params);
    const auto& store = scaleStore(format.scaling.store);
    const std::size_t codebookSize = count * info(store.dtype).size;
    std::vector<std::byte> codebooks(static_cast<std::size_t>(groups.count()) * codebookSize);
    const auto perBlock = std::max<std::uint64_t>(1, 1024 / groups.length());
    parallelBlocks(groups.count(), perBlock, ctx, [&](std::uint64_t first, std::uint64_t last) {
        for (std::uint64_t group = first; group < last; ++group) {
            fitGroup(matrix, groups, group, format.scaling.store, count,
                std::span(codebooks).subspan(static_cast<std::size_t>(group) * codebookSize, codebookSize), ctx);
        }
    });
    auto shape = codebooksShape(groups, count);
    return std::make_shared<CodebooksCodec>(
        format, groups, TensorPart { codebooksPart, makeTensor(store.dtype, std::move(shape), std::move(codebooks)) });
}

std::shared_ptr<const Codec> restore(
    const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts)
{
    Groups groups(shape, format.scaling);
    const std::uint64_t count = std::uint64_t { 1 } << bitsOf(format.params);
    const auto levels = readStoredPart(sideParts, codebooksPart, format.scaling.store, groups.count() * count);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        if (!std::isfinite(levels[i]) || (i % count != 0 && levels[i] < levels[i - 1])) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "\"%1\" of the quantized tensor must be ascending numbers"), codebooksPart);
        }
    }
    return std::make_shared<CodebooksCodec>(format, groups, *findPart(sideParts, codebooksPart));
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
