#pragma once

#include <filesystem>
#include <string>

namespace bw::test {

/// Runs a program of this folder ("make_models.py") in `folder` with Debian's Python, which has torch and numpy; fails
/// the test if it fails. Returns what it printed.
std::string runFixture(
    const std::string& program, const std::filesystem::path& folder, const std::string& argument = {});

} // namespace bw::test
