// Whatever instruction set does the work, and however many threads: the same bytes and the same figures.

#include "core/base/simd.h"
#include "tests/cli/cli_process.h"
#include "tests/support/model_builders.h"
#include "tests/support/temp_dir.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

std::string bytesOf(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(file), {} };
}

/// Rows that are no multiple of a vector, of three types; large enough for counting and for vector sorting.
std::filesystem::path writeOddModel(const std::filesystem::path& folder)
{
    const auto path = folder / "odd.safetensors";
    writeModelFile(path,
        { { "a.weight", normalTensor({ 301, 307 }, 1, DType::F16, 0.02F) },
            { "b.weight", normalTensor({ 256, 300 }, 2, DType::F32, 3) },
            { "c.weight", normalTensor({ 9, 1001 }, 3, DType::BF16, 1e-3F) },
            { "whole_blocks.weight", normalTensor({ 7, 1280 }, 4, DType::F16, 0.02F) } });
    return path;
}

struct Written
{
    std::string file;
    std::string figures;
};

Written quantized(
    const std::filesystem::path& model, const std::string& format, const std::string& simd, const std::string& threads)
{
    const auto out = model.parent_path() / "out.safetensors";
    std::filesystem::remove(out);
    const CliSetting setting { { { "BITWRIGHT_SIMD", simd } }, {} };
    const auto result
        = runCli({ "quantize", model.string(), "-o", out.string(), "--format", format, "--threads", threads }, setting);
    EXPECT_EQ(result.exitCode, 0) << format << ": " << result.err;
    const auto error = runCli({ "error", model.string(), "--format", format, "--json", "--threads", threads }, setting);
    return { bytesOf(out), error.out };
}

class SimdBytes : public testing::TestWithParam<const char*>
{
};

TEST_P(SimdBytes, AreTheSameForEveryInstructionSetAndThreadCount)
{
    const TempDir folder;
    const auto model = writeOddModel(folder.path());
    const auto plain = quantized(model, GetParam(), "scalar", "1");
    ASSERT_FALSE(plain.file.empty());
    for (const auto& name : simd::targetNames()) {
        const auto written = quantized(model, GetParam(), name, "2");
        EXPECT_TRUE(written.file == plain.file) << name;
        EXPECT_EQ(written.figures, plain.figures) << name;
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, SimdBytes,
    testing::Values("int4s/b32", "int8/c", "uint3/b20:f16", "nf4/b64", "e2m3/c", "pow8(a=0.5)/c", "lloyd4/b64",
        "kmeans4/t", "int3/b16:search", "crd5(normal)/t:rms", "q4_0", "q8_0", "q2_k", "q4_k", "q6_k", "iq4_xs",
        "mxfp4"));

} // namespace
} // namespace bw::test
