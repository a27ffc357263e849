#include "core/formats/format_extra.h"

#include "core/base/error.h"
#include "core/formats/format_family.h"
#include "core/formats/word_clusters.h"

#include <algorithm>

namespace bw {

#define BW_FORMAT_EXTRA(name) extern const FormatExtra name;
#include "core/formats/format_extras.inc"
#undef BW_FORMAT_EXTRA

const Registry<FormatExtra>& formatExtras()
{
    static const Registry<FormatExtra> registry({
#define BW_FORMAT_EXTRA(name) &name,
#include "core/formats/format_extras.inc"
#undef BW_FORMAT_EXTRA
    });
    return registry;
}

WrappedCodec::WrappedCodec(
    std::shared_ptr<const Codec> inner, const std::string& extra, ParamValue value, std::vector<TensorPart> ownParts)
    : m_inner(std::move(inner))
    , m_format(m_inner->format())
    , m_ownParts(std::move(ownParts))
{
    m_format.extras[extra] = std::move(value);
}

void WrappedCodec::encode(std::uint64_t first, std::span<const float> values, std::span<std::uint16_t> codes) const
{
    m_inner->encode(first, values, codes);
}

void WrappedCodec::decode(std::uint64_t first, std::span<const std::uint16_t> codes, std::span<float> values) const
{
    m_inner->decode(first, codes, values);
}

std::vector<std::byte> WrappedCodec::pack(const TensorView& matrix, const JobContext& ctx) const
{
    return m_inner->pack(matrix, ctx);
}

void WrappedCodec::unpack(std::uint64_t first, std::span<const std::byte> codes, std::span<float> values) const
{
    m_inner->unpack(first, codes, values);
}

std::uint64_t WrappedCodec::packedBits(std::uint64_t count, std::span<const std::byte> codes) const
{
    return m_inner->packedBits(count, codes);
}

void WrappedCodec::requireCodes(std::uint64_t count, std::span<const std::byte> codes) const
{
    m_inner->requireCodes(count, codes);
}

std::vector<TensorPart> WrappedCodec::sideParts() const
{
    auto parts = m_inner->sideParts();
    parts.insert(parts.end(), m_ownParts.begin(), m_ownParts.end());
    return parts;
}

std::uint64_t WrappedCodec::sideBits() const
{
    std::uint64_t bits = m_inner->sideBits();
    for (const auto& part : m_ownParts) {
        bits += 8 * part.data.bytes.size();
    }
    return bits;
}

namespace {
/// The extras of a format, outermost first.
std::vector<const FormatExtra*> extrasOf(const QuantFormat& format)
{
    std::vector<const FormatExtra*> extras;
    for (const auto* extra : formatExtras().entries()) {
        if (format.extras.contains(extra->id)) {
            extras.push_back(extra);
        }
    }
    return extras;
}

QuantFormat withoutExtras(QuantFormat format)
{
    format.extras.clear();
    return format;
}

std::shared_ptr<const Codec> fitWrapped(const QuantFormat& format, std::span<const FormatExtra* const> extras,
    const TensorView& matrix, std::span<const float> importance, const JobContext& ctx)
{
    if (extras.empty() && needsImportance(format)) {
        if (importance.size() != matrix.count() || importance.empty()) {
            failWithoutImportance(format);
        }
        return familyOf(format).fitImportant(withoutExtras(format), matrix, importance, ctx);
    }
    if (extras.empty()) {
        return familyOf(format).fit(withoutExtras(format), matrix, ctx);
    }
    if (extras.front()->fitCounted != nullptr) {
        if (importance.size() != rowsIn(matrix.shape)) {
            failWithoutImportance(format);
        }
        return extras.front()->fitCounted(format, matrix, importance, ctx);
    }
    const auto inner = [&](const TensorView& within, const JobContext& innerCtx) {
        return fitWrapped(format, extras.subspan(1), within, importance, innerCtx);
    };
    return extras.front()->fit(format, matrix, inner, ctx);
}

std::shared_ptr<const Codec> restoreWrapped(const QuantFormat& format, std::span<const FormatExtra* const> extras,
    const Shape& shape, std::span<const TensorPart> sideParts)
{
    if (extras.empty()) {
        return familyOf(format).restore(withoutExtras(format), shape, sideParts);
    }
    const auto inner = [&](const Shape& within, std::span<const TensorPart> parts) {
        return restoreWrapped(format, extras.subspan(1), within, parts);
    };
    return extras.front()->restore(format, shape, sideParts, inner);
}
} // namespace

bool needsImportance(const QuantFormat& format)
{
    const auto& family = familyOf(format);
    return family.needsImportance != nullptr && family.needsImportance(format.params);
}

bool needsRowCounts(const QuantFormat& format)
{
    const auto extras = extrasOf(format);
    return std::any_of(extras.begin(), extras.end(), [](const auto* extra) { return extra->fitCounted != nullptr; });
}

void failWithoutImportance(const QuantFormat& format)
{
    if (needsRowCounts(format)) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "%1 goes by how often each word occurs, which is not known here. On the command line, give a file of "
                "counts (--token-counts FILE)."),
            formatText(format));
    }
    throw Error(ErrorKind::Unsupported,
        BW_TR_NOOP("core",
            "%1 counts the error of each weight by its Fisher information, which is not known here. On the command "
            "line, give calibration data (--calibration DATA) and a TorchScript model."),
        formatText(format));
}

std::shared_ptr<const Codec> fitCodec(
    const QuantFormat& format, const TensorView& matrix, const JobContext& ctx, std::span<const float> importance)
{
    const auto problems = validate(format);
    if (!problems.empty()) {
        throw Error(ErrorKind::BadInput, problems.front().message).in({ BW_TR_NOOP("core", "format"), {} });
    }
    return fitWrapped(format, extrasOf(format), matrix, importance, ctx);
}

std::shared_ptr<const Codec> restoreCodec(
    const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts)
{
    return restoreWrapped(format, extrasOf(format), shape, sideParts);
}

} // namespace bw
