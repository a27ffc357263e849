#include "core/export/gguf_entries.h"

#include "core/base/error.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace bw {

namespace {
template <class T>
std::string numberArray(GgufValueType type, const std::vector<T>& values)
{
    std::string bytes = ggufU32(static_cast<std::uint32_t>(type)) + ggufU64(values.size());
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    return bytes;
}
} // namespace

void GgufMetadata::set(const std::string& key, GgufValueType type, std::string bytes)
{
    const auto found = std::find_if(
        m_entries.begin(), m_entries.end(), [&](const GgufContentEntry& entry) { return entry.key == key; });
    if (found != m_entries.end()) {
        *found = { key, type, std::move(bytes) };
    } else {
        m_entries.push_back({ key, type, std::move(bytes) });
    }
}

void GgufMetadata::setText(const std::string& key, std::string_view text)
{
    set(key, GgufValueType::String, ggufText(text));
}

void GgufMetadata::setU32(const std::string& key, std::uint64_t value)
{
    if (value > std::numeric_limits<std::uint32_t>::max()) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "a size in the file is too large to be true")));
    }
    set(key, GgufValueType::U32, ggufU32(static_cast<std::uint32_t>(value)));
}

void GgufMetadata::setF32(const std::string& key, float value)
{
    set(key, GgufValueType::F32, ggufU32(std::bit_cast<std::uint32_t>(value)));
}

void GgufMetadata::setBool(const std::string& key, bool value)
{
    set(key, GgufValueType::Bool, std::string(1, value ? '\1' : '\0'));
}

void GgufMetadata::setTexts(const std::string& key, const std::vector<std::string>& texts)
{
    std::string bytes = ggufU32(static_cast<std::uint32_t>(GgufValueType::String)) + ggufU64(texts.size());
    for (const auto& text : texts) {
        bytes += ggufText(text);
    }
    set(key, GgufValueType::Array, std::move(bytes));
}

void GgufMetadata::setNumbers(const std::string& key, const std::vector<float>& values)
{
    set(key, GgufValueType::Array, numberArray(GgufValueType::F32, values));
}

void GgufMetadata::setNumbers(const std::string& key, const std::vector<std::int32_t>& values)
{
    set(key, GgufValueType::Array, numberArray(GgufValueType::I32, values));
}

bool GgufMetadata::has(std::string_view key) const
{
    return std::any_of(
        m_entries.begin(), m_entries.end(), [&](const GgufContentEntry& entry) { return entry.key == key; });
}

} // namespace bw
