// Bytes of the reference quantizer (ggml d99724f2), from methods-formats-allocation.md 3.5.

#include "core/stats/error_metrics.h"
#include "tests/core/gguf/gguf_support.h"

#include <gtest/gtest.h>

namespace bw::test {
namespace {

struct Golden
{
    std::string type;
    bool hasImportance;
    double error; ///< R over all 256 values
    std::string firstBytes;
};

const Golden goldens[] {
    { "q4_0", false, .068390, "d0335672a5c7a9093e507285c8f91c3e7087" },
    { "q8_0", false, .003797, "e023dfa4c9ef140e6081a7ccfc173d6384eacff51a401987add2f80743698ab0f5fb" },
    { "iq4_nl", false, .064701, "7a234571a3d6aa092e407194d8fa0d2f7076" },
    { "iq4_nl", true, .065746, "8f234571a3d6aa092e407294d8fa0d2f7076" },
    { "mxfp4", false, .143261, "7ddc9f3d6a32f2f7df9f1d6073f6e79f9b" },
    { "nvfp4", false, .094183, "2a2a292aebde0d2a5261f6af9c195375f2ef9e0c2476f7ebce0c4064f7dfba1b106476f3" },
    { "q4_k", false, .059256,
        "961cf027f2f5f2f3fdf5eefc66ffb54396b2e5572a497f9082e5082a5d7f90c7e5086a5d7aa0c39508395d7f80c3f808f206275a8cafc5"
        "f205775a88afd0a205375a8d9fd0f505387a8da4d0f36538676749688ea082e5274a6c7ea0c605276a6c89a0c35528486c8f81c307284a"
        "7c"
        "8f5c7ea0c6f5076a5c89a0d39507385c8f80d3f7083a7d8fb6d3f5583a698fb193" },
    { "q4_k", true, .061214, "831cd927f4f7f3f5fff8eefe64ffc643" },
    { "q5_k", false, .031036, "24180a28f9f8f7f9fef6effd59ffaa28" },
    { "q6_k", false, .014630,
        "0829e24cb52468f06ad34fb61f89e15bf33da71177304ab42e92826cd14bbdcf9904ae38fa650faa15bf41eb76107b25a24de5293fd50b"
        "b8dcf2984eed8ab06b10b60bb14ee48920751bb05df5293ed4fc593a0067ce2d8b42a9f052bd14da319a015bb41dc64f89e24ba18eb711"
        "7a"
        "dddcb62f89f819d33da6146ae05ac43fa7f92c1d554286e7e8285d515286fba82d115d4a8bf6e420155d4eabf7e460115db6b545181bdb"
        "a"
        "eb26544085bdee2b17574392bef96814564382b9f92914574787c756f8b82807a718f837f77758e8b811110" },
};

TEST(GgufGolden, BytesOfTheReference)
{
    const auto row = goldenRow();
    ASSERT_EQ(row[0], -0.5F);
    ASSERT_EQ(row[1], -1.421875F);
    ASSERT_EQ(row[5], 0.22265625F);
    std::vector<float> importance(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
        importance[i] = static_cast<float>(1 + i % 8);
    }
    for (const auto& golden : goldens) {
        SCOPED_TRACE(golden.type + (golden.hasImportance ? " with importance" : ""));
        const auto& type = blockType(golden.type);
        const auto weights = golden.hasImportance ? std::span<const float>(importance) : std::span<const float>();
        const auto bytes = encoded(type, row, weights);
        EXPECT_EQ(hex(bytes).substr(0, golden.firstBytes.size()), golden.firstBytes);
        EXPECT_NEAR(rmseOverRms(errorSums(row, decoded(type, bytes))), golden.error, 6e-7);
    }
}

} // namespace
} // namespace bw::test
