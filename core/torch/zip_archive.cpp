#include "core/torch/zip_archive.h"

#include "core/base/checked_math.h"
#include "core/base/error.h"

#include <algorithm>
#include <concepts>
#include <cstring>
#include <limits>

#include <zlib.h>

namespace bw::torch_backend {

namespace {

// Structure sizes and signatures: APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.14-4.3.16.
constexpr std::uint64_t localHeaderBytes = 30;
constexpr std::uint64_t centralHeaderBytes = 46;
constexpr std::uint64_t endRecordBytes = 22;
constexpr std::uint64_t zip64LocatorBytes = 20;
constexpr std::uint64_t zip64EndRecordBytes = 56;
constexpr std::uint64_t longestComment = 65535;
constexpr std::uint32_t localSignature = 0x04034b50;
constexpr std::uint32_t centralSignature = 0x02014b50;
constexpr std::uint32_t endSignature = 0x06054b50;
constexpr std::uint32_t zip64LocatorSignature = 0x07064b50;
constexpr std::uint32_t zip64EndSignature = 0x06064b50;
constexpr std::uint16_t zip64ExtraId = 1;
constexpr std::uint32_t inZip64 = 0xffffffff;

constexpr std::uint64_t mostEntries = 1'000'000;
// Real archives deflate only their code, a few megabytes at most.
constexpr std::uint64_t mostInflatedBytes = std::uint64_t { 1 } << 30;

Error broken()
{
    return Error(ErrorKind::BadFile, BW_TR_NOOP("core", "The zip archive is truncated or damaged."));
}

/// Little-endian number at `at` of bytes that end at `end`.
template <std::unsigned_integral T>
T number(std::span<const std::byte> bytes, std::uint64_t at)
{
    if (at > bytes.size() || bytes.size() - at < sizeof(T)) {
        throw broken();
    }
    T value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    return value;
}

std::string text(std::span<const std::byte> bytes, std::uint64_t at, std::uint64_t count)
{
    if (at > bytes.size() || bytes.size() - at < count) {
        throw broken();
    }
    std::string out(static_cast<std::size_t>(count), '\0');
    std::memcpy(out.data(), bytes.data() + at, out.size());
    return out;
}

/// Takes the fields that are 0xffffffff in the header from the zip64 extra field, in their fixed order (section 4.5.3).
void widen(
    std::span<const std::byte> bytes, std::uint64_t at, std::uint64_t end, std::initializer_list<std::uint64_t*> fields)
{
    while (end - at >= 4 && at < end) {
        const auto id = number<std::uint16_t>(bytes, at);
        const auto length = number<std::uint16_t>(bytes, at + 2);
        at += 4;
        if (length > end - at) {
            throw broken();
        }
        if (id == zip64ExtraId) {
            const std::uint64_t last = at + length;
            for (auto* field : fields) {
                if (*field != inZip64) {
                    continue;
                }
                if (last - at < 8) {
                    throw broken();
                }
                *field = number<std::uint64_t>(bytes, at);
                at += 8;
            }
            return;
        }
        at += length;
    }
}

void inflateInto(std::span<const std::byte> packed, std::span<std::byte> out)
{
    z_stream stream {};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
        throw Error(ErrorKind::OutOfMemory, BW_TR_NOOP("core", "There is not enough memory to unpack the archive."));
    }
    // Both are at most mostInflatedBytes (checked when the archive was opened), so they fit zlib's 32-bit counters.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = ::inflate(&stream, Z_FINISH);
    const bool isComplete = result == Z_STREAM_END && stream.avail_out == 0;
    inflateEnd(&stream);
    if (!isComplete) {
        throw broken();
    }
}

std::uint32_t crcOf(std::span<const std::byte> bytes)
{
    constexpr std::size_t step = std::size_t { 1 } << 30;
    uLong crc = crc32(0, nullptr, 0);
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        const auto count = static_cast<uInt>(std::min(step, bytes.size() - at));
        crc = crc32(crc, reinterpret_cast<const Bytef*>(bytes.data() + at), count);
    }
    return static_cast<std::uint32_t>(crc);
}

} // namespace

ZipArchive::ZipArchive(const std::filesystem::path& path)
    : m_file(MappedFile::open(path))
{
    const auto directory = findDirectory();
    if (directory.entries > mostEntries || checkedAdd(directory.offset, directory.bytes) > fileBytes()) {
        throw broken();
    }
    std::uint64_t at = directory.offset;
    for (std::uint64_t i = 0; i < directory.entries; ++i) {
        at = readEntry(at);
    }
    checkTotals();
}

ZipArchive::Directory ZipArchive::findDirectory() const
{
    const auto bytes = m_file->bytes();
    if (bytes.size() < endRecordBytes) {
        throw broken();
    }
    const std::uint64_t last = bytes.size() - endRecordBytes;
    const std::uint64_t first = last > longestComment ? last - longestComment : 0;
    for (std::uint64_t at = last + 1; at-- > first;) {
        if (number<std::uint32_t>(bytes, at) == endSignature) {
            return readZip64Directory(at,
                { number<std::uint32_t>(bytes, at + 16), number<std::uint32_t>(bytes, at + 12),
                    number<std::uint16_t>(bytes, at + 10) });
        }
    }
    throw broken();
}

/// The 64-bit directory if a zip64 locator stands before the end record, else `directory`.
ZipArchive::Directory ZipArchive::readZip64Directory(std::uint64_t endRecord, Directory directory) const
{
    const auto bytes = m_file->bytes();
    if (endRecord < zip64LocatorBytes
        || number<std::uint32_t>(bytes, endRecord - zip64LocatorBytes) != zip64LocatorSignature) {
        return directory;
    }
    const auto at = number<std::uint64_t>(bytes, endRecord - zip64LocatorBytes + 8);
    if (at > bytes.size() || bytes.size() - at < zip64EndRecordBytes
        || number<std::uint32_t>(bytes, at) != zip64EndSignature) {
        throw broken();
    }
    return { number<std::uint64_t>(bytes, at + 48), number<std::uint64_t>(bytes, at + 40),
        number<std::uint64_t>(bytes, at + 32) };
}

/// Reads the directory entry at `at`; returns where the next one is.
std::uint64_t ZipArchive::readEntry(std::uint64_t at)
{
    const auto bytes = m_file->bytes();
    if (number<std::uint32_t>(bytes, at) != centralSignature) {
        throw broken();
    }
    const auto flags = number<std::uint16_t>(bytes, at + 8);
    const auto method = number<std::uint16_t>(bytes, at + 10);
    Record record;
    record.crc = number<std::uint32_t>(bytes, at + 16);
    record.packed = number<std::uint32_t>(bytes, at + 20);
    record.unpacked = number<std::uint32_t>(bytes, at + 24);
    record.isDeflated = method == 8;
    const std::uint64_t nameBytes = number<std::uint16_t>(bytes, at + 28);
    const std::uint64_t extraBytes = number<std::uint16_t>(bytes, at + 30);
    const std::uint64_t commentBytes = number<std::uint16_t>(bytes, at + 32);
    std::uint64_t header = number<std::uint32_t>(bytes, at + 42);
    const auto name = text(bytes, at + centralHeaderBytes, nameBytes);
    const std::uint64_t extra = at + centralHeaderBytes + nameBytes;
    widen(bytes, extra, extra + extraBytes, { &record.unpacked, &record.packed, &header });
    if ((flags & 1U) != 0 || (method != 0 && method != 8)) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP(
                "core", "The archive's record %1 is encrypted or packed in a way that TorchScript files do not use."),
            printable(name));
    }
    if (method == 0 && record.packed != record.unpacked) {
        throw broken();
    }
    locate(record, header, name);
    if (!m_records.emplace(name, record).second) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "The archive holds the record %1 twice."), printable(name));
    }
    m_names.push_back(name);
    return extra + extraBytes + commentBytes;
}

/// Finds where the packed bytes begin: after the local header, whose name and extra field have lengths of their own.
void ZipArchive::locate(Record& record, std::uint64_t header, const std::string& name) const
{
    const auto bytes = m_file->bytes();
    if (number<std::uint32_t>(bytes, header) != localSignature) {
        throw broken();
    }
    const std::uint64_t nameBytes = number<std::uint16_t>(bytes, header + 26);
    const std::uint64_t extraBytes = number<std::uint16_t>(bytes, header + 28);
    if (text(bytes, header + localHeaderBytes, nameBytes) != name) {
        throw broken();
    }
    record.offset = header + localHeaderBytes + nameBytes + extraBytes;
    if (checkedAdd(record.offset, record.packed) > bytes.size()) {
        throw broken();
    }
}

/// Records that overlap, or that unpack to far more than any model's code, are an attack on memory.
void ZipArchive::checkTotals() const
{
    std::uint64_t packed = 0;
    std::uint64_t inflated = 0;
    for (const auto& [name, record] : m_records) {
        packed = checkedAdd(packed, record.packed);
        inflated = checkedAdd(inflated, record.isDeflated ? record.unpacked : 0);
        if (record.isDeflated && record.packed > mostInflatedBytes) {
            throw broken();
        }
    }
    if (packed > fileBytes()) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "Records of the archive overlap."));
    }
    if (inflated > mostInflatedBytes) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "The archive of %1 would unpack to %2, more than any real model."),
            sizeText(fileBytes()), sizeText(inflated));
    }
}

const ZipArchive::Record& ZipArchive::find(std::string_view name) const
{
    const auto found = m_records.find(name);
    if (found == m_records.end()) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "The archive has no record %1."), printable(name));
    }
    return found->second;
}

std::uint64_t ZipArchive::size(std::string_view name) const
{
    return find(name).unpacked;
}

void ZipArchive::read(std::string_view name, std::span<std::byte> out) const
{
    const auto& record = find(name);
    const auto packed = m_file->bytes().subspan(record.offset, record.packed);
    if (record.isDeflated) {
        inflateInto(packed, out);
    } else {
        std::copy(packed.begin(), packed.end(), out.begin());
    }
    if (crcOf(out) != record.crc) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "The record %1 is damaged: its checksum is wrong."),
            printable(name));
    }
}

std::string ZipArchive::readText(std::string_view name, std::uint64_t limit) const
{
    const auto bytes = size(name);
    if (bytes > limit) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "The record %1 is %2 long; %3 is the most that is read."),
            printable(name), sizeText(bytes), sizeText(limit));
    }
    std::string out(static_cast<std::size_t>(bytes), '\0');
    read(name, std::as_writable_bytes(std::span(out)));
    return out;
}

} // namespace bw::torch_backend
