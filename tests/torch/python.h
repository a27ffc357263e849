#pragma once

#include <filesystem>
#include <string>

namespace bw::test {

/// Runs a Python program of this folder ("make_models.py") in `folder` with the system's interpreter (python3-torch, numpy);
/// fails the test if it fails. Returns what it printed.
std::string runPython(const std::string& program, const std::filesystem::path& folder, const std::string& arguments = {});

} // namespace bw::test
