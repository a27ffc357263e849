#include "core/base/zip_archive.h"

#include "core/base/error.h"
#include "core/base/mapped_pages.h"
#include "core/base/zip_directory.h"

#include <algorithm>
#include <cstring>

#include <zlib.h>

namespace bw {

namespace {

// Work between two looks at whether to stop, and what fits zlib's 32-bit counters.
constexpr std::size_t step = std::size_t { 4 } << 20;

/// A raw deflate stream.
class Inflater
{
public:
    Inflater()
    {
        if (inflateInit2(&m_stream, -MAX_WBITS) != Z_OK) {
            throw Error(ErrorKind::OutOfMemory,
                Text(BW_TR_NOOP("core", "there is not enough memory to unpack the zip archive")));
        }
    }
    ~Inflater() { inflateEnd(&m_stream); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// True if `packed` unpacks to exactly the bytes of `out`.
    bool inflate(std::span<const std::byte> packed, std::span<std::byte> out, const JobContext& ctx)
    {
        std::byte beyond {}; // a stream that is longer than it claims gets here
        int result = Z_OK;
        while (result == Z_OK) {
            ctx.checkpoint();
            const auto in = packed.first(std::min(step, packed.size()));
            const auto room = out.empty() ? std::span(&beyond, 1) : out.first(std::min(step, out.size()));
            m_stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
            m_stream.avail_in = static_cast<uInt>(in.size());
            m_stream.next_out = reinterpret_cast<Bytef*>(room.data());
            m_stream.avail_out = static_cast<uInt>(room.size());
            result = ::inflate(&m_stream, Z_NO_FLUSH);
            packed = packed.subspan(in.size() - m_stream.avail_in);
            const auto made = room.size() - m_stream.avail_out;
            if (out.empty() && made > 0) {
                return false;
            }
            out = out.subspan(out.empty() ? 0 : made);
        }
        return result == Z_STREAM_END && packed.empty() && out.empty();
    }

private:
    z_stream m_stream {};
};

std::uint32_t crcOf(std::span<const std::byte> bytes, const JobContext& ctx)
{
    uLong crc = crc32(0, nullptr, 0);
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        ctx.checkpoint();
        const auto count = static_cast<uInt>(std::min(step, bytes.size() - at));
        crc = crc32(crc, reinterpret_cast<const Bytef*>(bytes.data() + at), count);
        if (count == step) {
            releasePages(bytes.subspan(at, count)); // a look at all of a large file must not keep all of it in memory
        }
    }
    return static_cast<std::uint32_t>(crc);
}

void checkCrc(
    std::span<const std::byte> bytes, const ZipArchive::Record& record, std::string_view name, const JobContext& ctx)
{
    if (crcOf(bytes, ctx) != record.crc) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the record %1 is damaged: its checksum is wrong"),
            printable(name));
    }
}

} // namespace

ZipArchive::ZipArchive(const std::filesystem::path& path)
    : ZipArchive(MappedFile::open(path))
{
}

ZipArchive::ZipArchive(std::shared_ptr<const MappedFile> file)
    : m_file(std::move(file))
{
    auto directory = readZipDirectory(m_file->bytes());
    m_names = std::move(directory.names);
    m_records = std::move(directory.records);
}

const ZipArchive::Record& ZipArchive::find(std::string_view name) const
{
    const auto found = m_records.find(name);
    if (found == m_records.end()) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the archive has no record %1"), printable(name));
    }
    return found->second;
}

std::uint64_t ZipArchive::size(std::string_view name) const
{
    return find(name).unpacked;
}

std::span<const std::byte> ZipArchive::packedBytes(const Record& record) const
{
    return m_file->bytes().subspan(
        static_cast<std::size_t>(record.offset), static_cast<std::size_t>(record.packed));
}

void ZipArchive::read(std::string_view name, std::span<std::byte> out, const JobContext& ctx) const
{
    const auto& record = find(name);
    const auto packed = packedBytes(record);
    if (record.isDeflated()) {
        if (!Inflater().inflate(packed, out, ctx)) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the record %1 is damaged: it does not unpack"),
                printable(name));
        }
    } else {
        std::copy(packed.begin(), packed.end(), out.begin());
    }
    checkCrc(out, record, name, ctx);
}

std::string ZipArchive::readText(std::string_view name, std::uint64_t limit) const
{
    const auto bytes = size(name);
    if (bytes > limit) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the record %1 is %2 long; %3 is the most that is read"),
            printable(name), sizeText(bytes), sizeText(limit));
    }
    std::string out(static_cast<std::size_t>(bytes), '\0');
    read(name, std::as_writable_bytes(std::span(out)));
    return out;
}

ZipArchive::Content ZipArchive::content(std::string_view name, const JobContext& ctx) const
{
    const auto& record = find(name);
    if (!record.isDeflated()) {
        const auto bytes = packedBytes(record);
        checkCrc(bytes, record, name, ctx);
        return { bytes, m_file };
    }
    const auto made = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(record.unpacked));
    read(name, *made, ctx);
    return { *made, made };
}

} // namespace bw
