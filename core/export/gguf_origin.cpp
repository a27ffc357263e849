#include "core/export/gguf_origin.h"

namespace bw {

#define BW_GGUF_ORIGIN(name) extern const GgufOriginKind name;
#include "core/export/gguf_origins.inc"
#undef BW_GGUF_ORIGIN

const Registry<GgufOriginKind>& ggufOriginKinds()
{
    static const Registry<GgufOriginKind> registry({
#define BW_GGUF_ORIGIN(name) &name,
#include "core/export/gguf_origins.inc"
#undef BW_GGUF_ORIGIN
    });
    return registry;
}

const GgufOriginKind* ggufOriginKindOf(const Model& model)
{
    for (const auto* kind : ggufOriginKinds().entries()) {
        if (kind->isOne(model)) {
            return kind;
        }
    }
    return nullptr;
}

} // namespace bw
