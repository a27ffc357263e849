#pragma once

#include "core/base/job_context.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bw {

inline constexpr int maxVectorLength = 8;
inline constexpr int maxVectorBits = 12;

/// Entries of `length` numbers each, and the nearest of them. Immutable.
class VectorCodebook
{
public:
    /// `entries`: one entry after another.
    VectorCodebook(std::size_t length, std::vector<float> entries);

    std::size_t length() const { return m_length; }
    std::size_t size() const { return m_entries.size() / m_length; }
    std::span<const float> entries() const { return m_entries; }
    std::span<const float> entry(std::size_t index) const
    {
        return std::span(m_entries).subspan(index * m_length, m_length);
    }
    /// Index of the entry with the least squared distance, of equal ones the first. A vector shorter than length() is
    /// compared by the numbers it has.
    std::size_t nearest(std::span<const float> vector) const;

private:
    std::size_t m_length;
    std::vector<float> m_entries;
    std::vector<float> m_columns; ///< the entries' first numbers, then the second ones, …
};

/// k-means of vectors (one after another): k-means++ (Arthur and Vassilvitskii 2007) on at most 65,536 of them, then
/// Lloyd's iteration on all. The same result on any number of threads. Fewer distinct vectors than entries: the last
/// ones repeat. `entries` zeros where there are no vectors.
std::vector<float> fitVectorCodebook(
    std::span<const float> vectors, std::size_t length, std::size_t entries, const JobContext& ctx);

} // namespace bw
