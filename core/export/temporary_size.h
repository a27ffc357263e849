#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace bw {

/// Bytes of what `write` writes to the path it gets, for files whose length only their library knows. The file lies in
/// the folder for temporary files and is gone afterwards, also where `write` throws. Error{Io}.
std::uint64_t sizeByWriting(const std::function<void(const std::filesystem::path&)>& write);

} // namespace bw
