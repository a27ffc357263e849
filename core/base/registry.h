#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace bw {

/// A table of entries that have an `id`. Entries live for ever; order is the order of the .inc file, which is the order
/// users see.
template <class Entry>
class Registry
{
public:
    explicit Registry(std::vector<const Entry*> entries)
        : m_entries(std::move(entries))
    {
    }

    std::span<const Entry* const> entries() const { return m_entries; }
    /// nullptr if there is none.
    const Entry* find(std::string_view id) const
    {
        for (const Entry* entry : m_entries) {
            if (entry->id == id) {
                return entry;
            }
        }
        return nullptr;
    }

private:
    std::vector<const Entry*> m_entries;
};

} // namespace bw
