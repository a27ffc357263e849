#pragma once
// Include in .cpp files only: it brings the JSON library along.

#include "core/base/error.h"
#include "core/base/json.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace bw::llama {

/// Reads entries of one JSON object that a stranger wrote. null counts as absent; what is of another type than it must
/// be is an Error{BadFile} that names the key.
class JsonEntries
{
public:
    /// `prefix`: the object's own key, with a point: "rope_scaling.".
    explicit JsonEntries(const Json& object, std::string prefix = {})
        : m_object(object)
        , m_prefix(std::move(prefix))
    {
        if (!object.is_object()) {
            wrong(
                prefix.empty() ? std::string("…") : m_prefix, BW_TR_NOOP("core", "the JSON entry \"%1\" is no object"));
        }
    }

    const Json* find(const std::string& key) const
    {
        const auto found = m_object.find(key);
        return found == m_object.end() || found->is_null() ? nullptr : &*found;
    }
    bool has(const std::string& key) const { return find(key) != nullptr; }

    std::optional<std::string> text(const std::string& key) const
    {
        const auto* value = find(key);
        if (value == nullptr) {
            return std::nullopt;
        }
        if (!value->is_string()) {
            wrong(key, BW_TR_NOOP("core", "the JSON entry \"%1\" is no text"));
        }
        return value->get<std::string>();
    }
    std::optional<bool> flag(const std::string& key) const
    {
        const auto* value = find(key);
        if (value == nullptr) {
            return std::nullopt;
        }
        if (!value->is_boolean()) {
            wrong(key, BW_TR_NOOP("core", "the JSON entry \"%1\" is neither true nor false"));
        }
        return value->get<bool>();
    }
    /// A whole number from 1 to 2^31 - 1.
    std::optional<std::uint64_t> size(const std::string& key) const
    {
        const auto* value = find(key);
        if (value == nullptr) {
            return std::nullopt;
        }
        if (!value->is_number_unsigned() || value->get<std::uint64_t>() == 0
            || value->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max())) {
            wrong(key, BW_TR_NOOP("core", "the JSON entry \"%1\" is no whole number from 1 to 2147483647"));
        }
        return value->get<std::uint64_t>();
    }
    /// A finite number that float32 can hold.
    std::optional<double> real(const std::string& key) const
    {
        const auto* value = find(key);
        if (value == nullptr) {
            return std::nullopt;
        }
        if (!value->is_number() || !(std::abs(value->get<double>()) <= std::numeric_limits<float>::max())) {
            wrong(key, BW_TR_NOOP("core", "the JSON entry \"%1\" is no number of float32"));
        }
        return value->get<double>();
    }
    std::optional<double> positive(const std::string& key) const
    {
        const auto value = real(key);
        if (value && !(static_cast<float>(*value) > 0)) {
            wrong(key, BW_TR_NOOP("core", "the JSON entry \"%1\" is not above 0"));
        }
        return value;
    }
    /// The object that is the entry's value.
    std::optional<JsonEntries> object(const std::string& key) const
    {
        const auto* value = find(key);
        return value == nullptr ? std::nullopt : std::optional(JsonEntries(*value, m_prefix + key + "."));
    }
    template <class T>
    T needed(const std::string& key, std::optional<T> value) const
    {
        if (!value) {
            wrong(key, BW_TR_NOOP("core", "the JSON entry \"%1\" is missing"));
        }
        return *value;
    }
    const Json& json() const { return m_object; }

    /// Throws; `sentence` says what is wrong with %1.
    [[noreturn]] void wrong(const std::string& key, const char* sentence) const
    {
        throw Error(ErrorKind::BadFile, sentence, printable(key == m_prefix ? key : m_prefix + key));
    }

private:
    const Json& m_object;
    std::string m_prefix;
};

/// Parses a JSON text whose outermost value must be an object. Error{BadFile}.
inline Json parseJsonObject(std::string_view text)
{
    if (text.find('\0') != std::string_view::npos) { // the parser would take it for the end
        throw Error(
            ErrorKind::BadFile, BW_TR_NOOP("core", "the JSON is malformed at byte %1"), toText(text.find('\0') + 1));
    }
    auto document = parseJson(text);
    if (!document.is_object()) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the JSON is no object")));
    }
    return document;
}

} // namespace bw::llama
