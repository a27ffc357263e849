#include "core/sensitivity/token_counts.h"

#include "core/base/error.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <fstream>

namespace bw {

namespace {
class TokenCountsFile : public ::testing::Test
{
protected:
    std::filesystem::path write(const std::string& text)
    {
        const auto path = m_folder.path() / "counts.txt";
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    std::vector<float> read(const std::string& text) { return readTokenCounts(write(text), {}); }
    std::string problem(const std::string& text)
    {
        try {
            read(text);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadFile);
            return error.fullEnglish();
        }
        return "none";
    }
    test::TempDir m_folder;
};
} // namespace

TEST_F(TokenCountsFile, ListsCountsOrTokensWithTheirCounts)
{
    EXPECT_EQ(read("5\n0\n2.5\n"), (std::vector<float> { 5, 0, 2.5F }));
    EXPECT_EQ(read("# token count\n3\t7\r\n\n0, 1\n  5   2  \n"), (std::vector<float> { 1, 0, 0, 7, 0, 2 }));
    EXPECT_EQ(read("9"), std::vector<float> { 9 });
}

TEST_F(TokenCountsFile, NamesTheLineThatIsWrong)
{
    EXPECT_NE(problem("1\n2\nthe 5 times\n").find("line 3 is \"the 5 times\""), std::string::npos);
    EXPECT_NE(problem("the 5\n").find("line 1"), std::string::npos);
    EXPECT_NE(problem("0 5\n7\n").find("line 2"), std::string::npos);
    EXPECT_NE(problem("7\n0 5\n").find("line 2"), std::string::npos);
    EXPECT_NE(problem("0 5\n1 -5\n").find("line 2"), std::string::npos);
    EXPECT_NE(problem("0 nan\n").find("line 1"), std::string::npos);
    EXPECT_NE(problem("0 1e300\n").find("line 1"), std::string::npos);
    EXPECT_NE(problem("-1 5\n").find("line 1"), std::string::npos);
    EXPECT_NE(problem("4 1\n4 1\n").find("line 2 counts token 4, which is counted before"), std::string::npos);
    EXPECT_NE(problem("9223372036854775807 1\n").find("more than 16777216 tokens"), std::string::npos);
    EXPECT_NE(problem("").find("counts no token"), std::string::npos);
    EXPECT_NE(problem("0\n0\n").find("counts no token"), std::string::npos);
    EXPECT_NE(problem(std::string("1\n\0\n", 4)).find("line 2"), std::string::npos);
    EXPECT_THROW(readTokenCounts(m_folder.path() / "none", {}), Error);
}

TEST_F(TokenCountsFile, IsWhatNumpyCounts)
{
    test::runPython("import sys, numpy as np\n"
                    "f = sys.argv[1]\n"
                    "np.save(f + '/a.npy', np.bincount([3, 1, 3, 3], minlength=6))\n"
                    "np.save(f + '/b.npy', np.ones((2, 2)))\n"
                    "np.save(f + '/c.npy', np.array([1, -2]))\n",
        { m_folder.path().string() });
    EXPECT_EQ(readTokenCounts(m_folder.path() / "a.npy", {}), (std::vector<float> { 0, 1, 0, 3, 0, 0 }));
    const auto problemOf = [&](const char* name) {
        try {
            readTokenCounts(m_folder.path() / name, {});
        } catch (const Error& error) {
            return error.fullEnglish();
        }
        return std::string();
    };
    EXPECT_NE(problemOf("b.npy").find("has 2 dimensions"), std::string::npos);
    EXPECT_NE(problemOf("c.npy").find("the count of token 1 is -2"), std::string::npos);
}

} // namespace bw
