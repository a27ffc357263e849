#include "tests/core/small_files/opening_cost.h"

#include "core/base/error.h"
#include "core/model/loader.h"
#include "tests/support/cpu_clock.h"
#include "tests/support/damaged_files.h"

#include <array>
#include <fstream>
#include <sstream>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bw::test {

namespace {
std::string opened(const std::filesystem::path& path)
{
    try {
        openModel(path);
        return "opened";
    } catch (const Error& error) {
        return std::string(errorKindName(error.kind())) + ": " + error.fullEnglish();
    }
}

long residentKilobytes()
{
    std::ifstream file("/proc/self/statm");
    long pages = 0;
    file >> pages >> pages;
    return pages * (::sysconf(_SC_PAGESIZE) >> 10);
}

rusage ofChildren()
{
    rusage usage {};
    ::getrusage(RUSAGE_CHILDREN, &usage);
    return usage;
}

[[noreturn]] void openAndTell(const std::filesystem::path& path, int out)
{
    const long before = residentKilobytes();
    std::string outcome;
    const CpuClock clock;
    long kilobytes = peakKilobytes([&] { outcome = opened(path); });
    double milliseconds = clock.milliseconds();
    const rusage children = ofChildren();
    for (const auto& time : { children.ru_utime, children.ru_stime }) {
        milliseconds += 1e3 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_usec);
    }
    kilobytes = std::max(kilobytes, children.ru_maxrss - before);
    const std::string text
        = std::to_string(milliseconds) + " " + std::to_string(kilobytes) + " " + outcome.substr(0, 3000);
    ::_exit(::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
}
} // namespace

OpeningCost costOfOpening(const std::filesystem::path& path)
{
    std::array<int, 2> ends {};
    OpeningCost cost { 1e9, 1L << 40, "the process ended" };
    if (::pipe(ends.data()) != 0) {
        return cost;
    }
    const pid_t child = ::fork();
    if (child == 0) {
        openAndTell(path, ends[1]);
    }
    ::close(ends[1]);
    std::string text;
    std::array<char, 4096> buffer {};
    for (ssize_t count = 0; (count = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        std::istringstream words(text);
        words >> cost.milliseconds >> cost.kilobytes;
        std::getline(words, cost.outcome);
    }
    return cost;
}

} // namespace bw::test
