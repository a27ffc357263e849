#include "app/cli/arguments.h"

#include "app/cli/command.h"
#include "app/cli/words.h"
#include "core/base/error.h"
#include "core/base/version.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <memory>

#include <CLI/CLI.hpp>

namespace bw::cli {

namespace {
constexpr const char* globalGroup = "Options of every command";

/// The last of an option's names: "--layer" of "-l,--layer".
std::string shownName(const std::string& names)
{
    return names.substr(names.rfind(',') + 1);
}

/// "--layer --json": the value was forgotten, though a parser may take the next option for it.
void refuseOptionAsValue(const CLI::App& app, const std::string& name, const std::string& value)
{
    if (value.size() > 1 && value[0] == '-' && app.get_option_no_throw(value) != nullptr) {
        throw Error(ErrorKind::BadInput, "%1 needs a value; see \"bitwright-cli %2 --help\"", name, app.get_name());
    }
}

CLI::Option* addText(CLI::App& app, const std::string& names, const std::string& placeholder, const std::string& help,
    const std::function<void(const std::string&)>& take)
{
    const auto checkAndTake = [&app, name = shownName(names), take](const std::string& value) {
        refuseOptionAsValue(app, name, value);
        take(value);
    };
    return app.add_option_function<std::string>(names, checkAndTake, help)->type_name(placeholder);
}

std::int64_t readInteger(const std::string& name, const std::string& value, std::int64_t min, std::int64_t max)
{
    const auto number = parseInt(value);
    if (!number || *number < min || *number > max) {
        throw Error(ErrorKind::BadInput, "%1 takes a whole number from %2 to %3, not \"%4\"", name, toText(min),
            toText(max), printable(value));
    }
    return *number;
}

void checkChoice(const std::string& name, const std::string& value, const std::vector<std::string>& choices)
{
    if (std::find(choices.begin(), choices.end(), value) != choices.end()) {
        return;
    }
    throw Error(ErrorKind::BadInput, "%1 takes one of %2, not \"%3\"%4", name, listText(choices), printable(value),
        didYouMean(value, choices));
}
} // namespace

void Options::positional(const std::string& name, std::string& target, const std::string& help)
{
    optionalPositional(name, target, help);
    m_app.get_option(name)->required();
}

void Options::optionalPositional(const std::string& name, std::string& target, const std::string& help)
{
    m_app.add_option(name, target, help)->type_name("");
}

void Options::optionalPositionals(const std::string& name, std::vector<std::string>& target, const std::string& help)
{
    m_app.add_option(name, target, help);
}

void Options::flag(const std::string& names, bool& target, const std::string& help)
{
    m_app.add_flag(names, target, help);
}

void Options::text(
    const std::string& names, std::string& target, const std::string& placeholder, const std::string& help)
{
    addText(m_app, names, placeholder, help, [&target](const std::string& value) { target = value; });
}

void Options::requiredText(
    const std::string& names, std::string& target, const std::string& placeholder, const std::string& help)
{
    text(names, target, placeholder, help);
    m_app.get_option(shownName(names))->required();
}

void Options::texts(
    const std::string& names, std::vector<std::string>& target, const std::string& placeholder, const std::string& help)
{
    const auto check = [&app = m_app, name = shownName(names)](const std::string& value) {
        refuseOptionAsValue(app, name, value);
        return std::string();
    };
    m_app.add_option(names, target, help)->type_name(placeholder)->type_size(1)->allow_extra_args(false)->check(check);
}

void Options::integer(
    const std::string& names, std::int64_t& target, std::int64_t min, std::int64_t max, const std::string& help)
{
    const auto name = shownName(names);
    addText(m_app, names, "N", help,
        [&target, name, min, max](const std::string& value) { target = readInteger(name, value, min, max); });
}

void Options::choice(
    const std::string& names, std::string& target, const std::vector<std::string>& choices, const std::string& help)
{
    const auto name = shownName(names);
    std::string placeholder;
    for (const auto& choice : choices) {
        placeholder += (placeholder.empty() ? "" : "|") + choice;
    }
    addText(m_app, names, placeholder, help, [&target, name, choices](const std::string& value) {
        checkChoice(name, value, choices);
        target = value;
    });
}

void Options::notes(const std::string& text)
{
    m_app.footer(text);
}

std::optional<std::uint64_t> parseSize(const std::string& text)
{
    auto digits = text.size();
    while (digits > 0 && std::isalpha(static_cast<unsigned char>(text[digits - 1])) != 0) {
        --digits;
    }
    std::string unit = text.substr(digits);
    std::transform(
        unit.begin(), unit.end(), unit.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto number = parseDouble(std::string_view(text).substr(0, digits));
    if (!number || *number < 0) {
        return std::nullopt;
    }
    if (!unit.empty() && unit.back() == 'b') {
        unit.pop_back();
    }
    const bool isBinary = unit.size() == 2 && unit[1] == 'i';
    if (unit.size() > 1 && !isBinary) {
        return std::nullopt;
    }
    constexpr std::string_view units = "kmgtp";
    const auto place = unit.empty() ? 0 : units.find(unit[0]);
    if (place == std::string_view::npos) {
        return std::nullopt;
    }
    const auto power = unit.empty() ? 0 : place + 1;
    const double bytes = *number * std::pow(isBinary ? 1024.0 : 1000.0, static_cast<double>(power));
    return bytes < 9e18 ? std::optional(static_cast<std::uint64_t>(bytes)) : std::nullopt;
}

namespace {
void addGlobalOptions(CLI::App& app, GlobalOptions& global)
{
    app.set_help_flag("-h,--help", "Show this help")->group(globalGroup);
    app.set_version_flag("--version", std::string("bitwright-cli ") + toolVersion(), "Show the version")
        ->group(globalGroup);
    app.add_flag("--json", global.isJson, "One JSON document on stdout, and nothing else there")->group(globalGroup);
    app.add_flag("-q,--quiet", global.isQuiet, "No progress, no warnings")->group(globalGroup);
    const auto takeLast = CLI::MultiOptionPolicy::TakeLast;
    addText(app, "--threads", "N", "Threads to use (default 0: all; results never depend on it)",
        [&global](
            const std::string& value) { global.threads = static_cast<int>(readInteger("--threads", value, 0, 1024)); })
        ->group(globalGroup)
        ->multi_option_policy(takeLast);
    addText(app, "--seed", "N", "Seed of everything random (default: the recipe's, or 0)",
        [&global](const std::string& value) {
            global.seed
                = static_cast<std::uint64_t>(readInteger("--seed", value, 0, std::numeric_limits<std::int64_t>::max()));
        })
        ->group(globalGroup)
        ->multi_option_policy(takeLast);
    addText(app, "--progress", "auto|none|json", "Progress on stderr: a line on a terminal, none, or JSON lines",
        [&global](const std::string& value) {
            checkChoice("--progress", value, { "auto", "none", "json" });
            global.progress = value == "json" ? ProgressMode::Json
                : value == "none"             ? ProgressMode::None
                                              : ProgressMode::Auto;
        })
        ->group(globalGroup)
        ->multi_option_policy(takeLast);
    addText(app, "--max-memory", "SIZE", "Refuse work that needs more, such as 500MB or 1.5GiB",
        [&global](const std::string& value) {
            global.maxMemory = parseSize(value);
            if (!global.maxMemory) {
                throw Error(ErrorKind::BadInput, "--max-memory takes a size such as 500MB or 1.5GiB, not \"%1\"",
                    printable(value));
            }
        })
        ->group(globalGroup)
        ->multi_option_policy(takeLast);
}

/// The sub-command's word: the first argument that is neither an option nor the value of one.
const std::string* commandWord(const std::vector<std::string>& arguments)
{
    static const std::vector<std::string> withValue { "--threads", "--seed", "--progress", "--max-memory" };
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (std::find(withValue.begin(), withValue.end(), arguments[i]) != withValue.end()) {
            ++i;
        } else if (arguments[i].empty() || arguments[i][0] != '-') {
            return &arguments[i];
        }
    }
    return nullptr;
}

bool asksForProgramOnly(const std::vector<std::string>& arguments)
{
    return std::any_of(arguments.begin(), arguments.end(),
        [](const auto& a) { return a == "--help" || a == "-h" || a == "--version"; });
}

void checkCommandWord(const std::vector<std::string>& arguments)
{
    std::vector<std::string> ids;
    for (const auto& command : commands()) {
        ids.emplace_back(command.id);
    }
    const std::string* word = commandWord(arguments);
    if (word == nullptr) {
        if (!asksForProgramOnly(arguments)) {
            throw Error(
                ErrorKind::BadInput, "say what to do: %1 (\"bitwright-cli --help\" explains each)", listText(ids));
        }
    } else if (std::find(ids.begin(), ids.end(), *word) == ids.end()) {
        throw Error(ErrorKind::BadInput, "there is no command \"%1\"%2", printable(*word),
            didYouMean(*word, ids, "; there are " + listText(ids)));
    }
}

std::vector<std::string> optionNames(const CLI::App& app)
{
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        for (const auto& name : option->get_lnames()) {
            names.push_back("--" + name);
        }
    }
    return names;
}

[[noreturn]] void throwExtras(const CLI::App& app)
{
    const auto extras = app.remaining(true);
    const std::string extra = extras.empty() ? std::string() : extras.front();
    if (extra.size() > 1 && extra[0] == '-') {
        const auto word = extra.substr(0, extra.find('='));
        throw Error(ErrorKind::BadInput, "%1 has no option \"%2\"%3", app.get_name(), printable(word),
            didYouMean(word, optionNames(app)));
    }
    throw Error(ErrorKind::BadInput, "%1 does not know what to do with \"%2\"; see \"bitwright-cli %1 --help\"",
        app.get_name(), printable(extra));
}

/// CLI11's own sentences name types and counts; these say what to do.
[[noreturn]] void throwReadable(const CLI::ParseError& error, const CLI::App& app)
{
    const std::string what = error.what();
    const auto subject = what.substr(0, what.find_first_of(": "));
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
        throwExtras(app);
    }
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
        throw Error(ErrorKind::BadInput, "%1 needs %2; see \"bitwright-cli %1 --help\"", app.get_name(), subject);
    }
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
        if (what.find(" missing") != std::string::npos) {
            throw Error(
                ErrorKind::BadInput, "%1 needs a value; see \"bitwright-cli %2 --help\"", subject, app.get_name());
        }
        if (what.find("At Most") != std::string::npos) {
            throw Error(ErrorKind::BadInput, "%1 may be given only once", subject);
        }
    }
    throw Error(ErrorKind::BadInput, "the arguments cannot be read: %1", printable(what));
}

const CLI::App& chosenApp(const CLI::App& root)
{
    const auto chosen = root.get_subcommands();
    return chosen.empty() ? root : *chosen.front();
}
} // namespace

ParsedArguments parseArguments(const std::vector<std::string>& arguments)
{
    checkCommandWord(arguments);
    ParsedArguments parsed;
    CLI::App root(
        "Bitwright on the command line: look at neural networks, quantize them, measure what it costs, export them.",
        "bitwright-cli");
    root.get_formatter()->column_width(34);
    root.get_formatter()->label("Subcommands", "Commands");
    root.get_formatter()->label("SUBCOMMAND", "COMMAND");
    root.get_formatter()->label("Positionals", "Arguments");
    root.get_formatter()->label("REQUIRED", "(required)");
    addGlobalOptions(root, parsed.global);
    root.footer("\"bitwright-cli COMMAND --help\" explains a command.\n"
                "Exit codes: 0 done, 2 bad arguments, 3 bad model or data file, 4 not supported by this build, 5 "
                "writing failed,\n"
                "6 verification failed, 7 out of memory, 130 cancelled.");
    struct Declared
    {
        const CLI::App* app;
        CommandFunction function;
        bool usesAllProcesses;
    };
    std::vector<Declared> declared;
    for (const auto& command : commands()) {
        CLI::App* app = root.add_subcommand(command.id, command.summary);
        Options options(*app);
        declared.push_back({ app, command.declare(options), command.usesAllProcesses });
        addGlobalOptions(*app, parsed.global);
    }
    try {
        root.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
        parsed.help = root.help(); // of the chosen command
        parsed.help += parsed.help.empty() || parsed.help.back() != '\n' ? "\n" : "";
        return parsed;
    } catch (const CLI::CallForVersion&) {
        return parsed;
    } catch (const CLI::ParseError& error) {
        throwReadable(error, chosenApp(root));
    }
    for (auto& [app, function, usesAllProcesses] : declared) {
        if (app == &chosenApp(root)) {
            parsed.command = std::move(function);
            parsed.usesAllProcesses = usesAllProcesses;
        }
    }
    return parsed;
}

} // namespace bw::cli
