// Models that came in as GGUF files: all metadata and all names are kept.

#include "core/export/gguf_contents.h"

namespace bw {

extern const GgufOriginKind ggufFileOrigin;

namespace {
constexpr std::string_view splitPrefix = "split.";

const GgufDetails* detailsOf(const Model& model)
{
    return dynamic_cast<const GgufDetails*>(model.details().get());
}

bool isOne(const Model& model)
{
    return detailsOf(model) != nullptr;
}

GgufOrigin read(const Model& model, const JobContext& ctx)
{
    ctx.checkpoint();
    const auto& header = detailsOf(model)->header;
    GgufOrigin origin;
    origin.alignment = header.alignment;
    for (const auto& entry : header.entries) {
        if (!entry.key.starts_with(gguf_keys::prefix) && !entry.key.starts_with(splitPrefix)) {
            origin.entries.push_back({ std::string(entry.key), entry.type, std::string(entry.bytes) });
        }
    }
    for (const auto& layer : model.layers()) {
        origin.layers.push_back({ layer.name });
    }
    return origin;
}
} // namespace

const GgufOriginKind ggufFileOrigin { "gguf", isOne, read };

} // namespace bw
