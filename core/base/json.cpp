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

/// Builds the document while holding it to the limits; nlohmann's own parser has none.
class LimitedBuilder : public nlohmann::json_sax<Json>
{
public:
    explicit LimitedBuilder(const JsonLimits& limits)
        : m_limits(limits)
        , m_dom(m_root, true)
    {
    }

    bool null() override { return m_dom.null(); }
    bool boolean(bool value) override { return m_dom.boolean(value); }
    bool number_integer(number_integer_t value) override { return m_dom.number_integer(value); }
    bool number_unsigned(number_unsigned_t value) override { return m_dom.number_unsigned(value); }
    bool number_float(number_float_t value, const string_t& text) override { return m_dom.number_float(value, text); }
    bool string(string_t& value) override { return m_dom.string(value); }
    bool binary(binary_t& value) override { return m_dom.binary(value); }
    bool start_object(std::size_t size) override
    {
        enter();
        m_keys.emplace_back();
        return m_dom.start_object(size);
    }
    bool end_object() override
    {
        --m_depth;
        m_keys.pop_back();
        return m_dom.end_object();
    }
    bool start_array(std::size_t size) override
    {
        enter();
        return m_dom.start_array(size);
    }
    bool end_array() override
    {
        --m_depth;
        return m_dom.end_array();
    }
    bool key(string_t& name) override
    {
        if (!m_keys.back().insert(name).second) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the key \"%1\" occurs twice in one JSON object"),
                printable(name));
        }
        return m_dom.key(name);
    }
    bool parse_error(std::size_t position, const std::string&, const Json::exception&) override
    {
        m_errorAt = position;
        return false;
    }

    Json take() { return std::move(m_root); }
    std::size_t errorAt() const { return m_errorAt; }

private:
    void enter()
    {
        if (++m_depth > m_limits.depth) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the JSON is nested too deeply")));
        }
    }

    JsonLimits m_limits;
    Json m_root;
    nlohmann::detail::json_sax_dom_parser<Json> m_dom;
    std::vector<std::set<std::string>> m_keys;
    std::size_t m_depth = 0;
    std::size_t m_errorAt = 0;
};
} // namespace

Json parseJson(std::string_view text, const JsonLimits& limits)
{
    if (text.size() > limits.bytes) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the JSON is %1 long; at most %2 are read"),
            sizeText(text.size()), sizeText(limits.bytes));
    }
    LimitedBuilder builder(limits);
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
