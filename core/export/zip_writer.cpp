#include "core/export/zip_writer.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include <zlib.h>

namespace bw {

namespace {
constexpr std::uint64_t most32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t most16 = std::numeric_limits<std::uint16_t>::max();
constexpr std::uint64_t alignment = 64;
constexpr std::size_t localBytes = 30;
constexpr std::size_t centralBytes = 46;
constexpr std::size_t endBytes = 22;
constexpr std::size_t end64Bytes = 56 + 20; // record and locator
constexpr std::size_t crcOffset = 14;
constexpr std::uint16_t extraZip64 = 1;
constexpr std::uint16_t extraPadding = 0x4246; // as in PyTorch's archives
constexpr std::size_t extraHead = 4;
constexpr std::uint16_t utf8Names = 1 << 11;
constexpr std::uint16_t firstOfJanuary1980 = 33;

/// Little-endian numbers one after another.
class Fields
{
public:
    Fields& u16(std::uint64_t value) { return add(value, 2); }
    Fields& u32(std::uint64_t value) { return add(value, 4); }
    Fields& u64(std::uint64_t value) { return add(value, 8); }
    Fields& text(std::string_view value)
    {
        m_bytes += value;
        return *this;
    }
    std::span<const std::byte> bytes() const { return std::as_bytes(std::span(m_bytes)); }
    std::size_t size() const { return m_bytes.size(); }
    const std::string& string() const { return m_bytes; }

private:
    Fields& add(std::uint64_t value, std::size_t size)
    {
        m_bytes.append(reinterpret_cast<const char*>(&value), size);
        return *this;
    }
    std::string m_bytes;
};

bool isLarge(std::uint64_t size)
{
    return size >= most32;
}

std::uint16_t flagsOf(const std::string& name)
{
    const bool isAscii
        = std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
    return isAscii ? 0 : utf8Names;
}

/// Of the local header that begins at `offset`: sizes if they are large, then so many zeros that the data is aligned.
std::string localExtra(std::uint64_t offset, const std::string& name, std::uint64_t size)
{
    Fields extra;
    if (isLarge(size)) {
        extra.u16(extraZip64).u16(16).u64(size).u64(size);
    }
    const std::uint64_t unpadded = offset + localBytes + name.size() + extra.size() + extraHead;
    const std::uint64_t padding = (alignment - unpadded % alignment) % alignment;
    extra.u16(extraPadding).u16(padding).text(std::string(static_cast<std::size_t>(padding), '\0'));
    return extra.string();
}

std::string centralExtra(std::uint64_t offset, std::uint64_t size)
{
    Fields extra;
    if (isLarge(size) || isLarge(offset)) {
        Fields numbers;
        if (isLarge(size)) {
            numbers.u64(size).u64(size);
        }
        if (isLarge(offset)) {
            numbers.u64(offset);
        }
        extra.u16(extraZip64).u16(numbers.size()).text(numbers.string());
    }
    return extra.string();
}

std::uint64_t versionNeeded(std::uint64_t size, std::uint64_t offset)
{
    return isLarge(size) || isLarge(offset) ? 45 : 20;
}

bool needsEnd64(std::uint64_t records, std::uint64_t directoryBytes, std::uint64_t directoryStart)
{
    return records >= most16 || isLarge(directoryBytes) || isLarge(directoryStart);
}

/// What ZipArchive refuses, it must not have to read.
void requireName(const std::string& name)
{
    const bool isPath = name.empty() || name.front() == '/' || name.back() == '/'
        || name.find('\\') != std::string::npos || name.find('\0') != std::string::npos;
    const std::string within = "/" + name + "/";
    const bool leadsElsewhere = within.find("/../") != std::string::npos || within.find("/./") != std::string::npos
        || within.find("//") != std::string::npos;
    if (isPath || leadsElsewhere || name.size() > most16) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "\"%1\" cannot be the name of a record in a zip archive"),
            printable(name));
    }
}
} // namespace

ZipWriter::ZipWriter(const std::filesystem::path& path)
    : m_file(path)
{
}

void ZipWriter::begin(const std::string& name, std::uint64_t size)
{
    finishRecord();
    requireName(name);
    const std::string extra = localExtra(m_end, name, size);
    Fields header;
    header.text("PK\3\4").u16(versionNeeded(size, 0)).u16(flagsOf(name)).u16(0).u16(0).u16(firstOfJanuary1980).u32(0);
    header.u32(std::min(size, most32)).u32(std::min(size, most32)).u16(name.size()).u16(extra.size());
    header.text(name).text(extra);
    m_records.push_back({ name, m_end, size, static_cast<std::uint32_t>(crc32(0, nullptr, 0)) });
    m_file.write(header.bytes());
    m_end += header.size();
    m_left = size;
}

void ZipWriter::write(std::span<const std::byte> bytes)
{
    if (bytes.size() > m_left) {
        throw Error(ErrorKind::Internal, Text("a zip record got more bytes than it was to have"));
    }
    auto& crc = m_records.back().crc;
    for (auto rest = bytes; !rest.empty();) {
        const auto piece = rest.first(std::min<std::size_t>(rest.size(), std::size_t { 1 } << 30));
        crc = static_cast<std::uint32_t>(
            crc32(crc, reinterpret_cast<const Bytef*>(piece.data()), static_cast<uInt>(piece.size())));
        rest = rest.subspan(piece.size());
    }
    m_file.write(bytes);
    m_end += bytes.size();
    m_left -= bytes.size();
}

void ZipWriter::finishRecord()
{
    if (m_left != 0) {
        throw Error(ErrorKind::Internal, Text("a zip record got fewer bytes than it was to have"));
    }
    if (!m_records.empty()) {
        const auto& record = m_records.back();
        m_file.rewrite(record.header + crcOffset, std::as_bytes(std::span(&record.crc, 1)));
    }
}

void ZipWriter::close()
{
    finishRecord();
    const std::uint64_t start = m_end;
    Fields directory;
    for (const auto& record : m_records) {
        const std::string extra = centralExtra(record.header, record.size);
        const auto version = versionNeeded(record.size, record.header);
        directory.text("PK\1\2").u16(version).u16(version).u16(flagsOf(record.name)).u16(0).u16(0);
        directory.u16(firstOfJanuary1980).u32(record.crc).u32(std::min(record.size, most32));
        directory.u32(std::min(record.size, most32)).u16(record.name.size()).u16(extra.size()).u16(0).u16(0).u16(0);
        directory.u32(0).u32(std::min(record.header, most32)).text(record.name).text(extra);
    }
    const std::uint64_t bytes = directory.size();
    const std::uint64_t count = m_records.size();
    if (needsEnd64(count, bytes, start)) {
        directory.text("PK\6\6").u64(44).u16(45).u16(45).u32(0).u32(0).u64(count).u64(count).u64(bytes).u64(start);
        directory.text("PK\6\7").u32(0).u64(start + bytes).u32(1);
    }
    directory.text("PK\5\6").u16(0).u16(0).u16(std::min(count, most16)).u16(std::min(count, most16));
    directory.u32(std::min(bytes, most32)).u32(std::min(start, most32)).u16(0);
    m_file.write(directory.bytes());
    m_file.close();
}

std::uint64_t ZipWriter::fileBytes(const std::vector<std::pair<std::string, std::uint64_t>>& records)
{
    std::uint64_t end = 0;
    std::uint64_t directory = 0;
    for (const auto& [name, size] : records) {
        directory += centralBytes + name.size() + centralExtra(end, size).size();
        end += localBytes + name.size() + localExtra(end, name, size).size() + size;
    }
    return end + directory + endBytes + (needsEnd64(records.size(), directory, end) ? end64Bytes : 0);
}

} // namespace bw
