#include "tests/torch/python.h"

#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace bw::test {

std::string runPython(const std::string& program, const std::filesystem::path& folder, const std::string& arguments)
{
    const auto path = sourceDir() / "tests" / "torch" / program;
    const std::string command = "cd '" + folder.string() + "' && OMP_NUM_THREADS=1 /usr/bin/python3 '" + path.string() + "' " + arguments
        + " > python.out 2> python.err";
    const int result = std::system(command.c_str());
    EXPECT_EQ(result, 0) << readFile(folder / "python.err");
    return readFile(folder / "python.out");
}

} // namespace bw::test
