#include "core/export/gguf_contents.h"
#include "core/export/verify_support.h"
#include "core/model/file_reader.h"
#include "core/model/loader.h"

namespace bw {

namespace {
void compareWithSource(const GgufHeader& header, const ModelPtr& source, const std::filesystem::path& path,
    const VerifySource::Importance& importance, CheckList& checks, const JobContext& ctx)
{
    checks.run("source", [&] {
        requireSourceHash(*source, header.text(gguf_keys::sourceHash).value_or(""), ctx.sub(0, 0.1));
        return Text(BW_TR_NOOP("core", "the model is the one the file was made from"));
    });
    const bool isDequantized = header.text(gguf_keys::kind) == gguf_keys::dequantizedKind;
    checks.run(isDequantized ? "source values" : "source codes", [&] {
        if (ggufOriginKindOf(*source) == nullptr) {
            throw Error(ErrorKind::Verification,
                Text(BW_TR_NOOP("core", "the source is no model that such files are made from")));
        }
        const auto again
            = requantized(source, header.text(gguf_keys::recipe).value_or(""), importance, ctx.sub(0.1, 0.8));
        const auto contents = ggufContentsForSizes(*again, { isDequantized, {} }, ctx);
        compareGgufOrigin(contents, header);
        compareGgufTensors(contents, path, ctx.sub(0.8, 1));
        return isDequantized
            ? Text(BW_TR_NOOP("core", "quantizing the model again by the recipe in the file gives the same values"))
            : Text(BW_TR_NOOP("core", "quantizing the model again by the recipe in the file gives the same bits"));
    });
}
} // namespace

std::vector<VerifyCheck> verifyGguf(
    const std::filesystem::path& path, const VerifySource& source, const JobContext& ctx)
{
    GgufHeader header;
    try {
        header = readGgufHeader(path, ctx);
    } catch (const Error&) {
        return verifyModel(path, source, ctx); // says what is wrong
    }
    bool isOurs = false;
    for (const auto& entry : header.entries) {
        isOurs = isOurs || entry.key.starts_with(gguf_keys::prefix);
    }
    if (!isOurs) {
        return verifyModel(path, source, ctx);
    }
    CheckList checks;
    ModelPtr model;
    if (!checks.run("structure", [&] {
            model = openModel(path, ctx);
            return Text(BW_TR_NOOP("core", "a model of %1 layers"), { toText(model->layers().size()) });
        })) {
        return std::move(checks).results();
    }
    checks.run("header hash", [&] {
        requireGgufHashes(path, ctx.sub(0, 0.1));
        return Text(BW_TR_NOOP("core", "header and tensors have the SHA-256 the file states"));
    });
    checks.run("values", [&] {
        requireFiniteModel(*model, ctx.sub(0.1, 0.2));
        return Text(BW_TR_NOOP("core", "all values are finite numbers"));
    });
    if (!source.empty()) {
        compareWithSource(header, openModel(source.path, ctx), path, source.importance, checks, ctx.sub(0.2, 1));
    }
    return std::move(checks).results();
}

} // namespace bw
