#include "tests/support/python.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include <sys/wait.h>

namespace bw::test {

namespace {
std::string quoted(const std::string& word)
{
    std::string out = "'";
    for (const char c : word) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}
} // namespace

std::string runProgram(const std::vector<std::string>& command, int* exitCode)
{
    std::string line;
    for (const auto& word : command) {
        line += quoted(word) + " ";
    }
    std::FILE* pipe = ::popen((line + "2>&1").c_str(), "r");
    if (pipe == nullptr) {
        ADD_FAILURE() << "cannot run " << line;
        return {};
    }
    std::string output;
    std::array<char, 4096> buffer {};
    while (const auto count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        output.append(buffer.data(), count);
    }
    const int status = ::pclose(pipe);
    if (exitCode != nullptr) {
        *exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    } else {
        EXPECT_EQ(status, 0) << line << "\n" << output;
    }
    return output;
}

std::string runPython(const std::string& code, const std::vector<std::string>& arguments)
{
    std::vector<std::string> command { "/usr/bin/python3", "-c", code };
    command.insert(command.end(), arguments.begin(), arguments.end());
    int exitCode = 0;
    auto output = runProgram(command, &exitCode);
    if (exitCode != 0) {
        ADD_FAILURE() << output;
        return {};
    }
    return output;
}

} // namespace bw::test
