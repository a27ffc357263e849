#include "app/cli/command.h"
#include "app/cli/format_data.h"
#include "app/cli/json_documents.h"
#include "core/export/quantized_file.h"

#include <algorithm>
#include <memory>

namespace bw::cli {

CommandFunction declareVerify(Options& options);

namespace {
struct Arguments
{
    std::string file;
    std::string source;
    FormatData data;
};

Json document(const Arguments& arguments, const std::vector<VerifyCheck>& checks, bool isOk)
{
    Json list = Json::array();
    for (const auto& check : checks) {
        list.push_back({ { "name", check.name }, { "ok", check.isOk }, { "detail", check.detail.english() } });
    }
    return { { "ok", isOk }, { "file", arguments.file }, { "checks", std::move(list) } };
}

std::string text(const Arguments& arguments, const std::vector<VerifyCheck>& checks, bool isOk)
{
    std::string out;
    for (const auto& check : checks) {
        out += (check.isOk ? "ok    " : "FAIL  ") + check.name
            + (check.detail.empty() ? "" : ": " + check.detail.english()) + "\n";
    }
    return out + printable(arguments.file) + (isOk ? " is sound.\n" : " is NOT sound.\n");
}

Outcome verify(const Arguments& arguments, Run& run)
{
    const VerifySource source(arguments.source, [&](const Plan& plan, const ModelPtr& model, const JobContext& ctx) {
        return importanceFor(plan, model, arguments.data, run, ctx);
    });
    const auto checks = verifyFile(arguments.file, source, run.job());
    const bool isOk = std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.isOk; });
    return { run.isJson() ? documentText(document(arguments, checks, isOk), run) : text(arguments, checks, isOk),
        isOk ? 0 : exitCode(ErrorKind::Verification) };
}
} // namespace

CommandFunction declareVerify(Options& options)
{
    auto arguments = std::make_shared<Arguments>();
    options.positional("FILE", arguments->file, "The quantized model or HDF5 report");
    options.text("--source", arguments->source, "MODEL", "The float model it was made from: compare against it, too");
    declareFormatDataOptions(options, arguments->data, "The samples it was made with, where its formats need them");
    options.notes("Exit code 6 if a check fails.");
    return [arguments](Run& run) { return verify(*arguments, run); };
}

} // namespace bw::cli
