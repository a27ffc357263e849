#include "core/base/plugin.h"

#include <gtest/gtest.h>

#include <cctype>
#include <cstring>

namespace bw {
namespace {

PluginFunction load(int kind)
{
    return loadPlugin(std::filesystem::path(MADE_PLUGINS) / ("made_plugin" + std::to_string(kind) + ".so"), "answer");
}

TEST(Plugin, IsTakenOnlyIfBuiltWithTheSameHeaders)
{
    const auto same = load(2);
    ASSERT_NE(same.symbol, nullptr) << same.reason;
    EXPECT_EQ(reinterpret_cast<int (*)()>(same.symbol)(), 42);
    for (const int kind : { 0, 1 }) {
        const auto other = load(kind);
        EXPECT_EQ(other.symbol, nullptr);
        EXPECT_EQ(other.reason, "it was built with another version of Bitwright; build both together");
    }
    EXPECT_NE(load(3).reason.find("made_plugin3.so"), std::string::npos); // there is none
}

TEST(Plugin, TheInterfaceVersionIsAHash)
{
    EXPECT_EQ(std::strlen(interfaceVersion()), 16U);
    for (const char* c = interfaceVersion(); *c != 0; ++c) {
        EXPECT_TRUE(std::isxdigit(static_cast<unsigned char>(*c)) != 0);
    }
}

} // namespace
} // namespace bw
