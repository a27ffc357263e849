#include "core/engine/code_store.h"

#include "core/base/error.h"
#include "core/base/mapped_pages.h"
#include "core/base/scratch_file.h"

namespace bw {

namespace {
constexpr std::uint64_t smallBytes = std::uint64_t { 1 } << 20;

/// nullptr if there is no room: memory may still suffice, and the result is the same.
std::shared_ptr<ScratchFile> scratch(std::span<const std::byte> codes)
{
    try {
        return ScratchFile::holding(codes);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Io) {
            throw;
        }
        return nullptr;
    }
}
} // namespace

QuantizedLayerPtr CodeStore::keep(QuantizedLayerPtr layer)
{
    const auto codes = layer->tensor.parts.front().data.bytes;
    const bool isKept = codes.size() < smallBytes || m_kept + codes.size() <= mostKept;
    const auto file = isKept ? nullptr : scratch(codes);
    if (file == nullptr) {
        m_kept += codes.size();
        return layer;
    }
    auto moved = std::make_shared<QuantizedLayer>(*layer);
    auto& view = moved->tensor.parts.front().data;
    view.bytes = file->bytes();
    view.owner = file;
    if (auto bound = moved->tensor.codec->boundTo(view)) {
        moved->tensor.codec = std::move(bound);
    }
    releasePages(view.bytes);
    return moved;
}

} // namespace bw
