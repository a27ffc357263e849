#pragma once

#include "core/base/text.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>

namespace bw {

/// What a file is that no loader of this build may open ("a GGUF model"), by its first bytes (up to 4096) and name;
/// nothing if unknown.
std::optional<Text> foreignFormat(const std::filesystem::path& path, std::span<const std::byte> head);

} // namespace bw
