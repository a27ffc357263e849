#pragma once

#include <filesystem>

namespace bw {

/// The file to open for what the user named: itself, or of a folder the model's file in it, by the names that Hugging
/// Face's transformers gives it. Error{BadFile}: a folder without one.
std::filesystem::path modelFileOf(const std::filesystem::path& path);

} // namespace bw
