#pragma once

#include "core/base/zip_archive.h"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// What the directory at the end of a zip file lists.
struct ZipDirectory
{
    std::vector<std::string> names;
    std::map<std::string, ZipArchive::Record, std::less<>> records;
};

/// Reads the directory and holds it to the records' own headers: sizes, checksums, methods and names agree, no two
/// records overlap, nothing is encrypted, spread over disks or unpacks to absurd sizes.
/// Error{BadFile|Refused|Unsupported}.
ZipDirectory readZipDirectory(std::span<const std::byte> file);

} // namespace bw
