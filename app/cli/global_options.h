#pragma once

#include <cstdint>
#include <optional>

namespace bw::cli {

/// Auto: one updating line, if stderr is a terminal.
enum class ProgressMode
{
    Auto,
    None,
    Json
};

/// The flags every command takes.
struct GlobalOptions
{
    bool isJson = false;
    bool isQuiet = false;
    int threads = 0; ///< 0: all the machine has
    std::optional<std::uint64_t> seed; ///< absent: the recipe's, or 0
    std::optional<std::uint64_t> maxMemory; ///< bytes
    ProgressMode progress = ProgressMode::Auto;
};

} // namespace bw::cli
