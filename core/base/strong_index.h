#pragma once
// value header

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>

namespace bw {

/// A 32-bit index that cannot be mixed up with another kind of index. Default-constructed: invalid.
template <class Tag>
struct StrongIndex
{
    std::uint32_t value = std::numeric_limits<std::uint32_t>::max();

    constexpr StrongIndex() = default;
    constexpr explicit StrongIndex(std::size_t index)
        : value(static_cast<std::uint32_t>(index))
    {
    }
    constexpr bool isValid() const { return value != std::numeric_limits<std::uint32_t>::max(); }
    constexpr std::size_t index() const { return value; }
    friend constexpr auto operator<=>(const StrongIndex&, const StrongIndex&) = default;
};

} // namespace bw

template <class Tag>
struct std::hash<bw::StrongIndex<Tag>>
{
    std::size_t operator()(const bw::StrongIndex<Tag>& id) const noexcept
    {
        return std::hash<std::uint32_t> {}(id.value);
    }
};
