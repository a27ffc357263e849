// Checkpoints of llama2.c: tensors are called and ordered as in GGUF files already; the tokenizer may lie beside.

#include "core/export/gguf_origin.h"
#include "core/export/llama/vocabulary.h"
#include "core/model/llama2c_details.h"

namespace bw {

extern const GgufOriginKind llama2cOrigin;

namespace {
// What run.c of llama2.c computes with, and its files do not say.
constexpr double normEpsilon = 1e-5;
constexpr double rotaryBase = 10000;

const Llama2cDetails* detailsOf(const Model& model)
{
    return dynamic_cast<const Llama2cDetails*>(model.details().get());
}

bool isOne(const Model& model)
{
    return detailsOf(model) != nullptr;
}

llama::LlamaConfig configOf(const Llama2cDetails& details)
{
    llama::LlamaConfig config;
    config.blocks = details.layers;
    config.context = details.context;
    config.width = details.dim;
    config.feedForward = details.hidden;
    config.heads = details.heads;
    config.keyHeads = details.keyHeads;
    config.headSize = details.dim / details.heads;
    config.vocabulary = details.vocabulary;
    config.normEpsilon = normEpsilon;
    config.rotaryBase = rotaryBase;
    return config;
}

GgufOrigin read(const Model& model, const JobContext& ctx)
{
    const auto config = configOf(*detailsOf(model));
    GgufOrigin origin;
    for (const auto& layer : model.layers()) {
        // Tables of angles follow from the sizes.
        const bool isWeight = layer.kind != LayerKind::Other;
        origin.layers.push_back({ isWeight ? layer.name : std::string() });
    }
    GgufMetadata metadata;
    addLlamaEntries(config, metadata);
    llama::FolderFiles files(model.path());
    addVocabulary(files, config, metadata, origin.notes, ctx);
    origin.entries = std::move(metadata).entries();
    origin.beside = files.filesRead();
    return origin;
}
} // namespace

const GgufOriginKind llama2cOrigin { "llama2c_checkpoint", isOne, read };

} // namespace bw
