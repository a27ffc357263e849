#pragma once
// Objects of many members, one per tensor of a model. The library keeps members in a list, for their order, and looks
// through all of it for a key: n members by [] are n² comparisons. Include in .cpp files only, as json.h.

#include "core/base/json.h"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace bw {

/// Adds a member behind the others. The object must have no such key: it is not looked for.
inline void addNewMember(Json& object, std::string key, Json value)
{
    Json::object_t::Container& members = object.get_ref<Json::object_t&>();
    members.emplace_back(std::move(key), std::move(value));
}

inline Json textsObject(const std::map<std::string, std::string>& texts)
{
    Json object = Json::object();
    for (const auto& [key, text] : texts) {
        addNewMember(object, key, text);
    }
    return object;
}

/// Finds members of an object, which must outlive it unchanged.
class JsonMembers
{
public:
    explicit JsonMembers(const Json& object)
    {
        for (const auto& [key, value] : object.get_ref<const Json::object_t&>()) {
            m_byKey.emplace(key, &value);
        }
    }

    /// Null if there is none.
    const Json* find(std::string_view key) const
    {
        const auto found = m_byKey.find(key);
        return found == m_byKey.end() ? nullptr : found->second;
    }

private:
    std::unordered_map<std::string_view, const Json*> m_byKey;
};

} // namespace bw
