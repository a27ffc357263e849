#pragma once

#include "core/base/content_hash.h"
#include "core/engine/quantize_model.h"

#include <cstdint>
#include <list>
#include <mutex>
#include <unordered_map>

namespace bw {

/// Layer results and tensor hashes by content key, least recently used out first, within a byte budget. Thread-safe.
class ResultCache
{
public:
    explicit ResultCache(std::uint64_t budgetBytes) : m_budget(budgetBytes) {}

    /// nullptr if absent.
    QuantizedLayerPtr find(const ContentHash& key);
    void insert(const ContentHash& key, QuantizedLayerPtr layer);
    std::uint64_t usedBytes() const;
    /// Content hash of a layer's values (dtype, shape, bytes), computed once per owner.
    ContentHash tensorHash(const LayerInfo& layer);

private:
    struct Entry
    {
        ContentHash key;
        QuantizedLayerPtr layer;
        std::uint64_t bytes = 0;
    };
    mutable std::mutex m_mutex;
    std::uint64_t m_budget = 0;
    std::uint64_t m_used = 0;
    std::list<Entry> m_entries; ///< most recently used first
    std::unordered_map<ContentHash, std::list<Entry>::iterator> m_byKey;
    std::unordered_map<const void*, ContentHash> m_tensorHashes;
};

} // namespace bw
