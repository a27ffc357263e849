#include "core/calibrate/idx_file.h"

#include "core/base/checked_math.h"
#include "core/base/error.h"
#include "core/model/file_reader.h"

#include <algorithm>
#include <array>
#include <memory>

#include <zlib.h>

namespace bw {

namespace {
constexpr std::size_t chunkBytes = std::size_t { 1 } << 18;
constexpr std::uint64_t deflateRatio = 1032; // no deflate stream unpacks to more than this times its size
constexpr std::string_view gzipMagic = "\x1f\x8b";

[[noreturn]] void bad(const char* source)
{
    throw Error(ErrorKind::BadFile, Text(source));
}

/// The bytes of a file from front to back.
class ByteSource
{
public:
    virtual ~ByteSource() = default;
    /// Fills `out` from the start as far as there are bytes; returns how many.
    virtual std::size_t read(std::span<char> out) = 0;
    /// The most bytes that can come in all.
    virtual std::uint64_t limit() const = 0;
};

class PlainSource : public ByteSource
{
public:
    explicit PlainSource(const std::filesystem::path& path)
        : m_file(path)
    {
    }
    std::size_t read(std::span<char> out) override
    {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), m_file.size() - m_at));
        const std::string bytes = m_file.read(m_at, count);
        std::copy(bytes.begin(), bytes.end(), out.begin());
        m_at += count;
        return count;
    }
    std::uint64_t limit() const override { return m_file.size(); }

private:
    FileReader m_file;
    std::uint64_t m_at = 0;
};

class GzipSource : public ByteSource
{
public:
    explicit GzipSource(const std::filesystem::path& path)
        : m_file(path)
    {
        // 16: expect a gzip header.
        if (inflateInit2(&m_stream, MAX_WBITS + 16) != Z_OK) {
            throw Error(
                ErrorKind::OutOfMemory, Text(BW_TR_NOOP("core", "there is not enough memory to unpack the file")));
        }
    }
    ~GzipSource() override { inflateEnd(&m_stream); }
    GzipSource(const GzipSource&) = delete;
    GzipSource& operator=(const GzipSource&) = delete;

    std::size_t read(std::span<char> out) override
    {
        m_stream.next_out = reinterpret_cast<Bytef*>(out.data());
        m_stream.avail_out = static_cast<uInt>(out.size());
        while (m_stream.avail_out > 0 && !m_isAtEnd) {
            step();
        }
        return out.size() - m_stream.avail_out;
    }
    std::uint64_t limit() const override { return m_file.size() * deflateRatio; }

private:
    void step()
    {
        if (m_stream.avail_in == 0) {
            m_input = m_file.read(
                m_at, static_cast<std::size_t>(std::min<std::uint64_t>(chunkBytes, m_file.size() - m_at)));
            m_at += m_input.size();
            m_stream.next_in = reinterpret_cast<Bytef*>(m_input.data());
            m_stream.avail_in = static_cast<uInt>(m_input.size());
        }
        if (m_stream.avail_in == 0) {
            bad(BW_TR_NOOP("core", "the gzip data ends early; the file may be truncated"));
        }
        const int result = inflate(&m_stream, Z_NO_FLUSH);
        if (result == Z_STREAM_END) {
            m_isAtEnd = m_stream.avail_in == 0 && m_at == m_file.size();
            if (!m_isAtEnd && inflateReset(&m_stream) != Z_OK) { // another member follows
                bad(BW_TR_NOOP("core", "the gzip data is damaged"));
            }
        } else if (result != Z_OK) {
            bad(BW_TR_NOOP("core", "the gzip data is damaged"));
        }
    }

    FileReader m_file;
    z_stream m_stream {};
    std::string m_input;
    std::uint64_t m_at = 0;
    bool m_isAtEnd = false;
};

struct IdxType
{
    unsigned char code;
    DType dtype;
};
constexpr std::array idxTypes { IdxType { 0x08, DType::U8 }, IdxType { 0x09, DType::I8 }, IdxType { 0x0B, DType::I16 },
    IdxType { 0x0C, DType::I32 }, IdxType { 0x0D, DType::F32 }, IdxType { 0x0E, DType::F64 } };
constexpr std::size_t highestRank = 8;

DType dtypeOf(char code)
{
    const auto found = std::find_if(idxTypes.begin(), idxTypes.end(),
        [&](const IdxType& type) { return type.code == static_cast<unsigned char>(code); });
    if (found == idxTypes.end()) {
        bad(BW_TR_NOOP("core", "this is no IDX file: its header names an unknown type"));
    }
    return found->dtype;
}

void fill(ByteSource& source, std::span<char> out)
{
    if (source.read(out) != out.size()) {
        bad(BW_TR_NOOP("core", "the file ends early; it may be truncated"));
    }
}

Shape readSizes(ByteSource& source, std::size_t rank)
{
    Shape shape;
    for (std::size_t i = 0; i < rank; ++i) {
        std::array<char, 4> bytes {};
        fill(source, bytes);
        std::int64_t size = 0;
        for (const char byte : bytes) {
            size = size << 8 | static_cast<unsigned char>(byte);
        }
        shape.push_back(size);
    }
    return shape;
}

/// Reads exactly `count` bytes, making room only as they come, and sees that nothing follows.
std::vector<std::byte> readValues(ByteSource& source, std::uint64_t count, const JobContext& ctx)
{
    if (count > source.limit()) {
        bad(BW_TR_NOOP("core", "the file is too short for the sizes in its header; it may be truncated"));
    }
    std::vector<std::byte> values;
    while (values.size() < count) {
        ctx.checkpoint();
        const std::size_t start = values.size();
        values.resize(start + static_cast<std::size_t>(std::min<std::uint64_t>(chunkBytes, count - start)));
        fill(source, { reinterpret_cast<char*>(values.data()) + start, values.size() - start });
    }
    std::array<char, 1> more {};
    if (source.read(more) != 0) {
        bad(BW_TR_NOOP("core", "the file goes on after the values its header announces"));
    }
    return values;
}

void toLittleEndian(std::vector<std::byte>& bytes, std::size_t size)
{
    for (std::size_t at = 0; size > 1 && at < bytes.size(); at += size) {
        const auto value = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        std::reverse(value, value + static_cast<std::ptrdiff_t>(size));
    }
}
} // namespace

bool looksLikeIdx(std::string_view head)
{
    return head.starts_with(gzipMagic)
        || (head.size() >= 4 && head[0] == 0 && head[1] == 0 && head[2] >= 0x08 && head[2] <= 0x0E);
}

TensorView readIdxFile(const std::filesystem::path& path, const JobContext& ctx)
{
    std::unique_ptr<ByteSource> source;
    if (FileReader(path).head(2) == gzipMagic) {
        source = std::make_unique<GzipSource>(path);
    } else {
        source = std::make_unique<PlainSource>(path);
    }
    std::array<char, 4> magic {};
    fill(*source, magic);
    if (magic[0] != 0 || magic[1] != 0) {
        bad(BW_TR_NOOP("core", "this is no IDX file: it does not begin with two zero bytes"));
    }
    const DType dtype = dtypeOf(magic[2]);
    const auto rank = static_cast<std::size_t>(static_cast<unsigned char>(magic[3]));
    if (rank == 0 || rank > highestRank) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the header announces %1 dimensions"), toText(rank));
    }
    Shape shape = readSizes(*source, rank);
    auto values = readValues(*source, checkedMul(elementCount(shape), info(dtype).size), ctx);
    toLittleEndian(values, info(dtype).size);
    return makeTensor(dtype, std::move(shape), std::move(values));
}

} // namespace bw
