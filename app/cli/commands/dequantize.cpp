#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/model_choices.h"
#include "core/base/content_hash.h"
#include "core/export/exporter.h"
#include "core/export/quantized_file.h"

#include <memory>

namespace bw::cli {

CommandFunction declareDequantize(Options& options);

namespace {
struct Arguments
{
    std::string file;
    std::string output;
    std::string exporter;
};

Outcome dequantize(const Arguments& arguments, Run& run)
{
    const Exporter& exporter = exporterFor(arguments.output, arguments.exporter);
    refuseOverwriting(arguments.output, "-o", { arguments.file });
    requireWritable(arguments.output);
    dequantizeFile(arguments.file, arguments.output, exporter.id, run.job(0, 0.9));
    const auto bytes = static_cast<std::uint64_t>(std::filesystem::file_size(arguments.output));
    if (run.isJson()) {
        const Json document { { "output", arguments.output }, { "bytes", bytes },
            { "sha256", sha256OfFile(arguments.output, run.job(0.9, 1)) } };
        return { documentText(document, run) };
    }
    return { "Wrote " + printable(arguments.output) + ", " + sizeText(bytes) + "\n" };
}
} // namespace

CommandFunction declareDequantize(Options& options)
{
    auto arguments = std::make_shared<Arguments>();
    options.positional("FILE", arguments->file, "The quantized model");
    options.requiredText("-o,--output", arguments->output, "OUT", "The float model to write");
    options.text("--to", arguments->exporter, "FORMAT", "Its file format (default: from OUT's suffix)");
    return [arguments](Run& run) { return dequantize(*arguments, run); };
}

} // namespace bw::cli
