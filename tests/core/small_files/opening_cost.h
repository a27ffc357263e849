#pragma once

#include <filesystem>
#include <string>

namespace bw::test {

/// What it took to open a file in a process of its own, its children included.
struct OpeningCost
{
    double milliseconds = 0; ///< of processor time
    long kilobytes = 0; ///< more than that process had before
    std::string outcome; ///< "opened", or the sentence of the refusal
};

/// Call it from a process that has started no threads.
OpeningCost costOfOpening(const std::filesystem::path& path);

} // namespace bw::test
