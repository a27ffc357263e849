#include "app/cli/program.h"

#include "app/cli/arguments.h"
#include "app/cli/error_output.h"
#include "app/cli/interrupts.h"
#include "app/cli/memory_limit.h"
#include "app/cli/progress_line.h"
#include "app/cli/run.h"
#include "app/cli/standard_streams.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/parallel.h"
#include "core/base/simd.h"
#include "core/base/version.h"
#include "core/distribute/unit_runner.h"
#include "core/evaluate/inference_engine.h"

#include <algorithm>
#include <exception>
#include <new>

namespace bw::cli {

namespace {
/// Known before parsing, so that parse errors are documents too.
bool asksForJson(const std::vector<std::string>& arguments)
{
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    return std::find(arguments.begin(), end, "--json") != end;
}

/// What --help and --version print.
std::string aboutText(const std::string& help, bool isJson)
{
    if (!isJson) {
        return help.empty() ? std::string("bitwright-cli ") + toolVersion() + " (" + simd::targetName() + ")\n" : help;
    }
    Json document { { "program", "bitwright-cli" }, { "version", toolVersion() }, { "simd", simd::targetName() } };
    if (!help.empty()) {
        document["help"] = help;
    }
    return jsonText(document);
}

void requireKnownSimd()
{
    if (const auto asked = simd::unknownChoice()) {
        std::string names;
        for (const auto& name : simd::targetNames()) {
            names += (names.empty() ? "" : ", ") + name;
        }
        throw Error(ErrorKind::BadInput,
            "the environment variable BITWRIGHT_SIMD is \"%1\", which this machine does not have; it has: %2",
            printable(*asked), names);
    }
}

/// What processes other than the first do of a command that works on all of them: the same, in silence. Errors, which
/// may be theirs alone, are shown.
GlobalOptions silenced(GlobalOptions options)
{
    options.isQuiet = true;
    options.progress = ProgressMode::None;
    return options;
}

int runCommand(const ParsedArguments& parsed, bool isJson, Interrupts& interrupts)
{
    requireKnownSimd();
    const bool isFirst = isCoordinatorProcess();
    if (!isFirst && !parsed.usesAllProcesses) {
        return 0;
    }
    if (!parsed.command) {
        writeOutput(aboutText(parsed.help, isJson));
        return 0;
    }
    const GlobalOptions global = isFirst ? parsed.global : silenced(parsed.global);
    setThreadCount(global.threads);
    ProgressLine progress(global.progress, global.isQuiet);
    Run run(global, JobContext(interrupts.stopToken(), progress.function()), progress);
    const MemoryWatch memory(parsed.global.maxMemory, [&interrupts] { interrupts.requestStop(); });
    Outcome outcome;
    try {
        outcome = parsed.command(run);
    } catch (const Canceled&) {
        if (memory.isExceeded()) {
            throw Error(ErrorKind::OutOfMemory, "this needs more memory than --max-memory %1 allows",
                sizeText(*parsed.global.maxMemory));
        }
        throw;
    }
    progress.clear();
    interrupts.workIsDone();
    if (isFirst) {
        writeOutput(outcome.text);
    }
    return outcome.exitCode;
}

/// The one place of this program where errors end.
int runGuarded(const std::vector<std::string>& arguments, bool isJson, Interrupts& interrupts)
{
    try {
        return runCommand(parseArguments(arguments), isJson, interrupts);
    } catch (const Canceled&) {
        return reportCanceled(isJson);
    } catch (const Error& error) {
        return reportError(error, isJson);
    } catch (const std::bad_alloc&) {
        return reportError(
            Error(ErrorKind::OutOfMemory,
                Text("there is not enough memory for this; close other programs, or use a machine with more")),
            isJson);
    } catch (const std::exception& error) {
        return reportError(Error(ErrorKind::Internal, "a fault of this program: %1", printable(error.what())), isJson);
    }
}
} // namespace

int runProgram(std::vector<std::string> arguments)
{
    prepareStandardStreams();
    const bool isJson = asksForJson(arguments);
    int code = 0;
    {
        Interrupts interrupts([isJson] { reportCanceledAtOnce(isJson); });
        code = runGuarded(arguments, isJson, interrupts);
        if (code == canceledExitCode) {
            interrupts.endProcess();
        }
        InferenceEngine::instance().shutDown();
    }
    return code;
}

} // namespace bw::cli
