#include "core/formats/format_extras_text.h"

#include "core/formats/format_extra.h"
#include "core/formats/format_family.h"

#include <algorithm>

namespace bw {

namespace {
/// The extra of a format that excludes `extra`; nullptr if none does.
const FormatExtra* rivalOf(const QuantFormat& format, const FormatExtra& extra)
{
    for (const auto* other : formatExtras().entries()) {
        if (other != &extra && !extra.kind.empty() && other->kind == extra.kind && format.extras.contains(other->id)) {
            return other;
        }
    }
    return nullptr;
}

std::string pieceText(const FormatExtra& extra, const ParamValue& value)
{
    return extra.value ? extra.id + "=" + extra.valueText(value) : extra.id;
}

void checkValue(const FormatExtra& extra, const ParamValue& value, std::vector<Problem>& problems)
{
    if (!extra.value) {
        if (!std::holds_alternative<std::monostate>(value)) {
            problems.push_back({ extra.id, { BW_TR_NOOP("core", "/%1 takes no value"), { extra.id } } });
        }
        return;
    }
    for (auto problem : checkParams({ *extra.value }, { { extra.value->id, value } })) {
        problem.field = extra.id;
        problems.push_back(std::move(problem));
    }
}
} // namespace

bool parseExtra(std::string_view piece, QuantFormat& format)
{
    const auto equals = piece.find('=');
    const auto* extra = formatExtras().find(piece.substr(0, equals));
    if (extra == nullptr) {
        return false;
    }
    if (format.extras.contains(extra->id)) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "\"/%1\" is given twice"), extra->id);
    }
    ParamValue value;
    if (extra->value) {
        auto read = equals == std::string_view::npos ? std::nullopt : extra->parseValue(piece.substr(equals + 1));
        if (!read) {
            throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "\"/%1\" needs a value, as in /%2"), printable(piece),
                pieceText(*extra, extra->value->defaultValue));
        }
        value = std::move(*read);
    } else if (equals != std::string_view::npos) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "/%1 takes no value"), extra->id);
    }
    format.extras[extra->id] = std::move(value);
    return true;
}

std::string extrasText(const QuantFormat& format)
{
    std::string text;
    for (const auto* extra : formatExtras().entries()) {
        const auto found = format.extras.find(extra->id);
        if (found != format.extras.end() && familyOf(format).usualCoder != extra->id) {
            text += "/" + pieceText(*extra, found->second);
        }
    }
    return text;
}

void addUsualCoder(QuantFormat& format)
{
    const auto* usual = formatExtras().find(familyOf(format).usualCoder);
    if (usual != nullptr && rivalOf(format, *usual) == nullptr) {
        format.extras.insert({ usual->id, {} });
    }
}

void checkExtras(const QuantFormat& format, std::vector<Problem>& problems)
{
    const auto& family = familyOf(format);
    if (!family.takesExtras && !format.extras.empty()) {
        problems.push_back(
            { "extras", { BW_TR_NOOP("core", "%1 takes no extras"), { family.elementText(format.params) } } });
        return;
    }
    for (const auto& [id, value] : format.extras) {
        const auto* extra = formatExtras().find(id);
        if (extra == nullptr) {
            problems.push_back({ "extras", { BW_TR_NOOP("core", "there is no extra \"%1\""), { printable(id) } } });
            continue;
        }
        checkValue(*extra, value, problems);
        if (const auto* rival = rivalOf(format, *extra)) {
            problems.push_back(
                { id, { BW_TR_NOOP("core", "/%1 and /%2 exclude each other"), { extra->id, rival->id } } });
        }
        if (problems.empty() && extra->validate != nullptr) {
            problems = extra->validate(format);
        }
    }
    const auto* usual = formatExtras().find(family.usualCoder);
    if (usual != nullptr && !format.extras.contains(usual->id) && rivalOf(format, *usual) == nullptr) {
        problems.push_back({ "extras",
            { BW_TR_NOOP("core", "%1 needs an entropy coder, as /%2"),
                { family.elementText(format.params), usual->id } } });
    }
}

std::vector<std::string> extraWords()
{
    std::vector<std::string> words;
    for (const auto* extra : formatExtras().entries()) {
        words.push_back(extra->value ? pieceText(*extra, extra->value->defaultValue) : extra->id);
    }
    return words;
}

} // namespace bw
