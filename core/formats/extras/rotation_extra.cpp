#include "core/base/error.h"
#include "core/formats/extras/extra_support.h"
#include "core/formats/group_scales.h"
#include "core/formats/random_rotation.h"

#include <algorithm>
#include <mutex>

namespace bw {

namespace {
constexpr const char* rotationId = "rot";
/// Longer rows are not rotated whole, as in the reference; no layer people quantize has them.
constexpr std::uint64_t longestRow = 1U << 20;

/// Inputs of one output: rows are rotated apart from each other, so that any of them decodes alone.
std::uint64_t rowLengthOf(const Shape& shape)
{
    const std::uint64_t count = elementCount(shape);
    const auto rows = shape.size() >= 2 ? static_cast<std::uint64_t>(shape.front()) : 1;
    return count == 0 ? 0 : count / rows;
}

/// The rows of a matrix, rotated. Readers ask for pieces of a row one after the other, so the latest rows are kept.
class RotatedSource : public TensorSource
{
public:
    RotatedSource(TensorView matrix, std::shared_ptr<const RandomRotation> rotation)
        : m_matrix(std::move(matrix))
        , m_rotation(std::move(rotation))
        , m_kept(std::clamp<std::size_t>(keptValues / std::max<std::size_t>(1, m_rotation->size()), 4, mostKept))
    {
    }
    void read(std::uint64_t first, std::span<float> out) const override
    {
        const std::size_t length = m_rotation->size();
        for (std::size_t done = 0; done < out.size();) {
            const std::uint64_t row = (first + done) / length;
            const auto offset = static_cast<std::size_t>((first + done) % length);
            const auto part = out.subspan(done, std::min(length - offset, out.size() - done));
            if (part.size() == length) {
                rotate(row, part);
            } else {
                const auto& kept = m_kept[static_cast<std::size_t>(row) % m_kept.size()];
                const std::lock_guard lock(kept.mutex);
                if (kept.values.empty() || kept.row != row) {
                    kept.values.resize(length);
                    rotate(row, kept.values);
                    kept.row = row;
                }
                std::copy_n(kept.values.begin() + static_cast<std::ptrdiff_t>(offset), part.size(), part.begin());
            }
            done += part.size();
        }
    }

private:
    static constexpr std::size_t keptValues = std::size_t { 1 } << 21; ///< 8 MB
    static constexpr std::size_t mostKept = 64;
    struct Kept
    {
        mutable std::mutex mutex;
        mutable std::uint64_t row = 0;
        mutable std::vector<float> values;
    };

    void rotate(std::uint64_t row, std::span<float> out) const
    {
        thread_local std::vector<double> turned;
        thread_local std::vector<double> work;
        m_matrix.read(row * out.size(), out);
        turned.assign(out.begin(), out.end());
        m_rotation->apply(turned, work);
        std::transform(turned.begin(), turned.end(), out.begin(), [](double v) { return static_cast<float>(v); });
    }

    TensorView m_matrix;
    std::shared_ptr<const RandomRotation> m_rotation;
    std::vector<Kept> m_kept; ///< of each row number modulo its size the latest
};

class RotatedCodec : public WrappedCodec
{
public:
    RotatedCodec(std::shared_ptr<const Codec> inner, ParamValue value, std::shared_ptr<const RandomRotation> rotation)
        : WrappedCodec(std::move(inner), rotationId, std::move(value))
        , m_rotation(std::move(rotation))
    {
    }

    /// A rotation there and back rounds.
    bool isIdempotent() const override { return false; }

    std::vector<std::byte> pack(const TensorView& matrix, const JobContext& ctx) const override
    {
        return inner().pack(rotated(matrix, m_rotation, ctx), ctx);
    }

    void unpack(std::uint64_t first, std::span<const std::byte> codes, std::span<float> values) const override
    {
        const std::uint64_t length = m_rotation->size();
        std::vector<float> row(static_cast<std::size_t>(length));
        std::vector<double> turned(row.size());
        std::vector<double> work;
        for (std::size_t done = 0; done < values.size();) {
            const std::uint64_t begin = (first + done) / length * length;
            const auto offset = static_cast<std::size_t>(first + done - begin);
            inner().unpack(begin, codes, row);
            std::copy(row.begin(), row.end(), turned.begin());
            m_rotation->undo(turned, work);
            const std::size_t count = std::min(row.size() - offset, values.size() - done);
            for (std::size_t i = 0; i < count; ++i) {
                values[done + i] = static_cast<float>(turned[offset + i]) + 0.0F;
            }
            done += count;
        }
    }

    static TensorView rotated(
        const TensorView& matrix, std::shared_ptr<const RandomRotation> rotation, const JobContext& ctx)
    {
        requireFinite(matrix, ctx);
        return makeTensor(DType::F32, matrix.shape, std::make_shared<RotatedSource>(matrix, std::move(rotation)));
    }

private:
    std::shared_ptr<const RandomRotation> m_rotation;
};

std::shared_ptr<const RandomRotation> rotationFor(const ParamValue& seed, const Shape& shape, ErrorKind kind)
{
    const auto length = rowLengthOf(shape);
    if (length > longestRow) {
        throw Error(kind, BW_TR_NOOP("core", "rows of %1 weights are too long to be rotated; at most %2"),
            toText(length), toText(longestRow));
    }
    return std::make_shared<RandomRotation>(
        static_cast<std::uint64_t>(std::get<std::int64_t>(seed)), static_cast<std::size_t>(length));
}

ParamSpec seedParam()
{
    ParamSpec spec;
    spec.id = "seed";
    spec.title = BW_TR_NOOP("core", "Seed");
    spec.help = BW_TR_NOOP("core", "The same seed gives the same rotation.");
    spec.type = ParamSpec::Type::Int;
    spec.min = 0;
    spec.max = 1e9;
    spec.step = 1;
    spec.defaultValue = std::int64_t { 1 };
    return spec;
}
} // namespace

extern const FormatExtra rotationExtra;
const FormatExtra rotationExtra {
    .id = rotationId,
    .title = BW_TR_NOOP("core", "Random rotation"),
    .help = BW_TR_NOOP("core",
        "Every row is turned by a random orthogonal matrix first and back afterwards, which spreads outliers; only the "
        "seed is stored."),
    .value = seedParam(),
    .examples = { "int4s/c/rot=1", "crd4(normal)/b64/rot=7", "int4/c/sparse=1%/rot=1" },
    .trials = { std::int64_t { 1 } },
    .movesWeights = true,
    .valueText = wholeText,
    .parseValue = parseWhole,
    .fit = [](const QuantFormat& format, const TensorView& matrix, const FormatExtra::FitInner& inner,
               const JobContext& ctx) -> std::shared_ptr<const Codec> {
        auto rotation = rotationFor(format.extras.at(rotationId), matrix.shape, ErrorKind::BadInput);
        auto codec = inner(RotatedCodec::rotated(matrix, rotation, ctx.sub(0, 0.3)), ctx.sub(0.3, 1));
        return std::make_shared<RotatedCodec>(std::move(codec), format.extras.at(rotationId), std::move(rotation));
    },
    .restore = [](const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts,
                   const FormatExtra::RestoreInner& inner) -> std::shared_ptr<const Codec> {
        auto codec = inner(shape, sideParts);
        return std::make_shared<RotatedCodec>(std::move(codec), format.extras.at(rotationId),
            rotationFor(format.extras.at(rotationId), shape, ErrorKind::BadFile));
    },
};

} // namespace bw
