// Fewer bits for rarer words, by counts: who gets what, that it pays on words as frequent as in texts, and that a file
// brings every row back to its place.

#include "core/base/error.h"
#include "core/formats/format_family.h"
#include "tests/support/model_builders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <string>

namespace bw {

namespace {
constexpr std::int64_t words = 1500;
constexpr std::int64_t width = 128;

const TensorView& embedding()
{
    static const TensorView table = test::normalTensor({ words, width }, 5);
    return table;
}

/// Zipf's law over words in no order.
std::vector<float> zipf()
{
    std::vector<float> counts(words);
    for (std::size_t rank = 0; rank < counts.size(); ++rank) {
        counts[rank] = 1e6F / static_cast<float>(rank + 1);
    }
    std::shuffle(counts.begin(), counts.end(), std::mt19937_64(3));
    return counts;
}

QuantizedTensor encoded(const char* format, const std::vector<float>& counts = {})
{
    return encodeTensor(fitCodec(parseFormat(format), embedding(), {}, counts), embedding(), 0, {});
}

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

double weighted(const std::vector<double>& errors, const std::vector<float>& counts)
{
    return std::inner_product(errors.begin(), errors.end(), counts.begin(), 0.0);
}

/// Words of the clusters of 1500 · (1, 2, 4, 8) / 15 rows, by how frequent they are.
std::vector<std::vector<std::size_t>> byCluster(const std::vector<float>& counts)
{
    std::vector<std::size_t> order(counts.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return counts[a] > counts[b]; });
    std::vector<std::vector<std::size_t>> clusters;
    std::size_t first = 0;
    for (const std::size_t size : { 100U, 200U, 400U, 800U }) {
        clusters.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(first),
            order.begin() + static_cast<std::ptrdiff_t>(first + size));
        first += size;
    }
    return clusters;
}
} // namespace

TEST(FrequencyExtra, GivesMoreFrequentWordsNeverFewerBits)
{
    const auto counts = zipf();
    const auto tensor = encoded("int6/c/frequency=4", counts);
    // As /words=4, and 32 bits a row that say which it is.
    EXPECT_EQ(tensor.bits(), encoded("int6/c/words=4").bits() + 32 * words);
    const auto errors = rowErrors(tensor);
    double before = 0;
    for (const auto& cluster : byCluster(counts)) {
        double mean = 0;
        for (const auto row : cluster) {
            mean += errors[row] / static_cast<double>(cluster.size());
        }
        EXPECT_GT(mean, 3 * before); // a bit less is about four times the error
        before = mean;
    }
}

TEST(FrequencyExtra, PaysWhereFrequenciesFallAsInTexts)
{
    const auto counts = zipf();
    struct Case
    {
        const char* byCounts;
        const char* byPlace;
        const char* even;
    };
    for (const auto& formats : { Case { "int6/c/frequency=4", "int6/c/words=4", "int4/c" },
             { "bcq5/c/frequency=4", "bcq5/c/words=4", "bcq3/c" },
             { "kmeans6/t/frequency=3", "kmeans6/t/words=3", "kmeans5/t" } }) {
        SCOPED_TRACE(formats.byCounts);
        const auto mixed = encoded(formats.byCounts, counts);
        const auto even = encoded(formats.even);
        // The order of the rows is a quarter of a bit a weight at this width.
        EXPECT_LT(static_cast<double>(mixed.bits()), 1.02 * static_cast<double>(even.bits()));
        EXPECT_LT(weighted(rowErrors(mixed), counts), weighted(rowErrors(even), counts));
        EXPECT_LT(weighted(rowErrors(mixed), counts), weighted(rowErrors(encoded(formats.byPlace)), counts));
    }
}

TEST(FrequencyExtra, IsTheOrderOfTheRowsWhereCountsFall)
{
    std::vector<float> falling(words);
    std::iota(falling.rbegin(), falling.rend(), 0.0F);
    EXPECT_EQ(toFloats(dequantize(encoded("int5/c/frequency=3", falling), {})),
        toFloats(dequantize(encoded("int5/c/words=3"), {})));
    const std::vector<float> alike(words, 1);
    EXPECT_EQ(toFloats(dequantize(encoded("int5/c/frequency=3", alike), {})),
        toFloats(dequantize(encoded("int5/c/words=3"), {})));
}

TEST(FrequencyExtra, ComesBackFromItsPartsAndRefusesOthers)
{
    const auto tensor = encoded("int5/c/frequency=3", zipf());
    const auto restored = restoreTensor(tensor.format, tensor.shape, 0, tensor.parts);
    EXPECT_EQ(toFloats(dequantize(restored, {})), toFloats(dequantize(tensor, {})));
    EXPECT_EQ(encodeTensor(restored.codec, embedding(), 0, {}).parts.front().data.bytes.size(),
        tensor.parts.front().data.bytes.size());

    auto parts = tensor.parts;
    const auto order
        = std::find_if(parts.begin(), parts.end(), [](const auto& part) { return part.name == "row_order"; });
    ASSERT_NE(order, parts.end());
    std::vector<std::byte> twice(order->data.bytes.begin(), order->data.bytes.end());
    std::copy_n(twice.begin(), 4, twice.begin() + 4); // a row named twice
    order->data = makeTensor(DType::U32, { words }, std::move(twice));
    EXPECT_THROW(restoreTensor(tensor.format, tensor.shape, 0, parts), Error);
}

TEST(FrequencyExtra, NeedsACountForEachRow)
{
    const auto format = parseFormat("int5/c/frequency=3");
    const auto problemOf = [&](std::vector<float> counts) {
        try {
            fitCodec(format, embedding(), {}, counts);
        } catch (const Error& error) {
            return error.fullEnglish();
        }
        return std::string();
    };
    EXPECT_NE(problemOf({}).find("--token-counts FILE"), std::string::npos);
    EXPECT_NE(problemOf(std::vector<float>(words - 1, 1)).find("--token-counts FILE"), std::string::npos);
    auto counts = zipf();
    counts[7] = -1;
    EXPECT_NE(problemOf(counts).find("the count of row 7 is -1"), std::string::npos);
    counts[7] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_NE(problemOf(counts).find("the count of row 7"), std::string::npos);
    EXPECT_THROW(parseFormat("int5/c/frequency=3/words=3"), Error);
    EXPECT_THROW(parseFormat("lloyd5(w=fisher)/c/frequency=3"), Error);
    EXPECT_THROW(parseFormat("int3/c/frequency=4"), Error);
}

} // namespace bw
