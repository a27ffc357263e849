#pragma once

#include "app/cli/global_options.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace bw::cli {

class Run;

/// What a command puts on stdout (text, or one JSON document with --json), and the exit code.
struct Outcome
{
    std::string text;
    int exitCode = 0;
};

using CommandFunction = std::function<Outcome(Run&)>;

/// Declares the options of one command. Targets must outlive parsing; they keep their value when the option is absent.
/// A wrong value is Error{BadInput} with a sentence naming the option.
class Options
{
public:
    explicit Options(CLI::App& app)
        : m_app(app)
    {
    }

    /// A required argument without a name.
    void positional(const std::string& name, std::string& target, const std::string& help);
    void optionalPositional(const std::string& name, std::string& target, const std::string& help);
    /// Any number of them.
    void optionalPositionals(const std::string& name, std::vector<std::string>& target, const std::string& help);
    void flag(const std::string& names, bool& target, const std::string& help);
    void text(const std::string& names, std::string& target, const std::string& placeholder, const std::string& help);
    void requiredText(
        const std::string& names, std::string& target, const std::string& placeholder, const std::string& help);
    /// May be given several times.
    void texts(const std::string& names, std::vector<std::string>& target, const std::string& placeholder,
        const std::string& help);
    void integer(
        const std::string& names, std::int64_t& target, std::int64_t min, std::int64_t max, const std::string& help);
    void choice(const std::string& names, std::string& target, const std::vector<std::string>& choices,
        const std::string& help);
    /// Lines under the list of options.
    void notes(const std::string& text);

private:
    CLI::App& m_app;
};

struct ParsedArguments
{
    GlobalOptions global;
    CommandFunction command; ///< empty: --help or --version was asked for
    bool usesAllProcesses = false; ///< of the command
    std::string help; ///< empty for --version
};

/// Error{BadInput}: one sentence that names the mistake and, for a misspelt word, the nearest valid one.
ParsedArguments parseArguments(const std::vector<std::string>& arguments);

/// "500MB", "1.5GiB", "2G", "1000000": bytes; k, M, G, T are powers of 1000, Ki … of 1024. Nothing if it is no size.
std::optional<std::uint64_t> parseSize(const std::string& text);

} // namespace bw::cli
