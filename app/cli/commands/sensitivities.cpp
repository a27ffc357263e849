#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/text_table.h"
#include "core/base/json.h"
#include "core/sensitivity/sensitivity.h"

namespace bw::cli {

CommandFunction declareSensitivities(Options& options);

namespace {
Json document()
{
    Json out = Json::array();
    for (const Sensitivity* kind : sensitivities().entries()) {
        out.push_back({ { "id", kind->id }, { "title", kind->title.english() },
            { "explanation", kind->explanation.english() }, { "unit", kind->unit }, { "needs_data", kind->needsData },
            { "needs_graph", kind->needsGraph }, { "needs_formats", kind->needsFormats },
            { "needs_importance", kind->needsMatrix }, { "shares_work", kind->sharesWork } });
    }
    return { { "sensitivities", std::move(out) } };
}

std::string needsText(const Sensitivity& kind)
{
    std::string needs;
    const auto add = [&](bool isNeeded, const char* what) {
        if (isNeeded) {
            needs += (needs.empty() ? "    needs " : ", ") + std::string(what);
        }
    };
    add(kind.needsData, "--data");
    add(kind.needsGraph, "a TorchScript model");
    add(kind.needsFormats, "--formats");
    add(kind.needsMatrix, "--importance");
    return needs.empty() ? needs : needs + "\n";
}

std::string text()
{
    std::string out;
    for (const Sensitivity* kind : sensitivities().entries()) {
        out += kind->id + ": " + kind->title.english() + ", in " + kind->unit + "\n"
            + wrapped(kind->explanation.english(), 4) + needsText(*kind);
    }
    return out;
}
} // namespace

CommandFunction declareSensitivities(Options&)
{
    return [](Run& run) -> Outcome { return { run.isJson() ? documentText(document(), run) : text() }; };
}

} // namespace bw::cli
