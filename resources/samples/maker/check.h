#pragma once

#include <filesystem>

namespace bw {

/// Compares the files of the sample with what is drawn now, and tries the model; says what it finds on stdout.
/// True if everything is as it should be.
bool checkSample(const std::filesystem::path& folder);

} // namespace bw
