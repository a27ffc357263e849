#pragma once

#include "core/base/content_hash.h"
#include "core/engine/quantize_model.h"
#include "core/engine/rank_formats.h"

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace bw {

/// Layer results and tensor hashes by content key, least recently used out first, within a byte budget. Thread-safe.
class ResultCache
{
public:
    explicit ResultCache(std::uint64_t budgetBytes)
        : m_budget(budgetBytes)
    {
    }

    /// nullptr if absent.
    QuantizedLayerPtr find(const ContentHash& key);
    /// A result larger than the whole budget is not kept.
    void insert(const ContentHash& key, QuantizedLayerPtr layer);
    std::uint64_t usedBytes() const;
    /// Figures without codes: small, so they have no part in the budget.
    std::optional<MeasuredFormat> findFigures(const ContentHash& key) const;
    void insertFigures(const ContentHash& key, const MeasuredFormat& figures);
    /// Content hash of a layer's values (dtype, shape, output axis, bytes), computed once per owner.
    ContentHash tensorHash(const LayerInfo& layer, const JobContext& ctx = {});

private:
    struct Entry
    {
        ContentHash key;
        QuantizedLayerPtr layer;
        std::uint64_t bytes = 0;
    };
    /// Valid while the owner of the bytes lives: afterwards other values may be at the same address.
    struct KnownHash
    {
        std::weak_ptr<const void> owner;
        std::size_t byteCount = 0;
        DType dtype = DType::F32;
        Shape shape;
        int outAxis = 0;
        ContentHash hash;
    };

    mutable std::mutex m_mutex;
    std::uint64_t m_budget = 0;
    std::uint64_t m_used = 0;
    std::list<Entry> m_entries; ///< most recently used first
    std::unordered_map<ContentHash, std::list<Entry>::iterator> m_byKey;
    std::unordered_map<ContentHash, MeasuredFormat> m_figures;
    std::unordered_map<const void*, KnownHash> m_tensorHashes; ///< by address of the first byte
};

} // namespace bw
