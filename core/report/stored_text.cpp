#include "core/report/stored_text.h"

#include "core/base/error.h"
#include "core/base/json.h"

namespace bw {

namespace {
constexpr std::size_t mostSlots = 9;

[[noreturn]] void refuse()
{
    throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "a note in the file is not stored as notes are")));
}
} // namespace

std::string storedText(const Text& text)
{
    if (text.empty()) {
        return {};
    }
    Json list = Json::array({ text.source });
    for (const auto& argument : text.args) {
        list.push_back(argument);
    }
    return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Text restoredText(const std::string& stored)
{
    if (stored.empty()) {
        return {};
    }
    const Json list = parseJson(stored);
    if (!list.is_array() || list.empty() || list.size() > mostSlots + 1) {
        refuse();
    }
    std::vector<std::string> parts;
    for (const auto& part : list) {
        if (!part.is_string()) {
            refuse();
        }
        parts.push_back(part.get<std::string>());
    }
    return Text(parts.front(), std::vector<std::string>(parts.begin() + 1, parts.end()));
}

} // namespace bw
