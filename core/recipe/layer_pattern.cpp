// Before <regex>: a pattern of 1000 characters has up to 2000 states; more come of nested counts, and each costs time at
// every character of every name ("(a{300}){300}" took a second for a layer).
#define _GLIBCXX_REGEX_STATE_LIMIT 3000

#include "core/recipe/layer_pattern.h"

#include "core/base/error.h"

#include <algorithm>
#include <locale>
#include <regex>
#include <unordered_set>

namespace bw {

namespace {
constexpr std::string_view specialCharacters = "\\^$.|?*+()[]{}";
constexpr std::size_t maxPatternLength = 1000;
constexpr std::size_t maxSearchedName = 1024;

std::string escaped(std::string_view name)
{
    std::string out;
    for (const char c : name) {
        if (specialCharacters.find(c) != std::string_view::npos) {
            out += '\\';
        }
        out += c;
    }
    return out;
}

/// ".*" at either end changes nothing for a search, but costs time quadratic in the length of the name.
std::string_view withoutIdleEnds(std::string_view pattern)
{
    if (pattern.starts_with(".*") && !pattern.starts_with(".*?")) {
        pattern.remove_prefix(2);
    }
    if (pattern.ends_with(".*") && !pattern.ends_with("\\.*")) {
        pattern.remove_suffix(2);
    }
    return pattern;
}

std::size_t digitsAt(std::string_view text, std::size_t first)
{
    const auto end = std::min(text.find_first_not_of("0123456789", std::min(first, text.size())), text.size());
    return end - std::min(first, end);
}

/// libstdc++ reads counts ("{2,3}") and back-references ("\3") into a long without asking whether they fit.
bool hasEndlessNumber(std::string_view pattern)
{
    constexpr std::size_t mostDigits = 9;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const bool isCount = pattern[i] == '{';
        if (!isCount && pattern[i] != '\\') {
            continue;
        }
        const auto digits = digitsAt(pattern, i + 1);
        const auto behind = i + 1 + digits;
        const bool hasMost = isCount && behind < pattern.size() && pattern[behind] == ',';
        if (digits > mostDigits || (hasMost && digitsAt(pattern, behind + 1) > mostDigits)) {
            return true;
        }
        i += isCount ? 0 : 1; // what is escaped
    }
    return false;
}

std::regex compiled(std::string_view pattern)
{
    if (pattern.size() > maxPatternLength) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "the pattern is %1 characters long; at most %2 are allowed"), toText(pattern.size()),
            toText(maxPatternLength));
    }
    if (hasEndlessNumber(pattern)) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "the pattern \"%1\" counts beyond a billion, which no layer's name needs"),
            printable(pattern));
    }
    auto flags = std::regex::ECMAScript;
#ifdef __GLIBCXX__
    // libstdc++'s breadth-first matcher: no exponential backtracking and no recursion along the name.
    flags |= std::regex_constants::__polynomial;
#endif
    // A copy, for the zero byte behind it: libstdc++ looks one character past the end of a pattern that ends with "(".
    const std::string text(withoutIdleEnds(pattern));
    try {
        std::regex regex;
        regex.imbue(std::locale::classic());
        regex.assign(text, flags);
        return regex;
    } catch (const std::regex_error& error) {
        if (error.code() == std::regex_constants::error_complexity) {
            throw Error(ErrorKind::BadInput,
                BW_TR_NOOP("core", "the pattern \"%1\" uses a back-reference, which is not supported"),
                printable(pattern));
        }
        if (error.code() == std::regex_constants::error_space) {
            throw Error(ErrorKind::BadInput,
                BW_TR_NOOP("core", "the pattern \"%1\" repeats too much; make the counts in { } smaller"),
                printable(pattern));
        }
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core",
                "\"%1\" is not a valid regular expression: check its brackets, and write a literal . ( ) [ ] * + ? as "
                "\\. \\( …"),
            printable(pattern));
    }
}
} // namespace

struct LayerPattern::Impl
{
    std::unordered_set<std::string> names; ///< used when `regex` is absent
    std::optional<std::regex> regex;
};

LayerPattern::LayerPattern(std::string_view pattern)
{
    auto impl = std::make_unique<Impl>();
    if (auto names = namesOfPattern(pattern)) {
        impl->names.insert(names->begin(), names->end());
    } else {
        impl->regex = compiled(pattern);
    }
    m_impl = std::move(impl);
}

LayerPattern::~LayerPattern() = default;
LayerPattern::LayerPattern(LayerPattern&&) noexcept = default;
LayerPattern& LayerPattern::operator=(LayerPattern&&) noexcept = default;

bool LayerPattern::matches(std::string_view name) const
{
    if (!m_impl->regex) {
        return m_impl->names.contains(std::string(name));
    }
    const auto seen = name.substr(0, maxSearchedName);
    return std::regex_search(seen.begin(), seen.end(), *m_impl->regex);
}

std::optional<std::vector<std::string>> LayerPattern::captures(std::string_view name) const
{
    if (!m_impl->regex) {
        return matches(name) ? std::optional(std::vector<std::string>()) : std::nullopt;
    }
    const auto seen = name.substr(0, maxSearchedName);
    std::match_results<std::string_view::const_iterator> found;
    if (!std::regex_search(seen.begin(), seen.end(), found, *m_impl->regex)) {
        return std::nullopt;
    }
    std::vector<std::string> texts;
    for (std::size_t i = 1; i < found.size(); ++i) {
        texts.push_back(found[i].str());
    }
    return texts;
}

std::string namesPattern(std::vector<std::string> names)
{
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (names.empty()) {
        return {};
    }
    std::string list;
    for (const auto& name : names) {
        list += (&name == names.data() ? "" : "|") + escaped(name);
    }
    return names.size() == 1 ? "^" + list + "$" : "^(" + list + ")$";
}

std::optional<std::vector<std::string>> namesOfPattern(std::string_view pattern)
{
    const bool isAnchored = pattern.size() >= 2 && pattern.front() == '^' && pattern.back() == '$';
    if (!isAnchored) {
        return std::nullopt;
    }
    auto list = pattern.substr(1, pattern.size() - 2);
    const bool isGroup = list.size() >= 2 && list.front() == '(' && list.back() == ')';
    if (isGroup) {
        list = list.substr(1, list.size() - 2);
    }
    std::vector<std::string> names(1);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const bool isEscape = list[i] == '\\';
        if (isEscape && (++i == list.size() || specialCharacters.find(list[i]) == std::string_view::npos)) {
            return std::nullopt;
        }
        if (!isEscape && list[i] == '|' && isGroup) {
            names.emplace_back();
        } else if (!isEscape && specialCharacters.find(list[i]) != std::string_view::npos) {
            return std::nullopt;
        } else {
            names.back() += list[i];
        }
    }
    return names;
}

} // namespace bw
