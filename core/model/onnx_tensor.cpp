#include "core/model/onnx_tensor.h"

#include "core/base/checked_math.h"
#include "core/model/file_reader.h"
#include "core/model/wire_reader.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <sys/stat.h>

namespace bw {

namespace {
constexpr std::size_t mostDimensions = 64;

struct TypeInfo
{
    int number;
    std::optional<DType> dtype;
    const char* name;
    int bits;
};
constexpr std::array types {
    TypeInfo { 1, DType::F32, "FLOAT", 32 },
    TypeInfo { 2, DType::U8, "UINT8", 8 },
    TypeInfo { 3, DType::I8, "INT8", 8 },
    TypeInfo { 4, DType::U16, "UINT16", 16 },
    TypeInfo { 5, DType::I16, "INT16", 16 },
    TypeInfo { 6, DType::I32, "INT32", 32 },
    TypeInfo { 7, DType::I64, "INT64", 64 },
    TypeInfo { onnx_type::text, std::nullopt, "STRING", 0 },
    TypeInfo { 9, DType::Bool, "BOOL", 8 },
    TypeInfo { 10, DType::F16, "FLOAT16", 16 },
    TypeInfo { 11, DType::F64, "DOUBLE", 64 },
    TypeInfo { 12, DType::U32, "UINT32", 32 },
    TypeInfo { 13, DType::U64, "UINT64", 64 },
    TypeInfo { 14, std::nullopt, "COMPLEX64", 64 },
    TypeInfo { 15, std::nullopt, "COMPLEX128", 128 },
    TypeInfo { 16, DType::BF16, "BFLOAT16", 16 },
    TypeInfo { 17, DType::F8E4M3, "FLOAT8E4M3FN", 8 },
    TypeInfo { 18, std::nullopt, "FLOAT8E4M3FNUZ", 8 },
    TypeInfo { 19, DType::F8E5M2, "FLOAT8E5M2", 8 },
    TypeInfo { 20, std::nullopt, "FLOAT8E5M2FNUZ", 8 },
    TypeInfo { onnx_type::uint4, DType::U8, "UINT4", 4 },
    TypeInfo { onnx_type::int4, DType::I8, "INT4", 4 },
    TypeInfo { 23, std::nullopt, "FLOAT4E2M1", 4 },
    TypeInfo { 24, std::nullopt, "FLOAT8E8M0", 8 },
    TypeInfo { 25, std::nullopt, "UINT2", 2 },
    TypeInfo { 26, std::nullopt, "INT2", 2 },
};

[[noreturn]] void bad(const char* sentence)
{
    throw Error(ErrorKind::BadFile, Text(sentence));
}

struct Proto
{
    Shape dims;
    std::int64_t dataType = 0;
    std::string_view name;
    std::optional<std::string_view> raw;
    bool isExternal = false;
    std::string location;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length;
    /// Field and messages of the numbers that are spelt out one by one: float_data, int32_data, …
    std::uint32_t typedField = 0;
    std::string_view typedBytes; ///< if they are packed in one piece
    bool isTypedSplit = false;
};

std::uint64_t wholeNumber(std::string_view text)
{
    const auto value = parseInt(text);
    if (!value || *value < 0) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "the place of its data in another file is given as \"%1\", which is no whole number"),
            printable(text));
    }
    return static_cast<std::uint64_t>(*value);
}

void readExternalEntry(std::string_view message, Proto& proto)
{
    std::string_view key;
    std::string_view value;
    for (WireReader reader(message); reader.next();) {
        if (reader.field() == 1) {
            key = reader.bytes();
        } else if (reader.field() == 2) {
            value = reader.bytes();
        }
    }
    if (key == "location") {
        proto.location = value;
    } else if (key == "offset") {
        proto.offset = wholeNumber(value);
    } else if (key == "length") {
        proto.length = wholeNumber(value);
    }
}

void readTyped(const WireReader& reader, Proto& proto)
{
    if (proto.typedField != 0 && proto.typedField != reader.field()) {
        bad(BW_TR_NOOP("core", "its values are given twice, in different types"));
    }
    // Unpacked numbers and several pieces are legal protobuf, but no ONNX writer makes them.
    proto.isTypedSplit = proto.typedField != 0 || reader.type() != WireReader::Type::Bytes;
    proto.typedField = reader.field();
    proto.typedBytes = reader.type() == WireReader::Type::Bytes ? reader.bytes() : std::string_view();
}

Proto readProto(std::string_view message)
{
    Proto proto;
    for (WireReader reader(message); reader.next();) {
        switch (reader.field()) {
        case 1:
            reader.numbers([&](std::uint64_t size) {
                if (proto.dims.size() == mostDimensions) {
                    bad(BW_TR_NOOP("core", "it has more than 64 dimensions"));
                }
                proto.dims.push_back(static_cast<std::int64_t>(size));
            });
            break;
        case 2:
            proto.dataType = reader.signedNumber();
            break;
        case 3:
            throw Error(ErrorKind::Unsupported, Text(BW_TR_NOOP("core", "it is a segment of a tensor")));
        case 4:
        case 5:
        case 7:
        case 10:
        case 11:
            readTyped(reader, proto);
            break;
        case 8:
            proto.name = reader.bytes();
            break;
        case 9:
            proto.raw = reader.bytes();
            break;
        case 13:
            readExternalEntry(reader.bytes(), proto);
            break;
        case 14:
            if (reader.number() > 1) {
                bad(BW_TR_NOOP("core", "it is said to be stored in a place that ONNX does not define"));
            }
            proto.isExternal = reader.number() == 1;
            break;
        default:
            break;
        }
    }
    return proto;
}

const TypeInfo& typeOf(std::int64_t number)
{
    const auto found = std::find_if(types.begin(), types.end(), [&](const TypeInfo& t) { return t.number == number; });
    if (found == types.end()) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "its element type has the number %1, which is not defined"),
            toText(number));
    }
    return *found;
}

TensorView bytesView(std::string_view bytes, std::shared_ptr<const void> owner)
{
    return { DType::U8, { static_cast<std::int64_t>(bytes.size()) }, std::as_bytes(std::span(bytes)),
        std::move(owner) };
}

/// Numbers spelt out one by one, as the bytes raw_data would have.
class TypedNumbers
{
public:
    TypedNumbers(const Proto& proto, const TypeInfo& type, std::uint64_t count)
        : m_proto(proto)
        , m_type(type)
        , m_count(count)
    {
    }

    TensorView bytes(const std::shared_ptr<const void>& owner) const
    {
        if (m_proto.isTypedSplit) {
            throw Error(ErrorKind::Unsupported,
                Text(BW_TR_NOOP("core", "its values are not packed in one piece, as ONNX asks for")));
        }
        requireField();
        if (m_proto.typedField == 4 || m_proto.typedField == 10) {
            return bytesView(m_proto.typedBytes, owner);
        }
        return decoded();
    }

private:
    /// onnx.proto says which field holds which types.
    void requireField() const
    {
        const int number = m_type.number;
        const auto field = number == 1     ? 4U
            : number == 11                 ? 10U
            : number == 7                  ? 7U
            : number == 12 || number == 13 ? 11U
                                           : 5U;
        if (m_proto.typedField != field) {
            bad(BW_TR_NOOP("core", "its values are given in a field that does not fit its element type"));
        }
    }

    TensorView decoded() const
    {
        const bool isNibbles = m_type.bits == 4;
        const std::size_t size = isNibbles ? 1 : static_cast<std::size_t>(m_type.bits) / 8;
        const std::uint64_t wanted = isNibbles ? (m_count + 1) / 2 : m_count;
        if (wanted > m_proto.typedBytes.size()) {
            wrongCount();
        }
        std::vector<std::byte> bytes(static_cast<std::size_t>(wanted) * size);
        std::string_view rest = m_proto.typedBytes;
        for (std::size_t at = 0; at < bytes.size(); at += size) {
            if (rest.empty()) {
                wrongCount();
            }
            const auto value = WireReader::takeVarint(rest);
            std::memcpy(bytes.data() + at, &value, size);
        }
        if (!rest.empty()) {
            wrongCount();
        }
        const auto length = static_cast<std::int64_t>(bytes.size());
        return makeTensor(DType::U8, { length }, std::move(bytes));
    }

    [[noreturn]] static void wrongCount()
    {
        bad(BW_TR_NOOP("core", "it has another number of values than its dimensions say"));
    }

    const Proto& m_proto;
    const TypeInfo& m_type;
    std::uint64_t m_count;
};

TensorView externalBytes(const Proto& proto, std::uint64_t wanted, OnnxExternalFiles& external)
{
    if (proto.raw || proto.typedField != 0) {
        bad(BW_TR_NOOP("core", "its values are both in this file and in another"));
    }
    const auto file = external.open(proto.location);
    const std::uint64_t length = proto.length.value_or(wanted);
    if (length != wanted) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "it has %1 bytes in \"%2\", but its dimensions ask for %3"),
            toText(length), printable(proto.location), toText(wanted));
    }
    if (checkedAdd(proto.offset, length) > file->bytes().size()) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "its data would reach beyond the end of \"%1\""),
            printable(proto.location));
    }
    const auto bytes = file->bytes().subspan(static_cast<std::size_t>(proto.offset), static_cast<std::size_t>(length));
    return { DType::U8, { static_cast<std::int64_t>(length) }, bytes, file };
}

TensorView storedBytes(const Proto& proto, const TypeInfo& type, std::uint64_t count,
    const std::shared_ptr<const void>& owner, OnnxExternalFiles& external)
{
    const std::uint64_t wanted = checkedAdd(checkedMul(count, static_cast<std::uint64_t>(type.bits)), 7) / 8;
    if (proto.isExternal) {
        return externalBytes(proto, wanted, external);
    }
    if (proto.raw && proto.typedField != 0) {
        bad(BW_TR_NOOP("core", "its values are given twice"));
    }
    auto stored = proto.raw     ? bytesView(*proto.raw, owner)
        : proto.typedField != 0 ? TypedNumbers(proto, type, count).bytes(owner)
                                : bytesView({}, owner);
    if (stored.bytes.size() != wanted) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "it has %1 bytes of values, but its dimensions ask for %2"),
            toText(stored.bytes.size()), toText(wanted));
    }
    return stored;
}

/// Two numbers a byte, the first in the lower half, as one byte each.
TensorView unpackedNibbles(const TensorView& packed, DType dtype, const Shape& shape)
{
    std::vector<std::byte> values(static_cast<std::size_t>(elementCount(shape)));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto pair = std::to_integer<unsigned>(packed.bytes[i / 2]);
        const unsigned value = i % 2 == 0 ? pair & 15U : pair >> 4;
        const bool isNegative = dtype == DType::I8 && value > 7;
        values[i] = static_cast<std::byte>(isNegative ? value | 0xF0U : value);
    }
    return makeTensor(dtype, shape, std::move(values));
}

bool isPlainRelative(const std::string& location)
{
    if (location.empty() || location.front() == '/'
        || location.find_first_of(std::string_view("\\\0:", 3)) != std::string::npos) {
        return false;
    }
    for (const auto& part : std::filesystem::path(location)) {
        if (part == ".." || part.empty()) {
            return false;
        }
    }
    return true;
}

[[noreturn]] void refuse(const char* sentence, const std::string& location)
{
    throw Error(ErrorKind::Refused, sentence, printable(location));
}
} // namespace

std::filesystem::path OnnxExternalFiles::pathOf(const std::string& location) const
{
    const auto folder = m_model.has_parent_path() ? m_model.parent_path() : std::filesystem::path(".");
    return folder / location;
}

std::shared_ptr<const MappedFile> OnnxExternalFiles::open(const std::string& location)
{
    if (const auto found = m_files.find(location); found != m_files.end()) {
        return found->second;
    }
    if (!isPlainRelative(location)) {
        refuse(BW_TR_NOOP("core", "its data is said to lie in \"%1\", which is no file in the model's own folder"),
            location);
    }
    auto at = m_model.has_parent_path() ? m_model.parent_path() : std::filesystem::path(".");
    struct stat status
    {
    };
    for (const auto& part : std::filesystem::path(location)) {
        at /= part;
        if (::lstat(at.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) {
            refuse(
                BW_TR_NOOP("core",
                    "its data is said to lie in \"%1\", which is a link; copy the file itself there if you trust it"),
                location);
        }
    }
    if (S_ISREG(status.st_mode) && status.st_nlink > 1) {
        refuse(BW_TR_NOOP("core",
                   "its data is said to lie in \"%1\", which is also known by other names (hard links); copy the file "
                   "if you trust it"),
            location);
    }
    return withContext(filePlace(at), [&] {
        const FileReader readable(at); // says in a sentence why not
        return m_files[location] = MappedFile::open(at);
    });
}

std::string_view onnxTensorName(std::string_view message)
{
    std::string_view name;
    for (WireReader reader(message); reader.next();) {
        if (reader.field() == 8) {
            name = reader.bytes();
        }
    }
    return name;
}

std::optional<OnnxTensor> readOnnxTensor(
    std::string_view message, const std::shared_ptr<const void>& owner, OnnxExternalFiles& external, Text& whyNot)
{
    const Proto proto = readProto(message);
    const TypeInfo& type = typeOf(proto.dataType);
    const std::uint64_t count = elementCount(proto.dims);
    if (!type.dtype) {
        whyNot = Text(BW_TR_NOOP("core", "Tensor %1 is left out, as it holds values of type %2."),
            { printable(proto.name), type.name });
        return std::nullopt;
    }
    OnnxTensor tensor;
    tensor.name = proto.name;
    tensor.dataType = type.number;
    tensor.stored = storedBytes(proto, type, count, owner, external);
    if (type.bits == 4) {
        tensor.view = unpackedNibbles(tensor.stored, *type.dtype, proto.dims);
    } else {
        tensor.view = { *type.dtype, proto.dims, tensor.stored.bytes, tensor.stored.owner };
    }
    return tensor;
}

} // namespace bw
