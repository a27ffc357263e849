#include "core/formats/row_groups_codec.h"

#include "core/base/error.h"
#include "core/formats/group_scales.h"
#include "core/formats/number_part.h"
#include "core/formats/quant_format.h"
#include "core/formats/row_groups.h"

#include <algorithm>
#include <cstring>

namespace bw {

Shape shapeOfRows(const Shape& shape, std::uint32_t rows)
{
    Shape part = shape;
    if (part.size() >= 2) {
        part.front() = static_cast<std::int64_t>(rows);
    }
    return part;
}

namespace {
/// The rows of one group, one after another.
class RowsSource : public TensorSource
{
public:
    /// Rows from place `start` of the order on, of `length` > 0 values.
    RowsSource(TensorView matrix, RowOrderPtr rows, std::size_t start, std::uint64_t length)
        : m_matrix(std::move(matrix))
        , m_rows(std::move(rows))
        , m_start(start)
        , m_length(length)
    {
    }
    void read(std::uint64_t first, std::span<float> out) const override
    {
        for (std::size_t done = 0; done < out.size();) {
            const std::uint64_t row = m_rows->order[m_start + static_cast<std::size_t>((first + done) / m_length)];
            const std::uint64_t column = (first + done) % m_length;
            const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(out.size() - done, m_length - column));
            m_matrix.read(row * m_length + column, out.subspan(done, count));
            done += count;
        }
    }

private:
    TensorView m_matrix;
    RowOrderPtr m_rows;
    std::size_t m_start;
    std::uint64_t m_length;
};
} // namespace

TensorView rowsOf(const TensorView& matrix, const RowOrderPtr& rows, std::size_t group)
{
    const std::uint64_t length = std::max<std::uint64_t>(1, matrix.count() / rows->order.size());
    return makeTensor(matrix.dtype, shapeOfRows(matrix.shape, rows->sizes[group]),
        std::make_shared<RowsSource>(matrix, rows, rows->start(group), length));
}

namespace {
constexpr const char* formatsPart = "group_formats";
constexpr const char* codesName = "codes";
constexpr std::size_t endSize = sizeof(std::uint64_t);

/// The parts of each group's codec with ".0", ".1", … behind their names.
std::vector<TensorPart> partsOf(const RowCodecs& codecs, std::vector<TensorPart> parts)
{
    for (std::size_t group = 0; group < codecs.size(); ++group) {
        for (auto& part : codecs[group]->sideParts()) {
            part.name += "." + toText(group);
            parts.push_back(std::move(part));
        }
    }
    const auto differs = [&](const auto& codec) { return !(codec->format() == codecs.front()->format()); };
    if (std::any_of(codecs.begin(), codecs.end(), differs)) {
        std::string text;
        for (const auto& codec : codecs) {
            text += formatText(codec->format()) + "\n";
        }
        const auto* begin = reinterpret_cast<const std::byte*>(text.data());
        parts.push_back({ formatsPart,
            makeTensor(DType::U8, { static_cast<std::int64_t>(text.size()) },
                std::vector<std::byte>(begin, begin + text.size())) });
    }
    return parts;
}

class RowGroupsCodec : public Codec
{
public:
    RowGroupsCodec(
        QuantFormat format, const Shape& shape, RowOrderPtr rows, RowCodecs codecs, std::vector<TensorPart> own)
        : m_format(std::move(format))
        , m_rows(std::move(rows))
        , m_codecs(std::move(codecs))
        , m_parts(partsOf(m_codecs, std::move(own)))
        , m_places(m_rows->order.size())
        , m_rowLength(m_rows->order.empty() ? 0 : elementCount(shape) / m_rows->order.size())
    {
        std::uint32_t place = 0;
        for (std::size_t group = 0; group < m_rows->sizes.size(); ++group) {
            for (std::uint32_t i = 0; i < m_rows->sizes[group]; ++i) {
                m_places[m_rows->order[place++]] = { static_cast<std::uint32_t>(group), i };
            }
        }
        const auto largest = std::max_element(m_rows->sizes.begin(), m_rows->sizes.end());
        m_largest = static_cast<std::size_t>(largest - m_rows->sizes.begin());
    }

    const QuantFormat& format() const override { return m_format; }
    int codeBits() const override { return 0; }
    void encode(std::uint64_t, std::span<const float>, std::span<std::uint16_t>) const override { noCodes(); }
    void decode(std::uint64_t, std::span<const std::uint16_t>, std::span<float>) const override { noCodes(); }

    std::vector<std::byte> pack(const TensorView& matrix, const JobContext& ctx) const override
    {
        requireFinite(matrix, ctx);
        std::vector<std::byte> packed(m_codecs.size() * endSize);
        packed.reserve(packed.size() + expectedBytes());
        for (std::size_t group = 0; group < m_codecs.size(); ++group) {
            const double share = 1.0 / static_cast<double>(m_codecs.size());
            const auto at = static_cast<double>(group) * share;
            const auto codes = m_codecs[group]->pack(rowsOf(matrix, m_rows, group), ctx.sub(at, at + share));
            packed.insert(packed.end(), codes.begin(), codes.end());
            const std::uint64_t end = packed.size() - m_codecs.size() * endSize;
            std::memcpy(packed.data() + group * endSize, &end, endSize);
        }
        return packed;
    }

    void unpack(std::uint64_t first, std::span<const std::byte> codes, std::span<float> values) const override
    {
        for (std::size_t done = 0; done < values.size();) {
            const auto [group, place] = m_places[static_cast<std::size_t>((first + done) / m_rowLength)];
            const std::uint64_t column = (first + done) % m_rowLength;
            const auto count
                = static_cast<std::size_t>(std::min<std::uint64_t>(values.size() - done, m_rowLength - column));
            m_codecs[group]->unpack(place * m_rowLength + column, codesOf(codes, group), values.subspan(done, count));
            done += count;
        }
    }

    std::uint64_t packedBits(std::uint64_t, std::span<const std::byte> codes) const override
    {
        return 8 * codes.size();
    }

    void requireCodes(std::uint64_t, std::span<const std::byte> codes) const override
    {
        const std::size_t header = m_codecs.size() * endSize;
        if (codes.size() < header) {
            requirePartSize(codesName, codes.size(), header);
        }
        std::uint64_t before = 0;
        for (std::size_t group = 0; group < m_codecs.size(); ++group) {
            const auto end = endOf(codes, group);
            if (end < before || end > codes.size() - header) {
                throw Error(ErrorKind::BadFile,
                    BW_TR_NOOP("core", "group %1 of the quantized rows lies outside of their codes"), toText(group));
            }
            m_codecs[group]->requireCodes(m_rows->sizes[group] * m_rowLength, codesOf(codes, group));
            before = end;
        }
        requirePartSize(codesName, codes.size(), header + before);
    }

    bool isIdempotent() const override
    {
        return std::all_of(m_codecs.begin(), m_codecs.end(), [](const auto& codec) { return codec->isIdempotent(); });
    }
    std::uint64_t groupCount() const override
    {
        return std::accumulate(m_codecs.begin(), m_codecs.end(), std::uint64_t { 0 },
            [](std::uint64_t sum, const auto& codec) { return sum + codec->groupCount(); });
    }
    Grid grid(std::uint64_t group) const override
    {
        for (const auto& codec : m_codecs) {
            if (group < codec->groupCount()) {
                return codec->grid(group);
            }
            group -= codec->groupCount();
        }
        return {};
    }
    /// That of the group with the most rows.
    std::uint64_t typicalGroup() const override
    {
        std::uint64_t before = 0;
        for (std::size_t group = 0; group < m_codecs.size(); ++group) {
            if (group == m_largest) {
                return before + m_codecs[group]->typicalGroup();
            }
            before += m_codecs[group]->groupCount();
        }
        return 0;
    }
    std::vector<TensorPart> sideParts() const override { return m_parts; }
    std::uint64_t sideBits() const override
    {
        std::uint64_t bits = 0;
        for (const auto& part : m_parts) {
            bits += 8 * part.data.bytes.size();
        }
        return bits;
    }

private:
    struct Place
    {
        std::uint32_t group = 0;
        std::uint32_t row = 0; ///< within it
    };

    /// Of all codes; exact for codecs whose codes are of one width. Growing step by step would hold them twice.
    std::size_t expectedBytes() const
    {
        std::uint64_t bits = 0;
        for (std::size_t group = 0; group < m_codecs.size(); ++group) {
            bits += m_rows->sizes[group] * m_rowLength * static_cast<std::uint64_t>(m_codecs[group]->codeBits()) + 7;
        }
        return static_cast<std::size_t>(bits / 8);
    }
    [[noreturn]] static void noCodes() { throw Error(ErrorKind::Internal, "codes of row groups come group by group"); }
    std::uint64_t endOf(std::span<const std::byte> codes, std::size_t group) const
    {
        std::uint64_t end = 0;
        std::memcpy(&end, codes.data() + group * endSize, endSize);
        return end;
    }
    std::span<const std::byte> codesOf(std::span<const std::byte> codes, std::size_t group) const
    {
        const std::uint64_t start = group == 0 ? 0 : endOf(codes, group - 1);
        return codes.subspan(static_cast<std::size_t>(m_codecs.size() * endSize + start),
            static_cast<std::size_t>(endOf(codes, group) - start));
    }

    QuantFormat m_format;
    RowOrderPtr m_rows;
    RowCodecs m_codecs;
    std::vector<TensorPart> m_parts;
    std::vector<Place> m_places; ///< of each row
    std::uint64_t m_rowLength;
    std::size_t m_largest = 0;
};

} // namespace

std::vector<TensorPart> rowOrderParts(const RowOrder& rows, const RowOrderParts& names)
{
    return { numbersPart<std::uint32_t>(names.order, DType::U32, rows.order),
        numbersPart<std::uint32_t>(names.sizes, DType::U32, rows.sizes) };
}

RowOrder readRowOrder(std::span<const TensorPart> sideParts, const RowOrderParts& names, const Shape& shape)
{
    RowOrder rows { readNumbers<std::uint32_t>(sideParts, names.order, DType::U32),
        readNumbers<std::uint32_t>(sideParts, names.sizes, DType::U32) };
    const std::uint64_t count = elementCount(shape) == 0 && shape.size() < 2 ? rows.order.size()
        : shape.size() >= 2                                                  ? static_cast<std::uint64_t>(shape.front())
                                                                             : 1;
    std::vector<bool> isThere(rows.order.size());
    for (const auto row : rows.order) {
        if (row < isThere.size()) {
            isThere[row] = true;
        }
    }
    const std::uint64_t sum = std::accumulate(rows.sizes.begin(), rows.sizes.end(), std::uint64_t { 0 });
    if (rows.order.size() != count || sum != count || rows.sizes.size() > maxRowGroups
        || std::find(isThere.begin(), isThere.end(), false) != isThere.end()) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "the order of the rows of the quantized tensor does not name each row once"));
    }
    return rows;
}

std::shared_ptr<const Codec> rowGroupsCodec(
    QuantFormat format, const Shape& shape, RowOrderPtr rows, RowCodecs codecs, std::vector<TensorPart> ownParts)
{
    return std::make_shared<RowGroupsCodec>(
        std::move(format), shape, std::move(rows), std::move(codecs), std::move(ownParts));
}

std::vector<TensorPart> partsOfRowGroup(std::span<const TensorPart> parts, std::size_t group)
{
    const std::string suffix = "." + toText(group);
    std::vector<TensorPart> found;
    for (const auto& part : parts) {
        if (part.name.ends_with(suffix)) {
            found.push_back({ part.name.substr(0, part.name.size() - suffix.size()), part.data });
        }
    }
    return found;
}

std::vector<QuantFormat> readRowGroupFormats(
    std::span<const TensorPart> parts, std::size_t groups, std::span<const std::string> nestedExtras)
{
    const auto* part = findPart(parts, formatsPart);
    std::vector<QuantFormat> formats;
    if (part == nullptr) {
        return formats;
    }
    std::string_view text(reinterpret_cast<const char*>(part->data.bytes.data()), part->data.bytes.size());
    try {
        for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
            formats.push_back(parseFormat(text.substr(0, end)));
            text.remove_prefix(end + 1);
        }
    } catch (const Error& error) {
        throw Error(ErrorKind::BadFile, error.message());
    }
    const auto isNested = [&](const QuantFormat& format) {
        return std::any_of(nestedExtras.begin(), nestedExtras.end(),
            [&](const std::string& extra) { return format.extras.contains(extra); });
    };
    if (formats.size() != groups || !text.empty() || std::any_of(formats.begin(), formats.end(), isNested)) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "\"%1\" of the quantized tensor must name a format for each group"), formatsPart);
    }
    return formats;
}

} // namespace bw
