#pragma once
// value header

#include <cstdint>
#include <string>
#include <string_view>

namespace bw {

/// How large the result may be, as people say it.
struct Budget
{
    enum class Kind
    {
        BitsPerWeight, ///< mean over all weights that can be quantized; codes, scales and tables counted
        Bytes, ///< of the written file
        Share ///< of the source's file, 0.25 for "25%"; written file against source file
    };
    Kind kind = Kind::Share;
    double value = 0.25;
    friend bool operator==(const Budget&, const Budget&) = default;
};

/// "4.1bpw", "4.1 bits", "3.2GiB", "900kB", "25%"; a bare number is bytes. Error{BadInput} says how it is spelt.
Budget parseBudget(std::string_view text);
/// Shortest spelling that reads back to the same budget: "4.1bpw", "3200000B", "25%".
std::string budgetText(const Budget& budget);

} // namespace bw
