#pragma once

#include "core/base/text.h"

#include <string>
#include <vector>

namespace bw::cli {

/// "; did you mean "conv1.weight"?" for the end of a sentence that refuses `word`; `otherwise` if no candidate is near.
inline std::string didYouMean(
    const std::string& word, const std::vector<std::string>& candidates, const std::string& otherwise = {})
{
    const std::string nearest = nearestWord(word, candidates);
    return nearest.empty() ? otherwise : "; did you mean \"" + printable(nearest) + "\"?";
}

/// "a, b, c"
inline std::string listText(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

/// The ids of a registry's entries, in its order.
template <class Registry>
std::vector<std::string> idsOf(const Registry& registry)
{
    std::vector<std::string> ids;
    for (const auto* entry : registry.entries()) {
        ids.push_back(entry->id);
    }
    return ids;
}

} // namespace bw::cli
