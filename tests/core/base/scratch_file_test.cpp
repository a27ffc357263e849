// Files without names for what would take too much memory.

#include "core/base/error.h"
#include "core/base/scratch_file.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <gtest/gtest.h>

namespace bw {
namespace {

/// The folder for scratch files, for as long as this lives.
class ScratchFolder
{
public:
    explicit ScratchFolder(const std::filesystem::path& folder)
    {
        if (const char* before = std::getenv("TMPDIR")) {
            m_before = before;
        }
        ::setenv("TMPDIR", folder.c_str(), 1);
    }
    ~ScratchFolder() { m_before.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", m_before.c_str(), 1); }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

private:
    std::string m_before;
};

TEST(ScratchFile, HoldsWhatItWasGivenAndLeavesNothing)
{
    const test::TempDir folder;
    const ScratchFolder used(folder.path());
    std::vector<std::byte> content((std::size_t { 3 } << 20) + 77);
    for (std::size_t i = 0; i < content.size(); ++i) {
        content[i] = static_cast<std::byte>(i * 31 >> 3 & 255U);
    }
    {
        const auto file = ScratchFile::holding(content);
        const auto bytes = file->bytes();
        ASSERT_EQ(bytes.size(), content.size());
        EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), content.begin()));
        bytes[5] = std::byte { 1 }; // it is memory like other memory
        EXPECT_EQ(file->bytes()[5], std::byte { 1 });
        const auto zeros = ScratchFile::create(100);
        EXPECT_TRUE(
            std::all_of(zeros->bytes().begin(), zeros->bytes().end(), [](auto b) { return b == std::byte {}; }));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    EXPECT_TRUE(ScratchFile::holding({})->bytes().empty());
}

TEST(ScratchFile, SaysWhichFolderHasNoRoom)
{
    const test::TempDir folder;
    const ScratchFolder used(folder / "missing");
    const std::vector<std::byte> content(10);
    for (const bool isWritten : { true, false }) {
        try {
            isWritten ? ScratchFile::holding(content) : ScratchFile::create(10);
            ADD_FAILURE();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Io);
            EXPECT_NE(error.fullEnglish().find((folder / "missing").string()), std::string::npos);
        }
    }
}

} // namespace
} // namespace bw
