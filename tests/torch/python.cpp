#include "tests/torch/python.h"

#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace bw::test {

std::string runPython(const std::string& program, const std::filesystem::path& folder)
{
    writeFile(folder / "program.py", program);
    const auto output = folder / "program.out";
    const std::string command = "cd '" + folder.string() + "' && OMP_NUM_THREADS=1 /usr/bin/python3 program.py > program.out 2> program.err";
    const int result = std::system(command.c_str());
    EXPECT_EQ(result, 0) << readFile(folder / "program.err");
    return readFile(output);
}

} // namespace bw::test
