#include "tests/support/damaged_files.h"

#include "core/base/error.h"
#include "core/model/loader.h"
#include "tests/support/cpu_clock.h"
#include "tests/support/temp_dir.h"

#include <exception>
#include <fstream>
#include <iostream>

#include <gtest/gtest.h>

namespace bw::test {

namespace {
constexpr double mostMilliseconds = 100;
constexpr long mostKilobytes = 16'000;

/// A figure of /proc/self/status in kB.
long statusFigure(const std::string& key)
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(key + ":")) {
            return std::stol(line.substr(key.size() + 1));
        }
    }
    return 0;
}

void resetPeak()
{
    std::ofstream("/proc/self/clear_refs") << "5";
}

template <class Open>
void measured(const std::string& what, const Open& open)
{
    resetPeak();
    const long before = statusFigure("VmRSS");
    const CpuClock clock;
    std::exception_ptr thrown;
    try {
        open();
    } catch (const Error&) {
        thrown = std::current_exception();
    }
    EXPECT_LT(clock.milliseconds(), mostMilliseconds) << what;
    EXPECT_LT(statusFigure("VmHWM") - before, mostKilobytes) << what;
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}
} // namespace

long peakKilobytes(const std::function<void()>& work)
{
    resetPeak();
    const long before = statusFigure("VmRSS");
    work();
    return statusFigure("VmHWM") - before;
}

void expectCheapToOpen(const std::filesystem::path& path, const std::string& what)
{
    measured(what, [&] {
        try {
            openModel(path);
        } catch (const Error& error) {
            EXPECT_NE(error.kind(), ErrorKind::Internal) << what << ": " << error.fullEnglish();
            EXPECT_NE(error.kind(), ErrorKind::OutOfMemory) << what << ": " << error.fullEnglish();
        }
    });
}

void expectNoSurprises(const std::string& bytes, const std::string& name, std::size_t step)
{
    const TempDir dir;
    std::size_t count = 0;
    for (std::size_t length = 0; length < bytes.size(); length += step) {
        writeFile(dir / name, std::string_view(bytes).substr(0, length));
        expectCheapToOpen(dir / name, "first " + std::to_string(length) + " bytes");
        auto changed = bytes;
        changed[length] = static_cast<char>(changed[length] ^ (length % 3 == 0 ? 0x80 : length % 3 == 1 ? 0xFF : 0x01));
        writeFile(dir / name, changed);
        expectCheapToOpen(dir / name, "byte " + std::to_string(length) + " changed");
        count += 2;
    }
    std::cout << count << " damaged files opened or refused (" << name << ")\n";
}

} // namespace bw::test
