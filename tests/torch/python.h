#pragma once

#include <filesystem>
#include <string>

namespace bw::test {

/// Runs a Python program with the system's interpreter (python3-torch, numpy) in `folder`; fails the test if it fails.
/// Returns what it printed.
std::string runPython(const std::string& program, const std::filesystem::path& folder);

} // namespace bw::test
