#include "core/base/zip_directory.h"

#include "core/base/checked_math.h"
#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <concepts>
#include <cstring>

namespace bw {

namespace {

using Bytes = std::span<const std::byte>;

// Structure sizes and signatures: APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.9, 4.3.12, 4.3.14-4.3.16.
constexpr std::uint64_t localHeaderBytes = 30;
constexpr std::uint64_t centralHeaderBytes = 46;
constexpr std::uint64_t endRecordBytes = 22;
constexpr std::uint64_t zip64LocatorBytes = 20;
constexpr std::uint64_t zip64EndRecordBytes = 56;
constexpr std::uint64_t longestComment = 65535;
constexpr std::uint32_t localSignature = 0x04034b50;
constexpr std::uint32_t centralSignature = 0x02014b50;
constexpr std::uint32_t descriptorSignature = 0x08074b50;
constexpr std::uint32_t endSignature = 0x06054b50;
constexpr std::uint32_t zip64LocatorSignature = 0x07064b50;
constexpr std::uint32_t zip64EndSignature = 0x06064b50;
constexpr std::uint16_t zip64ExtraId = 1;
constexpr std::uint32_t inZip64 = 0xffffffff;
constexpr std::uint16_t inZip64Short = 0xffff;

// General purpose bits, section 4.4.4: encrypted, patch data, strongly encrypted, masked headers.
constexpr std::uint16_t encryptedBits = 1U | 1U << 6 | 1U << 13;
constexpr std::uint16_t patchBit = 1U << 5;
constexpr std::uint16_t descriptorBit = 1U << 3;

constexpr std::uint64_t mostEntries = 1'000'000;
// Deflate cannot shrink further (zlib's technical notes).
constexpr std::uint64_t mostDeflateRatio = 1032;
// What weights may unpack to: real ones shrink little, pruned ones by ten or so.
constexpr std::uint64_t mostRatio = 100;
constexpr std::uint64_t smallFile = std::uint64_t { 1 } << 20;
constexpr std::uint64_t mostOfSmallFile = std::uint64_t { 12 } << 20;

Error broken()
{
    return Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the zip archive is truncated or damaged")));
}

Error disagreement(const std::string& name)
{
    return Error(ErrorKind::BadFile,
        BW_TR_NOOP("core", "the zip archive's directory and the header of its record %1 do not agree"),
        printable(name));
}

/// Little-endian number at `at`.
template <std::unsigned_integral T>
T number(Bytes bytes, std::uint64_t at)
{
    if (at > bytes.size() || bytes.size() - at < sizeof(T)) {
        throw broken();
    }
    T value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    return value;
}

Bytes part(Bytes bytes, std::uint64_t at, std::uint64_t count)
{
    if (at > bytes.size() || bytes.size() - at < count) {
        throw broken();
    }
    return bytes.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(count));
}

/// Takes the fields that are 0xffffffff in the header from the zip64 extra field, in their fixed order (section 4.5.3).
void widen(Bytes extra, std::initializer_list<std::uint64_t*> fields)
{
    const bool isNeeded = std::any_of(fields.begin(), fields.end(), [](const auto* f) { return *f == inZip64; });
    while (isNeeded && extra.size() >= 4) {
        const auto id = number<std::uint16_t>(extra, 0);
        auto body = part(extra, 4, number<std::uint16_t>(extra, 2));
        extra = extra.subspan(4 + body.size());
        if (id != zip64ExtraId) {
            continue;
        }
        for (auto* field : fields) {
            if (*field == inZip64) {
                *field = number<std::uint64_t>(body, 0);
                body = body.subspan(8);
            }
        }
        return;
    }
    if (isNeeded) {
        throw broken();
    }
}

struct Place
{
    std::uint64_t offset = 0; ///< of the directory
    std::uint64_t bytes = 0;
    std::uint64_t entries = 0;
    std::uint64_t end = 0; ///< where it must end: at the record that says where it is
};

void refuseDisks(bool isOneDisk)
{
    if (!isOneDisk) {
        throw Error(
            ErrorKind::Unsupported, Text(BW_TR_NOOP("core", "the zip archive is spread over several files (disks)")));
    }
}

/// The end record, the last one whose comment ends where the file does (section 4.3.16).
std::uint64_t findEndRecord(Bytes file)
{
    if (file.size() < endRecordBytes) {
        throw broken();
    }
    const std::uint64_t last = file.size() - endRecordBytes;
    const std::uint64_t first = last > longestComment ? last - longestComment : 0;
    for (std::uint64_t at = last + 1; at-- > first;) {
        if (number<std::uint32_t>(file, at) == endSignature) {
            if (number<std::uint16_t>(file, at + 20) != last - at) {
                throw broken();
            }
            return at;
        }
    }
    throw broken();
}

Place placeOf32(Bytes file, std::uint64_t at)
{
    const auto entries = number<std::uint16_t>(file, at + 10);
    const auto diskIsFirst = [&](std::uint64_t field) {
        const auto disk = number<std::uint16_t>(file, field);
        return disk == 0 || disk == inZip64Short;
    };
    refuseDisks(diskIsFirst(at + 4) && diskIsFirst(at + 6) && number<std::uint16_t>(file, at + 8) == entries);
    return { number<std::uint32_t>(file, at + 16), number<std::uint32_t>(file, at + 12), entries, at };
}

/// The 64-bit place if a locator stands before the end record, else `place`.
Place placeOf64(Bytes file, const Place& place)
{
    const bool isWide = place.end >= zip64LocatorBytes
        && number<std::uint32_t>(file, place.end - zip64LocatorBytes) == zip64LocatorSignature;
    if (!isWide) {
        return place;
    }
    const std::uint64_t locator = place.end - zip64LocatorBytes;
    refuseDisks(number<std::uint32_t>(file, locator + 4) == 0 && number<std::uint32_t>(file, locator + 16) <= 1);
    const auto at = number<std::uint64_t>(file, locator + 8);
    part(file, at, zip64EndRecordBytes);
    const auto length = number<std::uint64_t>(file, at + 4);
    if (number<std::uint32_t>(file, at) != zip64EndSignature || checkedAdd(checkedAdd(at, 12), length) != locator) {
        throw broken();
    }
    const Place wide { number<std::uint64_t>(file, at + 48), number<std::uint64_t>(file, at + 40),
        number<std::uint64_t>(file, at + 32), at };
    refuseDisks(number<std::uint32_t>(file, at + 16) == 0 && number<std::uint32_t>(file, at + 20) == 0
        && number<std::uint64_t>(file, at + 24) == wide.entries);
    const auto agree = [](std::uint64_t narrow, std::uint64_t value, std::uint64_t mark) {
        return narrow == mark || narrow == value;
    };
    if (!agree(place.offset, wide.offset, inZip64) || !agree(place.bytes, wide.bytes, inZip64)
        || !agree(place.entries, wide.entries, inZip64Short)) {
        throw broken();
    }
    return wide;
}

void checkName(const std::string& name)
{
    const auto isInside = [&] {
        for (std::size_t start = 0; start <= name.size();) {
            const auto end = std::min(name.find('/', start), name.size());
            if (std::string_view(name).substr(start, end - start) == "..") {
                return false;
            }
            start = end + 1;
        }
        return !name.starts_with('/') && name.find_first_of(std::string_view("\\\0", 2)) == std::string::npos
            && !(name.size() > 1 && name[1] == ':' && name.size() > 2 && name[2] == '/');
    };
    if (name.empty() || !isInside()) {
        throw Error(ErrorKind::Refused,
            BW_TR_NOOP("core", "the zip archive's record \"%1\" has a name that leads out of the archive"),
            printable(name));
    }
}

void checkMethod(const ZipArchive::Record& record, const std::string& name)
{
    if ((record.flags & encryptedBits) != 0) {
        throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "the zip archive's record %1 is encrypted"),
            printable(name));
    }
    if ((record.method != 0 && record.method != 8) || (record.flags & patchBit) != 0) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "the zip archive's record %1 is packed with method %2; only stored and deflated ones are read"),
            printable(name), toText(record.method));
    }
    if (record.method == 0 && record.packed != record.unpacked) {
        throw disagreement(name);
    }
    if (record.isDeflated() && record.unpacked / mostDeflateRatio > record.packed) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "the zip archive's record %1 cannot unpack from %2 to the %3 it claims"),
            printable(name), sizeText(record.packed), sizeText(record.unpacked));
    }
}

/// Where the data descriptor after the packed bytes ends; its form is any of four (section 4.3.9).
std::uint64_t descriptorEnd(Bytes file, const ZipArchive::Record& record, std::uint64_t at, const std::string& name)
{
    for (const std::uint64_t signature : { 4U, 0U }) {
        for (const std::uint64_t width : { 4U, 8U }) {
            const std::uint64_t length = signature + 4 + 2 * width;
            if (at > file.size() || file.size() - at < length) {
                continue;
            }
            const auto field = [&](std::uint64_t offset) {
                return width == 4 ? number<std::uint32_t>(file, offset) : number<std::uint64_t>(file, offset);
            };
            const bool isHere = signature == 0 || number<std::uint32_t>(file, at) == descriptorSignature;
            const std::uint64_t sizes = at + signature + 4;
            if (isHere && number<std::uint32_t>(file, at + signature) == record.crc && field(sizes) == record.packed
                && field(sizes + width) == record.unpacked) {
                return at + length;
            }
        }
    }
    throw disagreement(name);
}

/// Compares the local header with the directory and finds where the packed bytes are.
void locate(Bytes file, ZipArchive::Record& record, const std::string& name)
{
    const auto header = record.header;
    if (number<std::uint32_t>(file, header) != localSignature) {
        throw disagreement(name);
    }
    const auto flags = number<std::uint16_t>(file, header + 6);
    const auto crc = number<std::uint32_t>(file, header + 14);
    std::uint64_t packed = number<std::uint32_t>(file, header + 18);
    std::uint64_t unpacked = number<std::uint32_t>(file, header + 22);
    const std::uint64_t nameBytes = number<std::uint16_t>(file, header + 26);
    const std::uint64_t extraBytes = number<std::uint16_t>(file, header + 28);
    const auto localName = part(file, header + localHeaderBytes, nameBytes);
    const auto extra = part(file, header + localHeaderBytes + nameBytes, extraBytes);
    widen(extra, { &unpacked, &packed });
    constexpr std::uint16_t meaningful = encryptedBits | patchBit | descriptorBit;
    const bool comesLater = (flags & descriptorBit) != 0;
    const auto agree = [&](std::uint64_t local, std::uint64_t central) {
        return local == central || (comesLater && local == 0);
    };
    if (!std::equal(localName.begin(), localName.end(), std::as_bytes(std::span(name)).begin(),
            std::as_bytes(std::span(name)).end())
        || ((flags ^ record.flags) & meaningful) != 0 || number<std::uint16_t>(file, header + 8) != record.method
        || !agree(crc, record.crc) || !agree(packed, record.packed) || !agree(unpacked, record.unpacked)) {
        throw disagreement(name);
    }
    record.offset = header + localHeaderBytes + nameBytes + extraBytes;
    part(file, record.offset, record.packed);
    record.end = record.offset + record.packed;
    if (comesLater) {
        record.end = descriptorEnd(file, record, record.end, name);
    }
}

class DirectoryReader
{
public:
    DirectoryReader(Bytes file, ZipDirectory& out)
        : m_file(file)
        , m_out(out)
    {
    }

    void readAll(const Place& place)
    {
        if (place.entries > mostEntries || checkedAdd(place.offset, place.bytes) != place.end
            || place.bytes / centralHeaderBytes < place.entries) {
            throw broken();
        }
        std::uint64_t at = place.offset;
        for (std::uint64_t i = 0; i < place.entries; ++i) {
            at = readEntry(at);
        }
        if (at != place.end) {
            throw broken();
        }
        checkOverlaps(place.offset);
        checkTotal();
    }

private:
    /// Returns where the next entry is.
    std::uint64_t readEntry(std::uint64_t at)
    {
        if (number<std::uint32_t>(m_file, at) != centralSignature) {
            throw broken();
        }
        ZipArchive::Record record;
        record.flags = number<std::uint16_t>(m_file, at + 8);
        record.method = number<std::uint16_t>(m_file, at + 10);
        record.crc = number<std::uint32_t>(m_file, at + 16);
        record.packed = number<std::uint32_t>(m_file, at + 20);
        record.unpacked = number<std::uint32_t>(m_file, at + 24);
        const std::uint64_t nameBytes = number<std::uint16_t>(m_file, at + 28);
        const std::uint64_t extraBytes = number<std::uint16_t>(m_file, at + 30);
        const std::uint64_t commentBytes = number<std::uint16_t>(m_file, at + 32);
        const auto disk = number<std::uint16_t>(m_file, at + 34);
        refuseDisks(disk == 0 || disk == inZip64Short);
        record.header = number<std::uint32_t>(m_file, at + 42);
        const auto nameText = part(m_file, at + centralHeaderBytes, nameBytes);
        const std::string name(reinterpret_cast<const char*>(nameText.data()), nameText.size());
        const std::uint64_t extra = at + centralHeaderBytes + nameBytes;
        widen(part(m_file, extra, extraBytes), { &record.unpacked, &record.packed, &record.header });
        checkName(name);
        checkMethod(record, name);
        locate(m_file, record, name);
        m_ranges.push_back({ record.header, record.end });
        m_inflated = checkedAdd(m_inflated, record.isDeflated() ? record.unpacked : 0);
        add(name, record);
        return extra + extraBytes + commentBytes;
    }

    void add(const std::string& name, const ZipArchive::Record& record)
    {
        if (name.ends_with('/') && record.unpacked == 0) {
            return;
        }
        if (!m_out.records.emplace(name, record).second) {
            throw Error(
                ErrorKind::BadFile, BW_TR_NOOP("core", "the zip archive holds the record %1 twice"), printable(name));
        }
        m_out.names.push_back(name);
    }

    void checkOverlaps(std::uint64_t directory)
    {
        std::sort(m_ranges.begin(), m_ranges.end());
        std::uint64_t end = 0;
        for (const auto& range : m_ranges) {
            if (range[0] < end) {
                throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "records of the zip archive overlap")));
            }
            end = range[1];
        }
        if (end > directory) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "records of the zip archive overlap")));
        }
    }

    void checkTotal() const
    {
        const std::uint64_t limit
            = m_file.size() <= smallFile ? mostOfSmallFile : checkedMul(m_file.size(), mostRatio);
        if (m_inflated > limit) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "the zip archive of %1 would unpack to %2; for its size at most %3 are allowed"),
                sizeText(m_file.size()), sizeText(m_inflated), sizeText(limit));
        }
    }

    Bytes m_file;
    ZipDirectory& m_out;
    std::vector<std::array<std::uint64_t, 2>> m_ranges;
    std::uint64_t m_inflated = 0;
};

} // namespace

ZipDirectory readZipDirectory(std::span<const std::byte> file)
{
    ZipDirectory directory;
    DirectoryReader(file, directory).readAll(placeOf64(file, placeOf32(file, findEndRecord(file))));
    return directory;
}

} // namespace bw
