#include "core/base/json.h"

#include "core/base/error.h"

#include <algorithm>
#include <set>
#include <vector>

namespace bw {

namespace {
std::string whereText(std::string_view text, std::size_t at)
{
    const auto before = text.substr(0, std::min(at, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto lineStart = before.rfind('\n');
    const auto column = lineStart == std::string_view::npos ? before.size() + 1 : before.size() - lineStart;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// Builds the document while holding it to the limits; nlohmann's own parser has none, and looks through all keys of an
/// object for each new one.
class LimitedBuilder : public nlohmann::json_sax<Json>
{
public:
    LimitedBuilder(std::size_t bytes, const JsonLimits& limits)
        : m_limits(limits)
        , m_mostValues(bytes / leastBytes + 64)
    {
    }

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t&) override { return add(value); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t& value) override { return add(std::move(value)); }
    bool start_object(std::size_t) override
    {
        enter(Json::object());
        m_keys.emplace_back();
        return true;
    }
    bool end_object() override
    {
        m_open.pop_back();
        m_keys.pop_back();
        return true;
    }
    bool start_array(std::size_t) override
    {
        enter(Json::array());
        return true;
    }
    bool end_array() override
    {
        m_open.pop_back();
        return true;
    }
    bool key(string_t& name) override
    {
        if (!m_keys.back().insert(name).second) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the key \"%1\" occurs twice in one JSON object"),
                printable(name));
        }
        m_key = std::move(name);
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const Json::exception&) override
    {
        m_errorAt = position;
        return false;
    }

    Json take() { return std::move(m_root); }
    std::size_t errorAt() const { return m_errorAt; }

private:
    static constexpr std::size_t leastBytes = 4; ///< that a value takes in the mean; what is denser only wastes memory

    /// The value in its place: containers only grow at their ends, so that those around it stay where they are.
    template <class T>
    Json& placed(T&& value)
    {
        if (++m_values > m_mostValues) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the JSON holds too many values for its length")));
        }
        if (m_open.empty()) {
            m_root = Json(std::forward<T>(value));
            return m_root;
        }
        Json& parent = *m_open.back();
        if (parent.is_array()) {
            return parent.get_ref<Json::array_t&>().emplace_back(std::forward<T>(value));
        }
        // Its own emplace() would look for the key, which is known to be new.
        Json::object_t::Container& members = parent.get_ref<Json::object_t&>();
        return members.emplace_back(std::move(m_key), Json(std::forward<T>(value))).second;
    }
    template <class T>
    bool add(T&& value)
    {
        placed(std::forward<T>(value));
        return true;
    }
    void enter(Json&& container)
    {
        m_open.push_back(&placed(std::move(container)));
        if (m_open.size() > m_limits.depth) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the JSON is nested too deeply")));
        }
    }

    JsonLimits m_limits;
    Json m_root;
    std::vector<Json*> m_open; ///< containers around the next value
    std::vector<std::set<std::string>> m_keys;
    std::string m_key;
    std::size_t m_values = 0;
    std::size_t m_mostValues;
    std::size_t m_errorAt = 0;
};
} // namespace

Json parseJson(std::string_view text, const JsonLimits& limits)
{
    if (text.size() > limits.bytes) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the JSON is %1 long; at most %2 are read"),
            sizeText(text.size()), sizeText(limits.bytes));
    }
    LimitedBuilder builder(text.size(), limits);
    if (!Json::sax_parse(text.begin(), text.end(), &builder)) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the JSON is malformed at %1"),
            whereText(text, builder.errorAt() == 0 ? 0 : builder.errorAt() - 1));
    }
    return builder.take();
}

std::string jsonText(const Json& document)
{
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace bw
