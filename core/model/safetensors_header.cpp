#include "core/model/safetensors_header.h"

#include "core/base/checked_math.h"
#include "core/model/strict_sax.h"

#include <algorithm>
#include <array>
#include <optional>

namespace bw {

namespace {
constexpr std::size_t highestRank = 64;
constexpr std::size_t deepestNesting = 64;
constexpr const char* metadataKey = "__metadata__";

[[noreturn]] void bad(const char* source)
{
    throw Error(ErrorKind::BadFile, Text(source));
}

Text tensorPlace(const std::string& name)
{
    return Text(BW_TR_NOOP("core", "tensor %1"), { printable(name) });
}

/// Names of the format's element types that need more than whole bytes of one number.
bool isTypeOfNewerFiles(std::string_view name)
{
    static constexpr std::array names { "F4", "F6_E2M3", "F6_E3M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "C64",
        "C128" };
    return std::find(names.begin(), names.end(), name) != names.end();
}

DType dtypeOf(const std::string& name)
{
    if (const auto dtype = dtypeFromName(name)) {
        return *dtype;
    }
    if (isTypeOfNewerFiles(name)) {
        throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "values of type %1 cannot be read by this build"), name);
    }
    throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the element type \"%1\" is unknown"), printable(name));
}

/// Takes the header as events: {"name": {"dtype": …, "shape": […], "data_offsets": [b, e]}, "__metadata__": {…}}.
class HeaderReader : public StrictSax
{
public:
    explicit HeaderReader(const JobContext& ctx)
        : m_ctx(ctx)
    {
    }
    SafetensorsHeader header;

    bool start_object(std::size_t) override
    {
        if (m_skipped > 0) {
            return enterSkipped();
        }
        switch (m_at) {
        case At::Start:
            m_at = At::Top;
            return true;
        case At::Entry:
            beginTensor();
            return true;
        case At::MetadataEntry:
            m_at = At::Metadata;
            return true;
        case At::Ignored:
            return enterSkipped();
        default:
            return unexpected();
        }
    }
    bool end_object() override
    {
        if (m_skipped > 0) {
            return leaveSkipped();
        }
        if (m_at == At::Tensor) {
            return inTensor([&] { endTensor(); });
        }
        m_at = At::Top;
        return true;
    }
    bool key(string_t& name) override
    {
        if (m_skipped > 0) {
            return true;
        }
        if (m_at == At::Top) {
            m_ctx.checkpoint();
            m_name = name;
            m_at = name == metadataKey ? At::MetadataEntry : At::Entry;
            return name != metadataKey || once(m_hasMetadata, metadataKey);
        }
        if (m_at == At::Metadata) {
            m_metadataKey = name;
            return true;
        }
        return inTensor([&] { beginField(name); });
    }
    bool string(string_t& value) override
    {
        if (m_at == At::DType) {
            m_at = At::Tensor;
            return inTensor([&] { header.entries.back().dtype = dtypeOf(value); });
        }
        if (m_at == At::Metadata) {
            addMetadata(std::move(value));
            return true;
        }
        return scalar();
    }
    bool start_array(std::size_t) override
    {
        if (m_skipped > 0 || m_at == At::Ignored) {
            return enterSkipped();
        }
        switch (m_at) {
        case At::Shape:
            m_at = At::ShapeItems;
            return true;
        case At::Offsets:
            m_at = At::OffsetItems;
            return true;
        default:
            return unexpected();
        }
    }
    bool end_array() override
    {
        if (m_skipped > 0) {
            return leaveSkipped();
        }
        if (m_at == At::OffsetItems && m_offsets.size() != 2) {
            return unexpected();
        }
        m_at = At::Tensor;
        return true;
    }
    bool number_unsigned(number_unsigned_t value) override
    {
        if (m_at == At::ShapeItems) {
            return inTensor([&] { addSize(value); });
        }
        if (m_at == At::OffsetItems && m_offsets.size() < 2) {
            m_offsets.push_back(value);
            return true;
        }
        return scalar();
    }
    bool number_integer(number_integer_t) override { return scalar(); }
    bool number_float(number_float_t, const string_t&) override { return scalar(); }
    bool boolean(bool) override { return scalar(); }
    bool null() override { return scalar(); }

private:
    enum class At
    {
        Start,
        Top,
        Entry,
        MetadataEntry,
        Metadata,
        Tensor,
        DType,
        Shape,
        ShapeItems,
        Offsets,
        OffsetItems,
        Ignored, ///< value of a key this format does not define; other readers skip it too
    };

    bool unexpected() override
    {
        switch (m_at) {
        case At::Start:
            bad(BW_TR_NOOP("core", "the header is not a JSON object"));
        case At::Metadata:
        case At::MetadataEntry:
            bad(BW_TR_NOOP("core", "\"__metadata__\" holds something other than texts"));
        default:
            break;
        }
        return inTensor([&] { failInTensor(); });
    }
    [[noreturn]] void failInTensor() const
    {
        switch (m_at) {
        case At::DType:
            bad(BW_TR_NOOP("core", "\"dtype\" is not a text"));
        case At::Shape:
        case At::ShapeItems:
            bad(BW_TR_NOOP("core", "\"shape\" is not a list of whole numbers of zero or more"));
        case At::Offsets:
        case At::OffsetItems:
            bad(BW_TR_NOOP("core", "\"data_offsets\" is not a list of two whole numbers of zero or more"));
        default:
            bad(BW_TR_NOOP("core", "the header entry is not a JSON object"));
        }
    }
    template <class F>
    bool inTensor(F&& f)
    {
        withContext(tensorPlace(m_name), std::forward<F>(f));
        return true;
    }
    bool scalar()
    {
        if (m_skipped > 0) {
            return true;
        }
        if (m_at != At::Ignored) {
            return unexpected();
        }
        m_at = At::Tensor;
        return true;
    }
    bool enterSkipped()
    {
        if (++m_skipped > deepestNesting) {
            bad(BW_TR_NOOP("core", "the JSON is nested too deeply"));
        }
        return true;
    }
    bool leaveSkipped()
    {
        if (--m_skipped == 0) {
            m_at = At::Tensor;
        }
        return true;
    }
    static bool once(bool& seen, const char* name)
    {
        if (seen) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "\"%1\" is given twice"), name);
        }
        return seen = true;
    }
    void addMetadata(std::string value)
    {
        if (!header.metadata.emplace(m_metadataKey, std::move(value)).second) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the metadata entry \"%1\" is given twice"),
                printable(m_metadataKey));
        }
    }
    void beginTensor()
    {
        header.entries.emplace_back().name = m_name;
        m_offsets.clear();
        m_hasDType = m_hasShape = m_hasOffsets = false;
        m_at = At::Tensor;
    }
    void beginField(const std::string& name)
    {
        if (name == "dtype") {
            once(m_hasDType, "dtype");
            m_at = At::DType;
        } else if (name == "shape") {
            once(m_hasShape, "shape");
            m_at = At::Shape;
        } else if (name == "data_offsets") {
            once(m_hasOffsets, "data_offsets");
            m_at = At::Offsets;
        } else {
            m_at = At::Ignored;
        }
    }
    void addSize(std::uint64_t value)
    {
        Shape& shape = header.entries.back().shape;
        if (shape.size() == highestRank) {
            bad(BW_TR_NOOP("core", "the tensor has too many dimensions"));
        }
        if (value > (std::uint64_t { 1 } << 62)) {
            bad(BW_TR_NOOP("core", "a size in the file is too large to be true"));
        }
        shape.push_back(static_cast<std::int64_t>(value));
    }
    void endTensor()
    {
        if (!m_hasDType || !m_hasShape || !m_hasOffsets) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "\"%1\" is missing"),
                !m_hasDType       ? "dtype"
                    : !m_hasShape ? "shape"
                                  : "data_offsets");
        }
        header.entries.back().begin = m_offsets[0];
        header.entries.back().end = m_offsets[1];
        m_at = At::Top;
    }

    const JobContext& m_ctx;
    At m_at = At::Start;
    std::size_t m_skipped = 0; ///< depth inside an ignored value
    std::string m_name;
    std::string m_metadataKey;
    std::vector<std::uint64_t> m_offsets;
    bool m_hasMetadata = false;
    bool m_hasDType = false;
    bool m_hasShape = false;
    bool m_hasOffsets = false;
};

void checkRange(const SafetensorsEntry& entry, std::uint64_t dataBytes)
{
    if (entry.end < entry.begin) {
        bad(BW_TR_NOOP("core", "its data ends before it begins"));
    }
    if (entry.end > dataBytes) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "its data ends at byte %1, but the file has only %2 bytes of data; it may be truncated"),
            toText(entry.end), toText(dataBytes));
    }
    const std::uint64_t wanted = checkedMul(elementCount(entry.shape), info(entry.dtype).size);
    if (wanted != entry.end - entry.begin) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "shape %1 of type %2 needs %3 bytes, but its data has %4"),
            shapeText(entry.shape), info(entry.dtype).name, toText(wanted), toText(entry.end - entry.begin));
    }
}

/// Section "Format" of the specification: no holes, nothing before the first or after the last tensor.
void checkCoverage(const std::vector<SafetensorsEntry>& sorted, std::uint64_t dataBytes)
{
    std::uint64_t reached = 0;
    for (const auto& entry : sorted) {
        withContext(tensorPlace(entry.name), [&] {
            checkRange(entry, dataBytes);
            if (entry.begin < reached) {
                bad(BW_TR_NOOP("core", "its data overlaps that of another tensor"));
            }
            if (entry.begin > reached) {
                throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "%1 bytes before its data belong to no tensor"),
                    toText(entry.begin - reached));
            }
        });
        reached = entry.end;
    }
    if (reached != dataBytes) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "%1 bytes at the end of the file belong to no tensor"),
            toText(dataBytes - reached));
    }
}

template <class Kind>
void checkNamesDiffer(const std::vector<SafetensorsEntry>& entries, Kind kind)
{
    std::vector<std::string_view> names;
    names.reserve(entries.size());
    for (const auto& entry : entries) {
        names.push_back(entry.name);
    }
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) {
        throw Error(kind, Text(BW_TR_NOOP("core", "the name is given to two tensors")))
            .in(tensorPlace(std::string(*twice)));
    }
}

std::string quoted(const std::string& text)
{
    try {
        return Json(text).dump();
    } catch (const Json::type_error&) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "\"%1\" is not valid UTF-8"), printable(text));
    }
}

std::string entryJson(const SafetensorsEntry& entry)
{
    std::string sizes;
    for (const std::int64_t size : entry.shape) {
        sizes += (sizes.empty() ? "" : ",") + toText(size);
    }
    return quoted(entry.name) + ":{\"dtype\":\"" + info(entry.dtype).name + "\",\"shape\":[" + sizes
        + "],\"data_offsets\":[" + toText(entry.begin) + "," + toText(entry.end) + "]}";
}
} // namespace

std::uint64_t safetensorsHeaderLength(std::span<const std::byte> firstBytes, std::uint64_t fileBytes)
{
    if (fileBytes == 0) {
        bad(BW_TR_NOOP("core", "the file is empty"));
    }
    if (fileBytes < safetensorsLengthBytes || firstBytes.size() < safetensorsLengthBytes) {
        bad(BW_TR_NOOP("core", "the file is too short for a safetensors file"));
    }
    std::uint64_t length = 0;
    for (std::size_t i = safetensorsLengthBytes; i-- > 0;) {
        length = length << 8 | std::to_integer<std::uint64_t>(firstBytes[i]);
    }
    if (length > safetensorsHeaderLimit) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the header claims %1 bytes; at most %2 are allowed"),
            toText(length), toText(safetensorsHeaderLimit));
    }
    if (length > fileBytes - safetensorsLengthBytes) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "the header claims %1 bytes, but only %2 follow; the file may be truncated"),
            toText(length), toText(fileBytes - safetensorsLengthBytes));
    }
    return length;
}

SafetensorsHeader parseSafetensorsHeader(std::string_view json, std::uint64_t dataBytes, const JobContext& ctx)
{
    // The parser would skip a byte order mark and spaces, which the specification forbids here.
    if (json.empty() || json.front() != '{') {
        bad(BW_TR_NOOP("core", "the header is not a JSON object"));
    }
    HeaderReader reader(ctx);
    readJson(json, reader);
    auto& entries = reader.header.entries;
    checkNamesDiffer(entries, ErrorKind::BadFile);
    std::stable_sort(entries.begin(), entries.end(), [](const SafetensorsEntry& a, const SafetensorsEntry& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
    });
    checkCoverage(entries, dataBytes);
    return std::move(reader.header);
}

std::string buildSafetensorsHeader(
    std::vector<SafetensorsEntry>& entries, const std::map<std::string, std::string>& metadata)
{
    checkNamesDiffer(entries, ErrorKind::BadInput);
    std::string json = "{";
    if (!metadata.empty()) {
        std::string texts;
        for (const auto& [key, value] : metadata) {
            texts += (texts.empty() ? "" : ",") + quoted(key) + ":" + quoted(value);
        }
        json += quoted(metadataKey) + ":{" + texts + "}";
    }
    std::uint64_t at = 0;
    for (auto& entry : entries) {
        entry.begin = at;
        at = entry.end = checkedAdd(at, checkedMul(elementCount(entry.shape), info(entry.dtype).size));
        json += (json.size() > 1 ? "," : "") + entryJson(entry);
    }
    json += "}";
    json.append((8 - json.size() % 8) % 8, ' ');
    std::string length;
    for (std::size_t i = 0; i < safetensorsLengthBytes; ++i) {
        length += static_cast<char>(json.size() >> (8 * i) & 0xFF);
    }
    return length + json;
}

} // namespace bw
