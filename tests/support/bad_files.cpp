#include "tests/support/bad_files.h"

#include "core/model/loader.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>

#include <gtest/gtest.h>

namespace bw::test {

namespace {
constexpr std::size_t smallFile = std::size_t { 1 } << 20;
constexpr double mostSeconds = 0.1;
constexpr long mostKilobytes = 16 << 10;

double cpuSeconds()
{
    timespec now {};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// A line of /proc/self/status, such as "VmRSS:", in kilobytes.
long statusKilobytes(const std::string& key)
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word == key) {
            long kilobytes = 0;
            status >> kilobytes;
            return kilobytes;
        }
    }
    return -1;
}

/// From here on VmHWM is the highest memory since now.
void resetPeak()
{
    std::ofstream("/proc/self/clear_refs") << "5";
}

void expectRefused(const std::filesystem::path& path, const BadFile& bad)
{
    const double before = cpuSeconds();
    resetPeak();
    const long memoryBefore = statusKilobytes("VmRSS:");
    try {
        openModel(path);
        ADD_FAILURE() << bad.defect << ": opened";
    } catch (const Error& error) {
        const std::string sentence = error.fullEnglish();
        EXPECT_EQ(errorKindName(error.kind()), std::string(errorKindName(bad.kind))) << bad.defect << ": " << sentence;
        EXPECT_NE(sentence.find(path.filename().string()), std::string::npos) << sentence;
        for (const auto& word : bad.words) {
            EXPECT_NE(sentence.find(word), std::string::npos)
                << bad.defect << ": no \"" << word << "\" in: " << sentence;
        }
        EXPECT_EQ(sentence.find('\n'), std::string::npos) << sentence;
        EXPECT_LT(sentence.size(), 700U) << sentence;
    }
    if (bad.bytes.size() <= smallFile) {
        EXPECT_LT(cpuSeconds() - before, mostSeconds) << bad.defect;
        EXPECT_LT(statusKilobytes("VmHWM:") - memoryBefore, mostKilobytes) << bad.defect;
    }
}
} // namespace

void expectAllRefused(const char* what, const std::string& name, const std::vector<BadFile>& files,
    const std::map<std::string, std::string>& beside)
{
    const TempDir dir;
    for (const auto& [other, bytes] : beside) {
        writeFile(dir / other, bytes);
    }
    for (const auto& bad : files) {
        std::filesystem::remove(dir / name);
        writeFile(dir / name, bad.bytes);
        expectRefused(dir / name, bad);
    }
    std::printf("%zu bad files refused: %s\n", files.size(), what);
}

} // namespace bw::test
