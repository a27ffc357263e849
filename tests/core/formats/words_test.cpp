// Fewer bits for rarer words: how rows are cut, what they take, and that it pays where words are as frequent as in
// texts.

#include "core/formats/format_family.h"
#include "tests/support/model_builders.h"

#include <gtest/gtest.h>

#include <cmath>

namespace bw {

namespace {
constexpr std::int64_t words = 1500;
constexpr std::int64_t width = 64;

const TensorView& embedding()
{
    static const TensorView table = test::normalTensor({ words, width }, 5);
    return table;
}

QuantizedTensor encoded(const char* format)
{
    return encodeTensor(fitCodec(parseFormat(format), embedding(), {}), embedding(), 0, {});
}

/// Σ of squared errors of each row.
std::vector<double> rowErrors(const QuantizedTensor& tensor)
{
    const auto quantized = toFloats(dequantize(tensor, {}));
    const auto original = toFloats(embedding());
    std::vector<double> errors(words, 0);
    for (std::size_t i = 0; i < original.size(); ++i) {
        const double error = static_cast<double>(quantized[i]) - static_cast<double>(original[i]);
        errors[i / width] += error * error;
    }
    return errors;
}
} // namespace

TEST(WordsExtra, CutsRowsInTwiceAsManyEachTimeAndGivesThemABitLess)
{
    const auto tensor = encoded("int6/c/words=4");
    // 1500 · (1, 2, 4, 8) / 15, at 6, 5, 4 and 3 bits; a bfloat16 scale per row; ends, sizes and the list of formats.
    const std::uint64_t codes = width * (100 * 6 + 200 * 5 + 400 * 4 + 800 * 3);
    const std::uint64_t least = codes + 16 * words;
    EXPECT_GE(tensor.bits(), least);
    EXPECT_LE(tensor.bits(), least + 8 * 200);
    const auto errors = rowErrors(tensor);
    const auto mean = [&](std::size_t first, std::size_t last) {
        double sum = 0;
        for (std::size_t row = first; row < last; ++row) {
            sum += errors[row];
        }
        return sum / static_cast<double>(last - first);
    };
    // More frequent words are never worse off: each bit less is about four times the error.
    EXPECT_GT(mean(100, 300), 3 * mean(0, 100));
    EXPECT_GT(mean(300, 700), 3 * mean(100, 300));
    EXPECT_GT(mean(700, 1500), 3 * mean(300, 700));
}

TEST(WordsExtra, PaysWhereFrequenciesFallAsInTexts)
{
    const auto mixed = encoded("int6/c/words=4");
    const auto even = encoded("int4/c");
    ASSERT_LT(static_cast<double>(mixed.bits()), 1.01 * static_cast<double>(even.bits()));
    const auto mixedErrors = rowErrors(mixed);
    const auto evenErrors = rowErrors(even);
    double mixedSum = 0;
    double evenSum = 0;
    for (std::size_t row = 0; row < words; ++row) {
        const double frequency = 1 / static_cast<double>(row + 1); // Zipf
        mixedSum += frequency * mixedErrors[row];
        evenSum += frequency * evenErrors[row];
    }
    EXPECT_LT(mixedSum, evenSum);
}

TEST(WordsExtra, NeedsFormatsWithBitsEnough)
{
    EXPECT_THROW(parseFormat("int3/c/words=4"), Error); // the rarest would have none
    EXPECT_THROW(parseFormat("nf4/c/words=2"), Error);
    EXPECT_THROW(parseFormat("int16/c/words=2"), Error); // there is no int15
    EXPECT_THROW(parseFormat("int8/c/words=2/groups=2"), Error);
    EXPECT_EQ(formatText(parseFormat("int5/b64/words=3")), "int5/b64/words=3");
}

} // namespace bw
