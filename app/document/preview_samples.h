#pragma once

#include "core/model/model.h"

#include <cstdint>
#include <map>
#include <mutex>

namespace bw {

/// The samples that previews of a drag are computed on, kept while a model is open, and how large they may be for
/// previews to stay quick. Thread-safe.
class PreviewSamples
{
public:
    static constexpr double budgetMs = 30;

    TensorView sample(const LayerInfo& layer);
    /// How long a preview of one layer took: later samples become smaller or larger.
    void noteDuration(double milliseconds);
    std::uint64_t sampleSize() const;

private:
    struct Entry
    {
        std::uint64_t size = 0;
        TensorView view;
    };
    mutable std::mutex m_mutex;
    std::uint64_t m_size = std::uint64_t { 1 } << 18;
    std::map<LayerId, Entry> m_entries;
};

} // namespace bw
