#include "core/engine/result_cache.h"

#include <algorithm>
#include <vector>

namespace bw {

namespace {
constexpr std::size_t mostFigures = 20000;
constexpr std::size_t hashBlock = std::size_t { 16 } << 20; // a few milliseconds

std::uint64_t bytesOf(const QuantizedLayer& layer)
{
    // The codec holds its scales once more, unpacked to float32 at the most.
    std::uint64_t bytes = sizeof(QuantizedLayer) + layer.tensor.codec->sideBits() / 8 * 2;
    for (const auto& part : layer.tensor.parts) {
        bytes += part.data.bytes.size();
    }
    return bytes;
}

bool isSameOwner(const std::weak_ptr<const void>& known, const std::shared_ptr<const void>& now)
{
    return now != nullptr && known.lock() == now;
}

/// What the file holds of it: its own values, or the blocks they are quantized in.
const TensorView& storedView(const LayerInfo& layer)
{
    return layer.stored ? layer.stored->data : layer.view;
}

ContentHash hashOf(const LayerInfo& layer, const JobContext& ctx)
{
    std::string description = layer.storedType();
    for (const std::int64_t size : layer.view.shape) {
        description += " " + toText(size);
    }
    ContentHash hash = contentHash(description + " axis " + toText(layer.outAxis));
    if (layer.view.source) {
        std::vector<float> values;
        constexpr std::uint64_t pieceValues = hashBlock / sizeof(float);
        for (std::uint64_t at = 0; at < layer.count(); at += pieceValues) {
            ctx.checkpoint();
            values.resize(static_cast<std::size_t>(std::min(pieceValues, layer.count() - at)));
            layer.view.read(at, values);
            hash = combine(hash, contentHash(std::as_bytes(std::span(values))));
        }
        return hash;
    }
    const auto bytes = layer.view.bytes;
    for (std::size_t at = 0; at < bytes.size(); at += hashBlock) {
        ctx.checkpoint();
        hash = combine(hash, contentHash(bytes.subspan(at, std::min(hashBlock, bytes.size() - at))));
    }
    return hash;
}
} // namespace

QuantizedLayerPtr ResultCache::find(const ContentHash& key)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_byKey.find(key);
    if (found == m_byKey.end()) {
        return nullptr;
    }
    m_entries.splice(m_entries.begin(), m_entries, found->second);
    return found->second->layer;
}

void ResultCache::insert(const ContentHash& key, QuantizedLayerPtr layer)
{
    const std::uint64_t bytes = bytesOf(*layer);
    const std::lock_guard lock(m_mutex);
    if (m_byKey.contains(key) || bytes > m_budget) {
        return;
    }
    while (m_used + bytes > m_budget) {
        m_used -= m_entries.back().bytes;
        m_byKey.erase(m_entries.back().key);
        m_entries.pop_back();
    }
    m_entries.push_front({ key, std::move(layer), bytes });
    m_byKey[key] = m_entries.begin();
    m_used += bytes;
}

std::uint64_t ResultCache::usedBytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_used;
}

std::optional<MeasuredFormat> ResultCache::findFigures(const ContentHash& key) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_figures.find(key);
    return found == m_figures.end() ? std::nullopt : std::optional(found->second);
}

void ResultCache::insertFigures(const ContentHash& key, const MeasuredFormat& figures)
{
    const std::lock_guard lock(m_mutex);
    if (m_figures.size() >= mostFigures) {
        m_figures.clear();
    }
    m_figures[key] = figures;
}

ContentHash ResultCache::tensorHash(const LayerInfo& layer, const JobContext& ctx)
{
    const auto& view = storedView(layer);
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_tensorHashes.find(view.bytes.data());
        if (found != m_tensorHashes.end()) {
            const auto& known = found->second;
            if (isSameOwner(known.owner, view.owner) && known.byteCount == view.bytes.size()
                && known.dtype == view.dtype && known.shape == view.shape && known.outAxis == layer.outAxis) {
                return known.hash;
            }
        }
    }
    const auto hash = hashOf(layer, ctx);
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_tensorHashes, [](const auto& item) { return item.second.owner.expired(); });
    m_tensorHashes[view.bytes.data()] = { view.owner, view.bytes.size(), view.dtype, view.shape, layer.outAxis, hash };
    return hash;
}

} // namespace bw
