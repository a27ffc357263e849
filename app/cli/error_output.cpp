#include "app/cli/error_output.h"

#include "app/cli/json_documents.h"
#include "app/cli/standard_streams.h"
#include "core/base/error.h"
#include "core/base/json.h"

namespace bw::cli {

namespace {
constexpr int canceledExitCode = 130;
constexpr const char* canceledSentence = "cancelled; no partial output is left";

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
    writeDiagnostics(std::string(canceledSentence) + "\n");
    return canceledExitCode;
}

void reportCanceledAtOnce(bool isJson)
{
    if (isJson && claimOutput()) {
        writeOutputWithoutBlocking(canceledDocument());
    }
    writeDiagnostics(std::string(canceledSentence) + "\n");
}

} // namespace bw::cli
