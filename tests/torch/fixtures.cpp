#include "tests/torch/fixtures.h"

#include "core/base/parallel.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"

namespace bw::test {

namespace {
/// Python runs on one thread here; so does the engine, which reads this when it is first used.
[[maybe_unused]] const bool isOneThread = (setThreadCount(1), true);
} // namespace

std::string runFixture(const std::string& program, const std::filesystem::path& folder, const std::string& argument)
{
    const auto script = sourceDir() / "tests" / "torch" / program;
    std::vector<std::string> command { "/usr/bin/env", "-C", folder.string(), "OMP_NUM_THREADS=1",
        "PYTHONWARNINGS=ignore", "/usr/bin/python3", script.string() };
    if (!argument.empty()) {
        command.push_back(argument);
    }
    return runProgram(command);
}

} // namespace bw::test
