#include "core/model/gguf_header.h"

#include "core/base/checked_math.h"
#include "core/model/file_reader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <set>
#include <unordered_set>

namespace bw {

namespace {
constexpr std::size_t firstPiece = std::size_t { 4 } << 20;
constexpr std::size_t longestHeader = std::size_t { 512 } << 20;
constexpr std::uint64_t mostTensors = 1'000'000;
constexpr std::uint32_t mostDimensions = 4;
constexpr std::uint64_t largestAlignment = 1 << 20;
constexpr std::size_t pollEvery = 1024;

struct ValueTypeInfo
{
    std::size_t size; ///< 0: text or array
    const char* plural;
};
constexpr std::array<ValueTypeInfo, 13> valueTypes { { { 1, "u8 numbers" }, { 1, "i8 numbers" }, { 2, "u16 numbers" },
    { 2, "i16 numbers" }, { 4, "u32 numbers" }, { 4, "i32 numbers" }, { 4, "f32 numbers" }, { 1, "truth values" },
    { 0, "texts" }, { 0, "arrays" }, { 8, "u64 numbers" }, { 8, "i64 numbers" }, { 8, "f64 numbers" } } };

/// The piece of the file at hand ends before the header does.
struct NeedsMore
{
};

class Cursor
{
public:
    explicit Cursor(std::string_view bytes)
        : m_bytes(bytes)
    {
    }
    std::string_view take(std::uint64_t count)
    {
        if (count > m_bytes.size() - m_at) {
            throw NeedsMore {};
        }
        const auto part = m_bytes.substr(m_at, static_cast<std::size_t>(count));
        m_at += part.size();
        return part;
    }
    template <class T>
    T number()
    {
        T value;
        std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
        return value;
    }
    std::string_view text() { return take(number<std::uint64_t>()); }
    std::size_t at() const { return m_at; }
    std::string_view since(std::size_t from) const { return m_bytes.substr(from, m_at - from); }

private:
    std::string_view m_bytes;
    std::size_t m_at = 0;
};

[[noreturn]] void bad(const char* source)
{
    throw Error(ErrorKind::BadFile, Text(source));
}

Text keyPlace(std::string_view key)
{
    return Text(BW_TR_NOOP("core", "metadata entry %1"), { printable(key) });
}
Text tensorPlace(std::string_view name)
{
    return Text(BW_TR_NOOP("core", "tensor %1"), { printable(name) });
}

GgufValueType valueType(std::uint32_t number)
{
    if (number >= valueTypes.size()) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "its type has the number %1, which GGUF does not define"),
            toText(number));
    }
    return static_cast<GgufValueType>(number);
}

void requireTruthValues(std::string_view bytes)
{
    if (std::any_of(bytes.begin(), bytes.end(), [](char c) { return c != 0 && c != 1; })) {
        bad(BW_TR_NOOP("core", "a truth value is neither 0 nor 1"));
    }
}

class Parser
{
public:
    /// `bytes`: the file's beginning; `fileBytes`: its size.
    Parser(std::string_view bytes, std::uint64_t fileBytes, const JobContext& ctx)
        : m_cursor(bytes)
        , m_fileBytes(fileBytes)
        , m_ctx(ctx)
    {
    }

    GgufHeader parse() &&
    {
        readStart();
        readEntries();
        readAlignment();
        readTensors();
        placeData();
        return std::move(m_header);
    }

private:
    void readStart()
    {
        if (m_cursor.take(4) != "GGUF") {
            bad(BW_TR_NOOP("core", "it does not begin with \"GGUF\""));
        }
        m_header.version = m_cursor.number<std::uint32_t>();
        const std::uint32_t swapped = __builtin_bswap32(m_header.version);
        if (m_header.version > 0xFFFF && swapped <= 0xFFFF) {
            throw Error(ErrorKind::Unsupported,
                Text(BW_TR_NOOP("core",
                    "its numbers are stored for big-endian machines; convert it with gguf_convert_endian.py first")));
        }
        if (m_header.version != 2 && m_header.version != 3) {
            throw Error(ErrorKind::Unsupported,
                BW_TR_NOOP("core", "it is of GGUF version %1; this build reads versions 2 and 3"),
                toText(m_header.version));
        }
        m_tensorCount = m_cursor.number<std::uint64_t>();
        m_entryCount = m_cursor.number<std::uint64_t>();
        // The smallest entry has 13 bytes, the smallest tensor 24 and, in the data, its alignment.
        requireCount(m_tensorCount, 24, BW_TR_NOOP("core", "it claims to hold %1 tensors, which cannot fit into it"));
        requireCount(
            m_entryCount, 13, BW_TR_NOOP("core", "it claims to hold %1 metadata entries, which cannot fit into it"));
    }

    void requireCount(std::uint64_t count, std::uint64_t leastBytes, const char* sentence) const
    {
        if (count > mostTensors || checkedMul(count, leastBytes) > m_fileBytes) {
            throw Error(ErrorKind::BadFile, sentence, toText(count));
        }
    }

    void poll(std::size_t i) const
    {
        if (i % pollEvery == 0) {
            m_ctx.checkpoint();
        }
    }

    void readEntries()
    {
        std::unordered_set<std::string_view> keys;
        for (std::uint64_t i = 0; i < m_entryCount; ++i) {
            poll(i);
            GgufEntry entry;
            entry.key = m_cursor.text();
            if (entry.key.empty()) {
                bad(BW_TR_NOOP("core", "a metadata entry has no name"));
            }
            withContext(keyPlace(entry.key), [&] {
                if (!keys.insert(entry.key).second) {
                    bad(BW_TR_NOOP("core", "it is given twice"));
                }
                readValue(entry);
            });
            m_header.entries.push_back(entry);
        }
    }

    void readValue(GgufEntry& entry)
    {
        entry.type = valueType(m_cursor.number<std::uint32_t>());
        const std::size_t start = m_cursor.at();
        if (entry.type == GgufValueType::Array) {
            skipArray();
        } else if (entry.type == GgufValueType::String) {
            skipTexts(1);
        } else {
            skipNumbers(entry.type, 1);
        }
        entry.bytes = m_cursor.since(start);
    }

    void skipArray()
    {
        const auto type = valueType(m_cursor.number<std::uint32_t>());
        const auto count = m_cursor.number<std::uint64_t>();
        if (type == GgufValueType::Array) {
            bad(BW_TR_NOOP("core", "it is an array of arrays, which GGUF readers refuse"));
        }
        if (type == GgufValueType::String) {
            skipTexts(count);
        } else {
            skipNumbers(type, count);
        }
    }

    void requireInFile(std::uint64_t bytes) const
    {
        if (bytes > m_fileBytes) {
            bad(BW_TR_NOOP("core", "its value is longer than the file"));
        }
    }

    void skipTexts(std::uint64_t count)
    {
        requireInFile(checkedMul(count, sizeof(std::uint64_t)));
        for (std::uint64_t i = 0; i < count; ++i) {
            poll(i);
            const auto length = m_cursor.number<std::uint64_t>();
            requireInFile(length);
            m_cursor.take(length);
        }
    }

    void skipNumbers(GgufValueType type, std::uint64_t count)
    {
        const std::uint64_t bytes = checkedMul(count, valueTypes[static_cast<std::size_t>(type)].size);
        requireInFile(bytes);
        const auto taken = m_cursor.take(bytes);
        if (type == GgufValueType::Bool) {
            requireTruthValues(taken);
        }
    }

    void readAlignment()
    {
        const auto* entry = m_header.find("general.alignment");
        if (entry == nullptr) {
            return;
        }
        const auto number = m_header.number("general.alignment");
        if (entry->type != GgufValueType::U32 || !number || *number < 8 || *number > largestAlignment
            || !std::has_single_bit(*number)) {
            throw Error(ErrorKind::BadFile,
                Text(BW_TR_NOOP("core", "the alignment is no power of two from 8 to 1048576 stored as u32")))
                .in(keyPlace("general.alignment"));
        }
        m_header.alignment = *number;
    }

    void readTensors()
    {
        std::uint64_t end = 0;
        for (std::uint64_t i = 0; i < m_tensorCount; ++i) {
            poll(i);
            GgufTensorEntry tensor;
            tensor.name = m_cursor.text();
            if (tensor.name.empty()) {
                bad(BW_TR_NOOP("core", "a tensor has no name"));
            }
            withContext(tensorPlace(tensor.name), [&] { readTensor(tensor, end); });
            m_header.tensors.push_back(std::move(tensor));
        }
        m_header.dataBytes = end;
        std::unordered_set<std::string_view> names;
        for (const auto& tensor : m_header.tensors) {
            if (!names.insert(tensor.name).second) {
                throw Error(
                    ErrorKind::BadFile, BW_TR_NOOP("core", "two tensors are called %1"), printable(tensor.name));
            }
        }
    }

    /// `end`: where the tensors before it end, padded.
    void readTensor(GgufTensorEntry& tensor, std::uint64_t& end)
    {
        const auto rank = m_cursor.number<std::uint32_t>();
        if (rank > mostDimensions) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "it has %1 dimensions; GGUF allows %2"), toText(rank),
                toText(mostDimensions));
        }
        for (std::uint32_t i = 0; i < rank; ++i) {
            const auto size = m_cursor.number<std::int64_t>();
            if (size <= 0) {
                throw Error(
                    ErrorKind::BadFile, BW_TR_NOOP("core", "a dimension is %1; it must be at least 1"), toText(size));
            }
            tensor.shape.insert(tensor.shape.begin(), size);
        }
        const auto number = m_cursor.number<std::uint32_t>();
        tensor.type = ggmlType(number);
        if (tensor.type == nullptr) {
            throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "its number type %1 is not one this build knows"),
                toText(number));
        }
        tensor.bytes = bytesOf(tensor);
        tensor.offset = m_cursor.number<std::uint64_t>();
        if (tensor.offset != end) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "its data is said to begin at %1, but the tensors before it end at %2"),
                toText(tensor.offset), toText(end));
        }
        end = padded(checkedAdd(end, tensor.bytes));
        if (tensor.offset + tensor.bytes > m_fileBytes) {
            bad(BW_TR_NOOP("core", "its data would reach beyond the end of the file, which is truncated or damaged"));
        }
    }

    static std::uint64_t bytesOf(const GgufTensorEntry& tensor)
    {
        const auto length = static_cast<std::uint64_t>(tensor.type->blockLength);
        const auto row = tensor.shape.empty() ? 1 : static_cast<std::uint64_t>(tensor.shape.back());
        if (row % length != 0) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "its rows of %1 values are not whole blocks of %2, as type %3 needs"), toText(row),
                toText(length), std::string(tensor.type->name));
        }
        return checkedMul(elementCount(tensor.shape) / length, static_cast<std::uint64_t>(tensor.type->blockBytes));
    }

    std::uint64_t padded(std::uint64_t bytes) const
    {
        return checkedAdd(bytes, m_header.alignment - 1) / m_header.alignment * m_header.alignment;
    }

    void placeData()
    {
        m_header.dataStart = padded(m_cursor.at());
        for (const auto& tensor : m_header.tensors) {
            if (checkedAdd(m_header.dataStart, checkedAdd(tensor.offset, tensor.bytes)) > m_fileBytes) {
                throw Error(ErrorKind::BadFile,
                    Text(BW_TR_NOOP(
                        "core", "its data would reach beyond the end of the file, which is truncated or damaged")))
                    .in(tensorPlace(tensor.name));
            }
        }
    }

    Cursor m_cursor;
    std::uint64_t m_fileBytes;
    const JobContext& m_ctx;
    GgufHeader m_header;
    std::uint64_t m_tensorCount = 0;
    std::uint64_t m_entryCount = 0;
};

template <class T>
T numberAt(std::string_view bytes)
{
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
}

std::string numberText(GgufValueType type, std::string_view bytes)
{
    switch (type) {
    case GgufValueType::U8:
        return toText(static_cast<unsigned>(numberAt<std::uint8_t>(bytes)));
    case GgufValueType::I8:
        return toText(static_cast<int>(numberAt<std::int8_t>(bytes)));
    case GgufValueType::U16:
        return toText(numberAt<std::uint16_t>(bytes));
    case GgufValueType::I16:
        return toText(numberAt<std::int16_t>(bytes));
    case GgufValueType::U32:
        return toText(numberAt<std::uint32_t>(bytes));
    case GgufValueType::I32:
        return toText(numberAt<std::int32_t>(bytes));
    case GgufValueType::F32:
        return toText(numberAt<float>(bytes));
    case GgufValueType::Bool:
        return bytes[0] != 0 ? "true" : "false";
    case GgufValueType::U64:
        return toText(numberAt<std::uint64_t>(bytes));
    case GgufValueType::I64:
        return toText(numberAt<std::int64_t>(bytes));
    case GgufValueType::F64:
        return toText(numberAt<double>(bytes));
    default:
        return {};
    }
}

std::string arrayText(std::string_view bytes)
{
    constexpr std::uint64_t shown = 8;
    constexpr std::size_t longest = 40;
    const auto type = static_cast<GgufValueType>(numberAt<std::uint32_t>(bytes));
    const auto& about = valueTypes[static_cast<std::size_t>(type)];
    const auto count = numberAt<std::uint64_t>(bytes.substr(4));
    std::string text = "[" + toText(count) + " " + about.plural + ":";
    Cursor cursor(bytes.substr(12));
    for (std::uint64_t i = 0; i < std::min(count, shown); ++i) {
        text += i == 0 ? " " : ", ";
        text += type == GgufValueType::String ? "\"" + printable(cursor.text(), longest) + "\""
                                              : numberText(type, cursor.take(about.size));
    }
    return text + (count > shown ? ", …]" : "]");
}

template <class T>
std::string rawBytes(T value)
{
    return std::string(reinterpret_cast<const char*>(&value), sizeof(T));
}
} // namespace

const GgufEntry* GgufHeader::find(std::string_view key) const
{
    const auto found
        = std::find_if(entries.begin(), entries.end(), [&](const GgufEntry& entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : &*found;
}

std::optional<std::uint64_t> GgufHeader::number(std::string_view key) const
{
    const auto* entry = find(key);
    if (entry == nullptr || entry->type == GgufValueType::String || entry->type == GgufValueType::Array
        || entry->type == GgufValueType::F32 || entry->type == GgufValueType::F64
        || entry->type == GgufValueType::Bool) {
        return std::nullopt;
    }
    const auto value = parseInt(numberText(entry->type, entry->bytes));
    return value && *value >= 0 ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
}

std::optional<std::string> GgufHeader::text(std::string_view key) const
{
    const auto* entry = find(key);
    if (entry == nullptr || entry->type != GgufValueType::String) {
        return std::nullopt;
    }
    return std::string(entry->bytes.substr(sizeof(std::uint64_t)));
}

GgufHeader readGgufHeader(const std::filesystem::path& path, const JobContext& ctx)
{
    const FileReader file(path);
    for (std::size_t limit = firstPiece;; limit *= 4) {
        auto bytes = std::make_shared<std::string>(file.head(std::min(limit, longestHeader)));
        try {
            auto header = Parser(*bytes, file.size(), ctx).parse();
            header.owner = std::move(bytes);
            return header;
        } catch (const NeedsMore&) {
            if (bytes->size() == file.size()) {
                bad(BW_TR_NOOP("core", "it ends in the middle of its header: it is truncated or damaged"));
            }
            if (limit >= longestHeader) {
                throw Error(
                    ErrorKind::BadFile, BW_TR_NOOP("core", "its header is longer than %1"), sizeText(longestHeader));
            }
        }
    }
}

std::string ggufValueText(const GgufEntry& entry)
{
    if (entry.type == GgufValueType::String) {
        return std::string(entry.bytes.substr(sizeof(std::uint64_t)));
    }
    return entry.type == GgufValueType::Array ? arrayText(entry.bytes) : numberText(entry.type, entry.bytes);
}

std::string ggufU32(std::uint32_t value)
{
    return rawBytes(value);
}
std::string ggufU64(std::uint64_t value)
{
    return rawBytes(value);
}
std::string ggufText(std::string_view value)
{
    return ggufU64(value.size()) + std::string(value);
}

} // namespace bw
