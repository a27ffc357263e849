#include "app/document/preview_samples.h"

#include "core/engine/quantize_model.h"

#include <algorithm>

namespace bw {

namespace {
constexpr std::uint64_t smallest = std::uint64_t { 1 } << 13;
constexpr std::uint64_t largest = std::uint64_t { 1 } << 21;
constexpr std::size_t keptEntries = 64;
} // namespace

TensorView PreviewSamples::sample(const LayerInfo& layer)
{
    std::uint64_t size = 0;
    {
        const std::lock_guard lock(m_mutex);
        size = m_size;
        const auto found = m_entries.find(layer.id);
        if (found != m_entries.end() && (found->second.size == size || found->second.view.count() == layer.count())) {
            return found->second.view;
        }
    }
    const TensorView view = sampleRows(layer.matrix(), size);
    const std::lock_guard lock(m_mutex);
    if (m_entries.size() >= keptEntries) {
        m_entries.clear();
    }
    m_entries[layer.id] = { size, view };
    return view;
}

void PreviewSamples::noteDuration(double milliseconds)
{
    const std::lock_guard lock(m_mutex);
    if (milliseconds > budgetMs) {
        m_size = std::max(smallest, m_size / 2);
    } else if (milliseconds < budgetMs / 5) {
        m_size = std::min(largest, m_size * 2);
    }
}

std::uint64_t PreviewSamples::sampleSize() const
{
    const std::lock_guard lock(m_mutex);
    return m_size;
}

} // namespace bw
