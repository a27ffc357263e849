#include "tests/support/zip_builder.h"

#include "tests/support/byte_file_builder.h"

#include <zlib.h>

namespace bw::test {

namespace {
std::string fields(const ZipFields& f)
{
    return littleEndian(f.flags, 2) + littleEndian(f.method, 2) + littleEndian(0, 4) + littleEndian(f.crc, 4)
        + littleEndian(f.packed, 4) + littleEndian(f.unpacked, 4) + littleEndian(f.name.size(), 2)
        + littleEndian(f.extra.size(), 2);
}

std::string localHeader(const ZipFields& f)
{
    return "PK\3\4" + littleEndian(f.version, 2) + fields(f) + f.name + f.extra;
}

std::string centralHeader(const ZipFields& f)
{
    return "PK\1\2" + littleEndian(f.version, 2) + littleEndian(f.version, 2) + fields(f) + littleEndian(0, 2)
        + littleEndian(f.disk, 2) + littleEndian(0, 6) + littleEndian(f.header, 4) + f.name + f.extra;
}
} // namespace

std::uint32_t crc32Of(const std::string& bytes)
{
    return static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

std::string deflated(const std::string& bytes)
{
    z_stream stream {};
    deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    ::deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string zipBytes(const std::vector<ZipRecord>& records, const std::function<void(ZipEnd&)>& changeEnd)
{
    std::string file;
    std::string directory;
    for (const auto& record : records) {
        const std::string packed = record.isDeflated ? deflated(record.data) : record.data;
        ZipFields central;
        central.name = record.name;
        central.method = record.isDeflated ? 8 : 0;
        central.flags = record.hasDescriptor ? 8 : 0;
        central.crc = crc32Of(record.data);
        central.packed = static_cast<std::uint32_t>(packed.size());
        central.unpacked = static_cast<std::uint32_t>(record.data.size());
        central.header = static_cast<std::uint32_t>(file.size());
        ZipFields local = central;
        std::string descriptor;
        if (record.hasDescriptor) {
            local.crc = local.packed = local.unpacked = 0;
            descriptor = "PK\7\x08" + littleEndian(central.crc, 4) + littleEndian(central.packed, 4)
                + littleEndian(central.unpacked, 4);
        }
        if (record.change) {
            record.change(local, central);
        }
        file += localHeader(local) + packed + descriptor;
        directory += centralHeader(central);
    }
    ZipEnd end;
    end.entriesHere = end.entries = static_cast<std::uint16_t>(records.size());
    end.bytes = static_cast<std::uint32_t>(directory.size());
    end.offset = static_cast<std::uint32_t>(file.size());
    if (changeEnd) {
        changeEnd(end);
    }
    return file + directory + end.before + "PK\5\6" + littleEndian(end.disk, 2) + littleEndian(end.directoryDisk, 2)
        + littleEndian(end.entriesHere, 2) + littleEndian(end.entries, 2) + littleEndian(end.bytes, 4)
        + littleEndian(end.offset, 4) + littleEndian(end.commentBytes, 2) + end.comment;
}

} // namespace bw::test
