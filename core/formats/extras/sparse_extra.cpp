#include "core/base/error.h"
#include "core/base/half.h"
#include "core/formats/extras/extra_support.h"
#include "core/formats/group_scales.h"
#include "core/formats/largest_weights.h"
#include "core/formats/number_part.h"

#include <algorithm>
#include <cmath>
#include <cstring>

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

std::uint64_t outlierCount(double share, std::uint64_t values)
{
    return static_cast<std::uint64_t>(std::floor(share * static_cast<double>(values)));
}

/// Outliers by position, ascending; they are read from the parts as a file has them.
class Outliers
{
public:
    /// Values (bfloat16), offsets within their block, and the number of outliers up to the end of each block.
    Outliers(TensorPart values, TensorPart offsets, TensorPart ends)
        : m_parts { std::move(values), std::move(offsets), std::move(ends) }
    {
    }

    const std::vector<TensorPart>& parts() const { return m_parts; }
    std::size_t count() const { return m_parts[1].data.bytes.size() / sizeof(std::uint16_t); }
    std::size_t blocks() const { return m_parts[2].data.bytes.size() / sizeof(std::uint32_t); }
    float value(std::size_t i) const { return bfloatToFloat(number<std::uint16_t>(0, i)); }
    std::uint16_t offset(std::size_t i) const { return number<std::uint16_t>(1, i); }
    std::size_t end(std::uint64_t block) const { return number<std::uint32_t>(2, static_cast<std::size_t>(block)); }

    /// Calls f(position, value) for those at first … last.
    template <class F>
    void forEachIn(std::uint64_t first, std::uint64_t last, F&& f) const
    {
        for (auto block = first / blockValues; block * blockValues < last; ++block) {
            const auto start = first > block * blockValues ? first - block * blockValues : 0;
            const std::size_t blockEnd = end(block);
            for (auto at = firstFrom(block == 0 ? 0 : end(block - 1), blockEnd, start); at < blockEnd; ++at) {
                const auto position = block * blockValues + offset(at);
                if (position >= last) {
                    break;
                }
                f(position, value(at));
            }
        }
    }

private:
    template <class T>
    T number(std::size_t part, std::size_t i) const
    {
        T number;
        std::memcpy(&number, m_parts[part].data.bytes.data() + i * sizeof(T), sizeof(T));
        return number;
    }
    /// The first outlier in begin … end whose offset is not below `start`.
    std::size_t firstFrom(std::size_t begin, std::size_t end, std::uint64_t start) const
    {
        while (begin < end) {
            const std::size_t middle = begin + (end - begin) / 2;
            if (offset(middle) < start) {
                begin = middle + 1;
            } else {
                end = middle;
            }
        }
        return begin;
    }

    std::vector<TensorPart> m_parts;
};

/// A matrix with zeros where outliers are (Orr et al.: they keep their dense code).
class DenseSource : public TensorSource
{
public:
    DenseSource(TensorView matrix, std::shared_ptr<const Outliers> outliers)
        : m_matrix(std::move(matrix))
        , m_outliers(std::move(outliers))
    {
    }
    void read(std::uint64_t first, std::span<float> out) const override
    {
        m_matrix.read(first, out);
        m_outliers->forEachIn(first, first + out.size(),
            [&](std::uint64_t position, float) { out[static_cast<std::size_t>(position - first)] = 0; });
    }

private:
    TensorView m_matrix;
    std::shared_ptr<const Outliers> m_outliers;
};

TensorView withoutOutliers(const TensorView& matrix, std::shared_ptr<const Outliers> outliers)
{
    return makeTensor(matrix.dtype, matrix.shape, std::make_shared<DenseSource>(matrix, std::move(outliers)));
}

class SparseCodec : public WrappedCodec
{
public:
    SparseCodec(std::shared_ptr<const Codec> inner, ParamValue value, std::shared_ptr<const Outliers> outliers)
        : WrappedCodec(std::move(inner), sparseId, std::move(value), outliers->parts())
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
        m_outliers->forEachIn(first, first + values.size(),
            [&](std::uint64_t position, float value) { values[static_cast<std::size_t>(position - first)] = value; });
    }

private:
    std::shared_ptr<const Outliers> m_outliers;
};

std::shared_ptr<const Outliers> findOutliers(const TensorView& matrix, double share, const JobContext& ctx)
{
    const std::uint64_t count = matrix.count();
    const auto wanted = outlierCount(share, count);
    std::vector<std::byte> values(static_cast<std::size_t>(wanted) * sizeof(std::uint16_t));
    std::vector<std::byte> offsets(values.size());
    std::vector<std::uint32_t> ends(static_cast<std::size_t>(blockCount(count)));
    std::size_t at = 0;
    forEachLargest(matrix, wanted, ctx, [&](std::uint64_t position, float weight) {
        const auto value = floatToBfloat(roundToStore(store, static_cast<double>(weight)) + 0.0F);
        const auto offset = static_cast<std::uint16_t>(position % blockValues);
        std::memcpy(values.data() + at, &value, sizeof(value));
        std::memcpy(offsets.data() + at, &offset, sizeof(offset));
        at += sizeof(value);
        ++ends[static_cast<std::size_t>(position / blockValues)];
    });
    for (std::size_t i = 1; i < ends.size(); ++i) {
        ends[i] += ends[i - 1];
    }
    const Shape shape { static_cast<std::int64_t>(wanted) };
    return std::make_shared<Outliers>(TensorPart { valuesName, makeTensor(DType::BF16, shape, std::move(values)) },
        TensorPart { offsetsName, makeTensor(DType::U16, shape, std::move(offsets)) },
        numbersPart<std::uint32_t>(endsName, DType::U32, ends));
}

void requireSound(const Outliers& outliers, std::uint64_t count)
{
    std::size_t at = 0;
    for (std::size_t block = 0; block < outliers.blocks(); ++block) {
        const std::size_t end = outliers.end(block);
        const auto size = std::min(blockValues, count - block * blockValues);
        bool isSound = end >= at && end <= outliers.count();
        for (std::size_t i = at; isSound && i < end; ++i) {
            isSound = outliers.offset(i) < size && (i == at || outliers.offset(i) > outliers.offset(i - 1))
                && std::isfinite(outliers.value(i));
        }
        if (!isSound) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "the outliers of the quantized tensor are not in order, or not numbers"));
        }
        at = end;
    }
    if (at != outliers.count()) {
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
    .indexBits = [](const ParamValue& value, std::uint64_t count) -> SelectedWeights {
        const auto outliers = outlierCount(std::get<double>(value), count);
        return { outliers, 16 * outliers + 32 * blockCount(count) };
    },
    .fit = [](const QuantFormat& format, const TensorView& matrix, const FormatExtra::FitInner& inner,
               const JobContext& ctx) -> std::shared_ptr<const Codec> {
        requireFinite(matrix, ctx);
        auto outliers = findOutliers(matrix, std::get<double>(format.extras.at(sparseId)), ctx.sub(0, 0.2));
        auto codec = inner(withoutOutliers(matrix, outliers), ctx.sub(0.2, 1));
        return std::make_shared<SparseCodec>(std::move(codec), format.extras.at(sparseId), std::move(outliers));
    },
    .restore = [](const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts,
                   const FormatExtra::RestoreInner& inner) -> std::shared_ptr<const Codec> {
        auto codec = inner(shape, sideParts);
        const auto count = elementCount(shape);
        const auto offsets = numberCount<std::uint16_t>(sideParts, offsetsName, DType::U16);
        numberCount<std::uint16_t>(sideParts, valuesName, DType::BF16, offsets);
        numberCount<std::uint32_t>(sideParts, endsName, DType::U32, blockCount(count));
        auto outliers = std::make_shared<Outliers>(
            *findPart(sideParts, valuesName), *findPart(sideParts, offsetsName), *findPart(sideParts, endsName));
        requireSound(*outliers, count);
        return std::make_shared<SparseCodec>(std::move(codec), format.extras.at(sparseId), std::move(outliers));
    },
};

} // namespace bw
