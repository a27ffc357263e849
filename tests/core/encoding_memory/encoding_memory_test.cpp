// What fitting and encoding take beyond the mapped tensor and the result, for every example of the registries.

#include "core/base/half.h"
#include "core/base/mapped_file.h"
#include "core/base/text.h"
#include "core/formats/format_extra.h"
#include "core/formats/format_family.h"
#include "tests/core/encoding_memory/counting_new.h"
#include "tests/support/example_fit.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

constexpr std::uint64_t megabyte = 1'000'000;
constexpr std::uint64_t mostBeyond = 64 * megabyte;
constexpr std::uint64_t largeCount = std::uint64_t { 1 } << 26; ///< weights for which the bound is required
constexpr std::int64_t rowLength = 1024;

/// A mapped file of half-precision weights with a few outliers and zeros.
TensorView mappedWeights(const TempDir& folder, std::uint64_t count)
{
    const auto path = folder.path() / ("weights" + std::to_string(count));
    std::ofstream file(path, std::ios::binary);
    std::mt19937_64 random(1);
    std::normal_distribution<float> normal(0, 0.02F);
    std::vector<std::uint16_t> row(rowLength);
    for (std::uint64_t done = 0; done < count; done += row.size()) {
        if (done % (std::uint64_t { 1 } << 22) == 0) { // large tensors repeat themselves
            random.seed(done == 0 ? 1 : 1 + done % 7);
        }
        for (auto& weight : row) {
            const auto kind = random() % 1000;
            weight = floatToHalf(kind == 0 ? 0.0F : kind == 1 ? 10 * normal(random) : normal(random));
        }
        file.write(reinterpret_cast<const char*>(row.data()),
            static_cast<std::streamsize>(row.size() * sizeof(std::uint16_t)));
    }
    file.close();
    auto mapped = MappedFile::open(path);
    TensorView view;
    view.dtype = DType::F16;
    view.shape = { static_cast<std::int64_t>(count) / rowLength, rowLength };
    view.bytes = mapped->bytes();
    view.owner = std::move(mapped);
    return view;
}

/// Bytes beyond the result at the highest point.
std::uint64_t beyondResult(const QuantFormat& format, const TensorView& matrix)
{
    const std::uint64_t before = allocatedBytes();
    takeAllocatedPeak();
    const auto tensor = encodeTensor(test::fitExample(format, matrix), matrix, 0, {});
    const std::uint64_t peak = takeAllocatedPeak() - before;
    std::uint64_t result = 0;
    for (const auto& part : tensor.parts) {
        result += part.data.bytes.size();
    }
    return peak > result ? peak - result : 0;
}

std::vector<std::string> allExamples()
{
    std::vector<std::string> formats;
    for (const auto* family : formatFamilies().entries()) {
        formats.insert(formats.end(), family->examples.begin(), family->examples.end());
    }
    for (const auto* extra : formatExtras().entries()) {
        formats.insert(formats.end(), extra->examples.begin(), extra->examples.end());
    }
    // Extras over families that keep something for each weight or group.
    for (const char* more : { "lloyd4/b64/rot=1", "lloyd4(w=scale)/b32/sparse=1%", "pow4/c/sparse=1%", "pow4/c/rot=1",
             "kmeans4/t/rot=1", "bcq3/t/rot=1", "int4/t:search/rot=1", "uint4/t:search/rot=1", "int4/t:pct99.9/rot=1",
             "int4/t:kl/rot=1", "int8/t:search/groups=2", "nf4/b64/groups=4/zstd", "ecsq@3/t:rms/sparse=1%/rot=1" }) {
        formats.emplace_back(more);
    }
    std::sort(formats.begin(), formats.end());
    formats.erase(std::unique(formats.begin(), formats.end()), formats.end());
    return formats;
}

std::string inMegabytes(std::uint64_t bytes)
{
    return toTextRounded(static_cast<double>(bytes) / static_cast<double>(megabyte), 3) + " MB";
}

/// Entropy coders work on up to 64 blocks at a time, vectors are trained on a million of them at most, and groups of
/// rows of a small tensor are still sorted in memory:
/// at these sizes their memory still grows towards its bound, so that a straight line says nothing.
bool growsToABound(const std::string& text)
{
    constexpr std::array<std::string_view, 6> marks { "/groups", "/rans", "/huffman", "/zstd", "ecsq", "vq" };
    return std::any_of(
        marks.begin(), marks.end(), [&](std::string_view mark) { return text.find(mark) != std::string::npos; });
}

/// Measured at two sizes, both beyond what is sorted in memory, and continued in a straight line to 2^26 weights.
/// BITWRIGHT_MEMORY_WEIGHTS=67108864 measures there itself.
TEST(EncodingMemory, NeedsLittleBeyondItsResult)
{
    if (!countsMemory()) {
        GTEST_SKIP() << "skipped: sanitizers have their own operator new";
    }
    const TempDir folder;
    const char* wanted = std::getenv("BITWRIGHT_MEMORY_WEIGHTS");
    const auto most = wanted != nullptr ? parseInt(wanted).value_or(0) : 0;
    const std::uint64_t large = most > 0 ? static_cast<std::uint64_t>(most) : std::uint64_t { 3 } << 19;
    const std::uint64_t small = std::uint64_t { 9 } << 17;
    const auto smallMatrix = mappedWeights(folder, small);
    const auto largeMatrix = mappedWeights(folder, large);
    for (const auto& text : allExamples()) {
        const auto format = parseFormat(text);
        const auto atSmall = beyondResult(format, smallMatrix);
        const auto atLarge = beyondResult(format, largeMatrix);
        std::uint64_t expected = atLarge;
        if (large < largeCount && atLarge > atSmall && !growsToABound(text)) {
            expected += (atLarge - atSmall) * ((largeCount - large) / (large - small));
        }
        std::cout << text << ": " << inMegabytes(atSmall) << ", " << inMegabytes(atLarge) << ", "
                  << inMegabytes(expected) << (expected > mostBeyond ? " !" : "") << std::endl;
        EXPECT_LE(expected, mostBeyond) << text << ": " << inMegabytes(expected);
    }
}

} // namespace
} // namespace bw::test
