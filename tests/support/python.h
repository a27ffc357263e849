#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace bw::test {

/// Standard output of Debian's Python (which has numpy, h5py and torch) running `code` with `arguments` as
/// sys.argv[1:]. A failure is a test failure that shows what Python said, and an empty text.
std::string runPython(const std::string& code, const std::vector<std::string>& arguments = {});
/// The same for any program, standard error included.
std::string runProgram(const std::vector<std::string>& command, int* exitCode = nullptr);

} // namespace bw::test
