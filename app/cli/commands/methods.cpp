#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/text_table.h"
#include "core/methods/method.h"

namespace bw::cli {

CommandFunction declareMethods(Options& options);

namespace {
Json document()
{
    Json out = Json::array();
    for (const Method* method : methods().entries()) {
        out.push_back({ { "id", method->id }, { "title", method->title.english() },
            { "explanation", method->explanation.english() }, { "needs_calibration", method->needsCalibration },
            { "parameters", schemaJson(method->schema) } });
    }
    return { { "methods", std::move(out) } };
}

std::string text()
{
    TextTable table;
    table.column("method");
    table.column("what it is", Align::Left, Cut::End);
    table.column("needs data");
    for (const Method* method : methods().entries()) {
        table.row({ method->id, method->title.english(), method->needsCalibration ? "yes" : "no" });
    }
    return table.text();
}
} // namespace

CommandFunction declareMethods(Options&)
{
    return [](Run& run) -> Outcome { return { run.isJson() ? documentText(document(), run) : text() }; };
}

} // namespace bw::cli
