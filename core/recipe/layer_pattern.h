#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// A rule's `match`, compiled once. Immutable, thread-safe.
///
/// Patterns are ECMAScript regular expressions found anywhere in a name, without back-references: matching then takes
/// polynomial time, so no recipe can hang the program. Patterns that only list names ("^(a|b)$") are compared as text,
/// whatever the length of the names; of longer names than 1024 bytes, other patterns see the first 1024.
class LayerPattern
{
public:
    /// Error{BadInput}: not a valid expression, or longer than 1000 characters without being a list of names.
    explicit LayerPattern(std::string_view pattern);
    ~LayerPattern();
    LayerPattern(LayerPattern&&) noexcept;
    LayerPattern& operator=(LayerPattern&&) noexcept;

    bool matches(std::string_view name) const;
    /// Texts of the pattern's groups where it matches (none if it has no groups); nothing if it does not match.
    std::optional<std::vector<std::string>> captures(std::string_view name) const;

private:
    struct Impl;
    std::unique_ptr<const Impl> m_impl;
};

/// "^(a|b)$" for these names, escaped, sorted and without repetition. Empty for no names.
std::string namesPattern(std::vector<std::string> names);
/// The names of a pattern that namesPattern() could have made; nothing for other patterns.
std::optional<std::vector<std::string>> namesOfPattern(std::string_view pattern);

} // namespace bw
