#include "core/base/error.h"
#include "core/formats/extras/extra_support.h"
#include "core/formats/group_scales.h"
#include "core/formats/largest_weights.h"
#include "core/formats/number_part.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
constexpr const char* sparseId = "sparse";
constexpr const char* valuesName = "outliers";
constexpr const char* offsetsName = "outlier_offsets";
constexpr const char* endsName = "outlier_ends";
constexpr const char* store = "bf16";
/// Positions are stored as 16-bit offsets within blocks of this size, with the number of outliers up to each block's
/// end: about 16 bits an outlier, where its whole index would take 32 (Orr et al., arXiv 2505.12988, and log2 C(N,k)/k
/// would be the least).
constexpr std::uint64_t blockValues = 65536;

std::uint64_t blockCount(std::uint64_t values)
{
    return (values + blockValues - 1) / blockValues;
}

/// Outliers by position, ascending.
struct Outliers
{
    std::vector<float> values; ///< as stored
    std::vector<std::uint16_t> offsets; ///< within their block
    std::vector<std::uint32_t> ends; ///< number of outliers up to the end of each block

    /// Calls f(position, value) for those at first … last.
    template <class F>
    void forEachIn(std::uint64_t first, std::uint64_t last, F&& f) const
    {
        for (auto block = first / blockValues; block * blockValues < last; ++block) {
            const std::size_t from = block == 0 ? 0 : ends[block - 1];
            const auto begin = offsets.begin() + static_cast<std::ptrdiff_t>(from);
            const auto end = offsets.begin() + static_cast<std::ptrdiff_t>(ends[block]);
            const auto start = first > block * blockValues ? first - block * blockValues : 0;
            for (auto at = std::lower_bound(begin, end, start); at != end; ++at) {
                const auto position = block * blockValues + *at;
                if (position >= last) {
                    break;
                }
                f(position, values[static_cast<std::size_t>(at - offsets.begin())]);
            }
        }
    }
};

class SparseCodec : public WrappedCodec
{
public:
    SparseCodec(std::shared_ptr<const Codec> inner, ParamValue value, std::vector<TensorPart> parts, Outliers outliers)
        : WrappedCodec(std::move(inner), sparseId, std::move(value), std::move(parts))
        , m_outliers(std::move(outliers))
    {
    }

    std::vector<std::byte> pack(const TensorView& matrix, const JobContext& ctx) const override
    {
        requireFinite(matrix, ctx); // an outlier's place would hide it
        return inner().pack(withoutOutliers(matrix, m_outliers), ctx);
    }

    void unpack(std::uint64_t first, std::span<const std::byte> codes, std::span<float> values) const override
    {
        inner().unpack(first, codes, values);
        m_outliers.forEachIn(first, first + values.size(),
            [&](std::uint64_t position, float value) { values[static_cast<std::size_t>(position - first)] = value; });
    }

    /// The matrix with zeros where outliers are (Orr et al.: they keep their dense code).
    static TensorView withoutOutliers(const TensorView& matrix, const Outliers& outliers)
    {
        const auto size = info(matrix.dtype).size;
        std::vector<std::byte> bytes(matrix.bytes.begin(), matrix.bytes.end());
        outliers.forEachIn(0, matrix.count(), [&](std::uint64_t position, float) {
            std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(position * size), size, std::byte { 0 });
        });
        return makeTensor(matrix.dtype, matrix.shape, std::move(bytes));
    }

private:
    Outliers m_outliers;
};

Outliers findOutliers(const TensorView& matrix, double share, const JobContext& ctx)
{
    const std::uint64_t count = matrix.count();
    const auto wanted = static_cast<std::uint64_t>(std::floor(share * static_cast<double>(count)));
    Outliers outliers;
    outliers.ends.resize(static_cast<std::size_t>(blockCount(count)));
    for (const auto& weight : largestWeights(matrix, wanted, ctx)) {
        outliers.values.push_back(roundToStore(store, static_cast<double>(weight.value)) + 0.0F);
        outliers.offsets.push_back(static_cast<std::uint16_t>(weight.position % blockValues));
        ++outliers.ends[static_cast<std::size_t>(weight.position / blockValues)];
    }
    for (std::size_t i = 1; i < outliers.ends.size(); ++i) {
        outliers.ends[i] += outliers.ends[i - 1];
    }
    return outliers;
}

void requireSound(const Outliers& outliers, std::uint64_t count)
{
    std::size_t at = 0;
    for (std::size_t block = 0; block < outliers.ends.size(); ++block) {
        const std::size_t end = outliers.ends[block];
        const auto size = std::min(blockValues, count - block * blockValues);
        bool isSound = end >= at && end <= outliers.offsets.size();
        for (std::size_t i = at; isSound && i < end; ++i) {
            isSound = outliers.offsets[i] < size && (i == at || outliers.offsets[i] > outliers.offsets[i - 1])
                && std::isfinite(outliers.values[i]);
        }
        if (!isSound) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "the outliers of the quantized tensor are not in order, or not numbers"));
        }
        at = end;
    }
    if (at != outliers.offsets.size()) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "the outliers of the quantized tensor are not in order, or not numbers"));
    }
}

ParamSpec shareParam()
{
    ParamSpec spec;
    spec.id = "share";
    spec.title = BW_TR_NOOP("core", "Outliers kept");
    spec.help = BW_TR_NOOP("core", "Share of the weights, the largest magnitudes first.");
    spec.type = ParamSpec::Type::Real;
    spec.min = 0;
    spec.max = 0.5;
    spec.step = 0.001;
    spec.defaultValue = 0.001;
    return spec;
}
} // namespace

extern const FormatExtra sparseExtra;
/// Orr, Ribar and Luschi, "Optimal Formats for Weight Quantisation", arXiv 2505.12988, sparse outliers.
const FormatExtra sparseExtra {
    .id = sparseId,
    .title = BW_TR_NOOP("core", "Sparse outliers"),
    .help = BW_TR_NOOP("core", "The largest weights are kept in bfloat16 beside the codes, 32 bits each."),
    .value = shareParam(),
    .examples = { "crd3(normal)/t:rms/sparse=0.1%", "int4/c/sparse=5%", "kmeans3/c/sparse=1%", "int4s/b32/sparse=50%" },
    .trials = { 0.001 },
    .valueText = shareText,
    .parseValue = parseShare,
    .fit = [](const QuantFormat& format, const TensorView& matrix, const FormatExtra::FitInner& inner,
               const JobContext& ctx) -> std::shared_ptr<const Codec> {
        requireFinite(matrix, ctx);
        auto outliers = findOutliers(matrix, std::get<double>(format.extras.at(sparseId)), ctx.sub(0, 0.2));
        auto codec = inner(SparseCodec::withoutOutliers(matrix, outliers), ctx.sub(0.2, 1));
        std::vector<TensorPart> parts;
        parts.push_back(
            storedPart(valuesName, store, { static_cast<std::int64_t>(outliers.values.size()) }, outliers.values));
        parts.push_back(numbersPart<std::uint16_t>(offsetsName, DType::U16, outliers.offsets));
        parts.push_back(numbersPart<std::uint32_t>(endsName, DType::U32, outliers.ends));
        return std::make_shared<SparseCodec>(
            std::move(codec), format.extras.at(sparseId), std::move(parts), std::move(outliers));
    },
    .restore = [](const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts,
                   const FormatExtra::RestoreInner& inner) -> std::shared_ptr<const Codec> {
        auto codec = inner(shape, sideParts);
        const auto count = elementCount(shape);
        Outliers outliers;
        outliers.offsets = readNumbers<std::uint16_t>(sideParts, offsetsName, DType::U16);
        outliers.values = readStoredPart(sideParts, valuesName, store, outliers.offsets.size());
        outliers.ends = readNumbers<std::uint32_t>(sideParts, endsName, DType::U32, blockCount(count));
        requireSound(outliers, count);
        std::vector<TensorPart> parts;
        for (const char* name : { valuesName, offsetsName, endsName }) {
            parts.push_back(*findPart(sideParts, name));
        }
        return std::make_shared<SparseCodec>(
            std::move(codec), format.extras.at(sparseId), std::move(parts), std::move(outliers));
    },
};

} // namespace bw
