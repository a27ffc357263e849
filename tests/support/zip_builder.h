#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bw::test {

/// The numbers of a record's two headers, which a test may make wrong one by one.
struct ZipFields
{
    std::string name;
    std::uint16_t version = 20;
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint32_t crc = 0;
    std::uint32_t packed = 0;
    std::uint32_t unpacked = 0;
    std::string extra;
    std::uint16_t disk = 0; ///< directory only
    std::uint32_t header = 0; ///< directory only: where the local header is
};

struct ZipRecord
{
    std::string name;
    std::string data;
    bool isDeflated = false;
    bool hasDescriptor = false;
    std::function<void(ZipFields& local, ZipFields& central)> change = {};
};

/// The end record's numbers.
struct ZipEnd
{
    std::uint16_t disk = 0;
    std::uint16_t directoryDisk = 0;
    std::uint16_t entriesHere = 0;
    std::uint16_t entries = 0;
    std::uint32_t bytes = 0;
    std::uint32_t offset = 0;
    std::uint16_t commentBytes = 0;
    std::string comment;
    std::string before; ///< bytes between the directory and the end record
};

/// A zip file, right unless the test changes something.
std::string zipBytes(const std::vector<ZipRecord>& records, const std::function<void(ZipEnd&)>& changeEnd = {});
std::string deflated(const std::string& bytes);
std::uint32_t crc32Of(const std::string& bytes);

} // namespace bw::test
