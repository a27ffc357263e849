#include "app/cli/error_output.h"

#include "app/cli/json_documents.h"
#include "app/cli/standard_streams.h"
#include "core/base/error.h"
#include "core/base/json.h"

#include <atomic>

namespace bw::cli {

namespace {
constexpr const char* canceledSentence = "cancelled; no partial output is left";

/// Said once: by the program, or by the thread that ends it meanwhile.
void sayCanceled()
{
    static std::atomic<bool> isSaid { false };
    if (!isSaid.exchange(true)) {
        writeDiagnostics(std::string(canceledSentence) + "\n");
    }
}

std::string canceledDocument()
{
    return jsonText(errorDocument("canceled", canceledSentence, {}));
}

void writeDocument(const std::string& text)
{
    if (!claimOutput()) {
        return;
    }
    try {
        writeOutput(text);
    } catch (const Error& error) {
        writeDiagnostics("error: " + error.fullEnglish() + "\n");
    }
}
} // namespace

int reportError(const Error& error, bool isJson)
{
    if (isJson) {
        writeDocument(jsonText(errorDocument(error)));
    }
    writeDiagnostics("error: " + error.fullEnglish() + "\n");
    return exitCode(error.kind());
}

int reportCanceled(bool isJson)
{
    if (isJson) {
        writeDocument(canceledDocument());
    }
    sayCanceled();
    return canceledExitCode;
}

void reportCanceledAtOnce(bool isJson)
{
    if (isJson && claimOutput()) {
        writeOutputWithoutBlocking(canceledDocument());
    }
    sayCanceled();
}

} // namespace bw::cli
