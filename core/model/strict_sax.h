#pragma once

#include "core/base/error.h"
#include "core/base/json.h"

#include <string>
#include <string_view>

namespace bw {

/// Base of readers that take a JSON text event by event, without building a document: the text may be 100 MB, and its
/// author unfriendly. Overridden are the events a reader expects; all others are errors. Include in .cpp files only.
class StrictSax : public nlohmann::json_sax<Json>
{
public:
    bool null() override { return unexpected(); }
    bool boolean(bool) override { return unexpected(); }
    bool number_integer(number_integer_t) override { return unexpected(); }
    bool number_unsigned(number_unsigned_t) override { return unexpected(); }
    bool number_float(number_float_t, const string_t&) override { return unexpected(); }
    bool string(string_t&) override { return unexpected(); }
    bool binary(binary_t&) override { return unexpected(); }
    bool start_object(std::size_t) override { return unexpected(); }
    bool end_object() override { return unexpected(); }
    bool start_array(std::size_t) override { return unexpected(); }
    bool end_array() override { return unexpected(); }
    bool key(string_t&) override { return unexpected(); }
    bool parse_error(std::size_t position, const std::string&, const Json::exception&) override
    {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the JSON is malformed at byte %1"), toText(position));
    }

protected:
    /// Called for what the reader did not expect here; throws.
    virtual bool unexpected() = 0;
};

/// Sends the events of `json` to `reader`. Error{BadFile} if it is malformed.
inline void readJson(std::string_view json, StrictSax& reader)
{
    // The parser takes a zero byte for the end of the text and does not look further.
    const auto zero = json.find('\0');
    if (zero != std::string_view::npos) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the JSON is malformed at byte %1"), toText(zero + 1));
    }
    Json::sax_parse(json.begin(), json.end(), &reader);
}

} // namespace bw
