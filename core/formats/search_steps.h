#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace bw {

/// A binary search among n > 0 ascending numbers that takes the same ⌈log2(n+1)⌉ steps for every value. Start with
/// count = 0; each step of `size` looks at number count + size - 1 and adds `size` if that one is below the value.
class SearchSteps
{
public:
    explicit SearchSteps(std::size_t count)
    {
        // Windows of 2^k - 1 numbers can be halved exactly. Where n is none such, the first step chooses between the
        // first and the last window that is.
        auto window = std::bit_floor(static_cast<std::uint32_t>(count) + 1);
        if (const auto first = static_cast<std::uint32_t>(count) + 1 - window; first > 0) {
            m_sizes[m_count++] = first;
        }
        while (window > 1) {
            window /= 2;
            m_sizes[m_count++] = window;
        }
    }

    std::size_t count() const { return m_count; }
    std::uint32_t operator[](std::size_t i) const { return m_sizes[i]; }
    const std::uint32_t* begin() const { return m_sizes.data(); }
    const std::uint32_t* end() const { return m_sizes.data() + m_count; }

private:
    std::array<std::uint32_t, 33> m_sizes {};
    std::size_t m_count = 0;
};

} // namespace bw
