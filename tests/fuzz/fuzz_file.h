#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

namespace bw::fuzz {

/// Ends the run with a finding.
void require(bool isTrue);
/// A file in memory with these bytes; valid until the next call.
std::filesystem::path fileOf(std::span<const std::uint8_t> bytes);
/// Opens the bytes with the loader of that id and reads all values. Errors of kind Error are what is wanted.
void openWith(std::string_view loader, std::span<const std::uint8_t> bytes);

} // namespace bw::fuzz
