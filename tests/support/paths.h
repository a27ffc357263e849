#pragma once

#include <filesystem>

namespace bw::test {

/// Root of the source tree and of the build tree.
std::filesystem::path sourceDir();
std::filesystem::path binaryDir();
/// ../shared/data beside the project; empty path if absent. Use BW_NEED_SHARED_DATA() in tests.
std::filesystem::path sharedData();
std::filesystem::path sharedDesign();

} // namespace bw::test

#define BW_NEED_SHARED_DATA()                                                                                          \
    if (bw::test::sharedData().empty()) {                                                                              \
        GTEST_SKIP() << "skipped: no ../shared/data";                                                                  \
    }                                                                                                                  \
    static_assert(true)
