#include "core/model/numpy_file.h"

#include "core/base/checked_math.h"
#include "core/base/error.h"
#include "core/model/strided_copy.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>

namespace bw {

namespace {

using namespace std::string_view_literals;

constexpr auto magic = "\x93NUMPY"sv;
constexpr std::size_t longestHeader = 1 << 16;
constexpr std::size_t mostDimensions = 64; // NumPy 2's own limit; 32 before

struct TypeCode
{
    std::string_view code; ///< without the byte order
    DType dtype;
};

constexpr auto typeCodes = std::to_array<TypeCode>({
    { "f2", DType::F16 },
    { "f4", DType::F32 },
    { "f8", DType::F64 },
    { "i1", DType::I8 },
    { "i2", DType::I16 },
    { "i4", DType::I32 },
    { "i8", DType::I64 },
    { "u1", DType::U8 },
    { "u2", DType::U16 },
    { "u4", DType::U32 },
    { "u8", DType::U64 },
    { "b1", DType::Bool },
});

Error malformed(std::string_view what)
{
    return Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the NumPy header is malformed near \"%1\""),
        printable(what.substr(0, 40)));
}

struct Header
{
    std::optional<std::string> type; ///< "<f4"
    std::optional<bool> isFortran;
    std::optional<Shape> shape;
};

/// The literal of a Python dictionary with three known keys.
class HeaderParser
{
public:
    explicit HeaderParser(std::string_view text)
        : m_rest(text)
    {
    }

    Header parse()
    {
        Header header;
        need('{');
        while (!take('}')) {
            readItem(header);
            if (!take(',')) {
                need('}');
                break;
            }
        }
        skipSpace();
        if (!m_rest.empty() || !header.type || !header.isFortran || !header.shape) {
            throw malformed(m_rest.empty() ? "}"sv : m_rest);
        }
        return header;
    }

private:
    void skipSpace()
    {
        m_rest.remove_prefix(std::min(m_rest.find_first_not_of(" \n\t"), m_rest.size()));
    }

    bool take(char c)
    {
        skipSpace();
        if (!m_rest.starts_with(c)) {
            return false;
        }
        m_rest.remove_prefix(1);
        return true;
    }

    void need(char c)
    {
        if (!take(c)) {
            throw malformed(m_rest);
        }
    }

    std::string text()
    {
        skipSpace();
        const char quote = m_rest.empty() ? '\0' : m_rest.front();
        const auto end = m_rest.find(quote, 1);
        if ((quote != '\'' && quote != '"') || end == std::string_view::npos) {
            throw malformed(m_rest);
        }
        const auto out = m_rest.substr(1, end - 1);
        m_rest.remove_prefix(end + 1);
        return std::string(out);
    }

    bool boolean()
    {
        skipSpace();
        for (const bool value : { true, false }) {
            const auto word = value ? "True"sv : "False"sv;
            if (m_rest.starts_with(word)) {
                m_rest.remove_prefix(word.size());
                return value;
            }
        }
        throw malformed(m_rest);
    }

    Shape shape()
    {
        Shape out;
        need('(');
        while (!take(')')) {
            skipSpace();
            const auto digits = std::min(m_rest.find_first_not_of("0123456789"), m_rest.size());
            const auto size = parseInt(m_rest.substr(0, digits));
            if (digits == 0 || !size || out.size() == mostDimensions) {
                throw malformed(m_rest);
            }
            m_rest.remove_prefix(digits);
            take('L'); // Python 2
            out.push_back(*size);
            if (!take(',')) {
                need(')');
                break;
            }
        }
        return out;
    }

    void readItem(Header& header)
    {
        const auto before = m_rest;
        const auto key = text();
        need(':');
        skipSpace();
        if (key == "descr" && !header.type) {
            if (m_rest.starts_with('[')) {
                throw Error(ErrorKind::Unsupported,
                    Text(BW_TR_NOOP("core", "it is an array of structures; only arrays of plain numbers are read")));
            }
            header.type = text();
        } else if (key == "fortran_order" && !header.isFortran) {
            header.isFortran = boolean();
        } else if (key == "shape" && !header.shape) {
            header.shape = shape();
        } else {
            throw malformed(before);
        }
    }

    std::string_view m_rest;
};

struct ByteType
{
    DType dtype = DType::F32;
    bool isSwapped = false;
};

ByteType typeOf(const std::string& code)
{
    if (code.find('O') != std::string::npos) {
        throw Error(ErrorKind::Refused,
            Text(BW_TR_NOOP("core",
                "it holds Python objects, which could run code when they are loaded; only plain numbers are read")));
    }
    const auto found = std::find_if(typeCodes.begin(), typeCodes.end(),
        [&](const auto& t) { return std::string_view(code).substr(std::min<std::size_t>(1, code.size())) == t.code; });
    const char order = code.empty() ? '\0' : code.front();
    const bool isByte = found != typeCodes.end() && info(found->dtype).size == 1;
    if (found == typeCodes.end() || (order != '<' && order != '>' && !(order == '|' && isByte))) {
        throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "its values are of type %1, which is not read"),
            printable(code));
    }
    return { found->dtype, order == '>' && !isByte };
}

TensorView swapped(const TensorView& view)
{
    const auto size = info(view.dtype).size;
    std::vector<std::byte> out(view.bytes.begin(), view.bytes.end());
    for (auto at = out.begin(); at != out.end(); at += static_cast<std::ptrdiff_t>(size)) {
        std::reverse(at, at + static_cast<std::ptrdiff_t>(size));
    }
    return makeTensor(view.dtype, view.shape, std::move(out));
}

/// The first index runs fastest.
TensorView fromFortran(const TensorView& view, const JobContext& ctx)
{
    std::vector<std::int64_t> strides;
    std::int64_t stride = 1;
    for (const auto size : view.shape) {
        strides.push_back(stride);
        stride *= size;
    }
    return copyStrided(view.dtype, view.shape, strides, view.bytes, ctx);
}

} // namespace

bool isNumpy(std::string_view head)
{
    return head.starts_with(magic);
}

TensorView readNumpy(std::span<const std::byte> file, std::shared_ptr<const void> owner, const JobContext& ctx)
{
    const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    const bool isWide = text.size() > magic.size() && text[magic.size()] != 1;
    const std::size_t start = magic.size() + 2 + (isWide ? 4 : 2);
    if (!isNumpy(text) || text.size() < start) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the NumPy array is truncated")));
    }
    const auto version = static_cast<unsigned char>(text[magic.size()]);
    if (version < 1 || version > 3) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core", "the NumPy array is of format version %1; versions 1 to 3 are read"),
            toText(static_cast<unsigned>(version)));
    }
    std::uint32_t length = 0;
    std::memcpy(&length, text.data() + magic.size() + 2, isWide ? 4 : 2);
    if (length > longestHeader || length > text.size() - start) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "the NumPy header claims %1 bytes; the file has %2, and at most %3 are allowed"),
            toText(length), toText(text.size() - start), toText(longestHeader));
    }
    const auto header = HeaderParser(text.substr(start, length)).parse();
    const auto type = typeOf(*header.type);
    const auto needed = checkedMul(elementCount(*header.shape), info(type.dtype).size);
    const auto data = file.subspan(start + length);
    if (needed != data.size()) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "the array of shape %1 needs %2 bytes, but the file has %3"),
            shapeText(*header.shape), toText(needed), toText(data.size()));
    }
    TensorView view { type.dtype, *header.shape, data, std::move(owner) };
    if (type.isSwapped) {
        view = swapped(view);
    }
    const auto isLong = [](std::int64_t size) { return size > 1; };
    const bool isOrdered = std::count_if(view.shape.begin(), view.shape.end(), isLong) > 1 && needed > 0;
    return *header.isFortran && isOrdered ? fromFortran(view, ctx) : view;
}

} // namespace bw
