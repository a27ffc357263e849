#include "tests/torch/fixtures.h"

#include "tests/support/paths.h"
#include "tests/support/python.h"

namespace bw::test {

std::string runFixture(const std::string& program, const std::filesystem::path& folder)
{
    const auto script = sourceDir() / "tests" / "torch" / program;
    return runProgram({ "/usr/bin/env", "-C", folder.string(), "OMP_NUM_THREADS=1", "PYTHONWARNINGS=ignore", "/usr/bin/python3", script.string() });
}

} // namespace bw::test
