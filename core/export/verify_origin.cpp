#include "core/export/exporter.h"
#include "core/export/verify_support.h"
#include "core/model/loader.h"

namespace bw {

std::vector<VerifyCheck> verifyOrigin(const Exporter& exporter, const ExportOrigin& origin,
    const std::filesystem::path& path, const VerifySource& source, const JobContext& ctx)
{
    CheckList checks;
    checks.run(
        "structure", [&] { return Text(BW_TR_NOOP("core", "a file of the kind %1"), { exporter.title.english() }); });
    checks.run("checksums", [&] { return exporter.intact(path, ctx.sub(0, 0.1)); });
    if (source.empty()) {
        return std::move(checks).results();
    }
    const auto model = openModel(source.path, ctx);
    checks.run("source", [&] {
        requireSourceHash(*model, origin.sourceSha256, ctx);
        return Text(BW_TR_NOOP("core", "the model is the one the file was made from"));
    });
    checks.run(origin.options.dequantized ? "source values" : "source codes", [&] {
        const auto again = requantized(model, origin.recipe, source.importance, ctx.sub(0.1, 0.7));
        exporter.check(*again, path, origin.options, ctx.sub(0.7, 1));
        return origin.options.dequantized
            ? Text(BW_TR_NOOP("core", "quantizing the model again by the recipe in the file gives the same values"))
            : Text(BW_TR_NOOP("core", "quantizing the model again by the recipe in the file gives the same bits"));
    });
    return std::move(checks).results();
}

} // namespace bw
