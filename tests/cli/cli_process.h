#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace bw::test {

/// What a finished run of bitwright-cli left behind.
struct CliResult
{
    int exitCode = -1; ///< 128 + signal if one ended it
    std::string out;
    std::string err;
};

/// How to start it, beyond its arguments.
struct CliSetting
{
    std::map<std::string, std::string> environment; ///< changed variables; an empty value removes one
    std::function<void()> beforeExec; ///< in the child: limits, descriptors
};

std::filesystem::path cliProgram();

/// A running bitwright-cli; killed if it is still there at the end.
class CliProcess
{
public:
    explicit CliProcess(const std::vector<std::string>& arguments, const CliSetting& setting = {});
    ~CliProcess();
    CliProcess(const CliProcess&) = delete;
    CliProcess& operator=(const CliProcess&) = delete;

    /// Reads until stderr holds `text`, or 60 s have passed (false).
    bool waitForDiagnostics(const std::string& text);
    void signal(int number) const;
    bool isRunning();
    CliResult finish();

private:
    void readOnce(std::chrono::milliseconds timeout);

    pid_t m_pid = -1;
    int m_out = -1;
    int m_err = -1;
    CliResult m_result;
    bool m_isFinished = false;
};

/// Runs to the end.
CliResult runCli(const std::vector<std::string>& arguments, const CliSetting& setting = {});
/// Runs any program of the system, as above.
CliResult runProgramAt(
    const std::string& program, const std::vector<std::string>& arguments, const CliSetting& setting = {});

} // namespace bw::test
