#include "tests/cli/cli_process.h"

#include "tests/support/paths.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bw::test {

namespace {
struct Pipe
{
    int read = -1;
    int write = -1;
    Pipe()
    {
        std::array<int, 2> ends {};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            throw std::runtime_error("no pipe");
        }
        read = ends[0];
        write = ends[1];
    }
};

[[noreturn]] void becomeProgram(const std::string& program, const std::vector<std::string>& arguments,
    const CliSetting& setting, const Pipe& out, const Pipe& err)
{
    ::dup2(out.write, STDOUT_FILENO);
    ::dup2(err.write, STDERR_FILENO);
    for (const auto& [name, value] : setting.environment) {
        if (value.empty()) {
            ::unsetenv(name.c_str());
        } else {
            ::setenv(name.c_str(), value.c_str(), 1);
        }
    }
    if (setting.beforeExec) {
        setting.beforeExec();
    }
    std::vector<char*> argv { const_cast<char*>(program.c_str()) };
    for (const auto& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    ::execvp(program.c_str(), argv.data());
    ::_exit(127);
}

pid_t start(const std::string& program, const std::vector<std::string>& arguments, const CliSetting& setting,
    int& outFd, int& errFd)
{
    const Pipe out;
    const Pipe err;
    const pid_t pid = ::fork();
    if (pid == 0) {
        becomeProgram(program, arguments, setting, out, err);
    }
    ::close(out.write);
    ::close(err.write);
    outFd = out.read;
    errFd = err.read;
    return pid;
}

/// False at the end of the stream.
bool readSome(int fd, std::string& into)
{
    std::array<char, 65536> buffer {};
    const auto count = ::read(fd, buffer.data(), buffer.size());
    if (count > 0) {
        into.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return count > 0;
}
} // namespace

std::filesystem::path cliProgram()
{
    return binaryDir() / "bin" / "bitwright-cli";
}

CliProcess::CliProcess(const std::vector<std::string>& arguments, const CliSetting& setting)
{
    m_pid = start(cliProgram().string(), arguments, setting, m_out, m_err);
}

CliProcess::~CliProcess()
{
    if (!m_isFinished) {
        ::kill(m_pid, SIGKILL);
        finish();
    }
}

void CliProcess::readOnce(std::chrono::milliseconds timeout)
{
    std::array<pollfd, 2> ready { pollfd { m_out, POLLIN, 0 }, pollfd { m_err, POLLIN, 0 } };
    if (::poll(ready.data(), ready.size(), static_cast<int>(timeout.count())) <= 0) {
        return;
    }
    const auto take = [](const pollfd& entry, int& fd, std::string& into) {
        if (entry.revents != 0 && !readSome(fd, into)) {
            ::close(fd);
            fd = -1;
        }
    };
    take(ready[0], m_out, m_result.out);
    take(ready[1], m_err, m_result.err);
}

bool CliProcess::waitForDiagnostics(const std::string& text)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (m_result.err.find(text) == std::string::npos) {
        if (m_err < 0 || std::chrono::steady_clock::now() > end) {
            return false;
        }
        readOnce(std::chrono::milliseconds(20));
    }
    return true;
}

void CliProcess::signal(int number) const
{
    ::kill(m_pid, number);
}

bool CliProcess::isRunning()
{
    siginfo_t info {};
    return ::waitid(P_PID, static_cast<id_t>(m_pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

CliResult CliProcess::finish()
{
    while (m_out >= 0 || m_err >= 0) {
        readOnce(std::chrono::milliseconds(1000));
    }
    int status = 0;
    while (!m_isFinished && ::waitpid(m_pid, &status, 0) < 0 && errno == EINTR) { }
    if (!m_isFinished) {
        m_isFinished = true;
        m_result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return m_result;
}

CliResult runCli(const std::vector<std::string>& arguments, const CliSetting& setting)
{
    return CliProcess(arguments, setting).finish();
}

CliResult runProgramAt(const std::string& program, const std::vector<std::string>& arguments, const CliSetting& setting)
{
    CliResult result;
    int out = -1;
    int err = -1;
    const pid_t pid = start(program, arguments, setting, out, err);
    // The programs tests call say little on stderr, so one stream after the other cannot block.
    while (readSome(out, result.out)) { }
    while (readSome(err, result.err)) { }
    ::close(out);
    ::close(err);
    int status = 0;
    ::waitpid(pid, &status, 0);
    result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

} // namespace bw::test
