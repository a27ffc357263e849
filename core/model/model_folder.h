#pragma once

#include <filesystem>
#include <optional>

namespace bw {

/// The model's file in a folder, by the names that Hugging Face's transformers gives it; nothing if there is none.
std::optional<std::filesystem::path> modelFileIn(const std::filesystem::path& folder);
/// The file to open for what the user named: itself, or of a folder the model's file in it. Error{BadFile}: a folder
/// without one.
std::filesystem::path modelFileOf(const std::filesystem::path& path);

} // namespace bw
