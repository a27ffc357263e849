#pragma once

#include <string>
#include <vector>

namespace bw::cli {

/// Everything bitwright-cli does with its arguments (without the program's name); returns the exit code of contract §2.
int runProgram(std::vector<std::string> arguments);

} // namespace bw::cli
