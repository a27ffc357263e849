#pragma once

#include "core/model/gguf_header.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// One metadata entry to be written; `bytes` as GgufEntry::bytes.
struct GgufContentEntry
{
    std::string key;
    GgufValueType type = GgufValueType::String;
    std::string bytes;
};

/// Metadata in the order it was first set; keys are unique.
class GgufMetadata
{
public:
    GgufMetadata() = default;
    explicit GgufMetadata(std::vector<GgufContentEntry> entries)
        : m_entries(std::move(entries))
    {
    }
    void set(const std::string& key, GgufValueType type, std::string bytes);
    void setText(const std::string& key, std::string_view text);
    void setU32(const std::string& key, std::uint64_t value); ///< at most 2^32 - 1
    void setF32(const std::string& key, float value);
    void setBool(const std::string& key, bool value);
    void setTexts(const std::string& key, const std::vector<std::string>& texts);
    void setNumbers(const std::string& key, const std::vector<float>& values);
    void setNumbers(const std::string& key, const std::vector<std::int32_t>& values);
    bool has(std::string_view key) const;
    std::vector<GgufContentEntry> entries() && { return std::move(m_entries); }

private:
    std::vector<GgufContentEntry> m_entries;
};

} // namespace bw
