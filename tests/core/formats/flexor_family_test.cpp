#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/formats/format_family.h"
#include "core/formats/xor_coding.h"
#include "core/formats/xor_search.h"
#include "core/stats/error_metrics.h"
#include "tests/core/formats/format_support.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

QuantizedTensor encoded(const char* format, const TensorView& matrix)
{
    return encodeTensor(fitCodec(parseFormat(format), matrix, {}), matrix, 0, {});
}

double relativeError(const char* format, const TensorView& matrix)
{
    const auto sums = errorSums(toFloats(matrix), toFloats(dequantize(encoded(format, matrix), {})));
    return std::pow(rmseOverRms(sums), 2);
}

/// Over 40 random networks, each with the best factor for its signs.
double meanErrorOfNetworks(int inputs, int outputs, const TensorView& matrix)
{
    const auto values = toFloats(matrix);
    const auto length = static_cast<std::size_t>(outputs);
    double squares = 0;
    for (const float value : values) {
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    double mean = 0;
    for (std::uint64_t seed = 1000; seed < 1040; ++seed) {
        const auto network = XorNetwork::random(inputs, outputs, seed);
        XorSearch search(network);
        double sum = 0;
        for (std::size_t at = 0; at + length <= values.size(); at += length) {
            const auto slice = std::span(values).subspan(at, length);
            const auto signs = network.outputsOf(search.best(slice));
            for (std::size_t j = 0; j < length; ++j) {
                sum += (signs >> j & 1) != 0 ? static_cast<double>(slice[j]) : -static_cast<double>(slice[j]);
            }
        }
        mean += (1 - sum * sum / (static_cast<double>(values.size()) * squares)) / 40;
    }
    return mean;
}

/// Relative mean square errors on N(0, 1), measured by independent implementations with random dense networks. Long
/// codes are all alike; of 8/10, 60 networks lie between 0.422 and 0.467, with the mean 0.4416 (by trying all words).
TEST(FlexorFormat, ErrorsOfNormalWeightsAreAsMeasured)
{
    const auto matrix = makeTensor({ 1, 60000 }, gaussian(60000, 11));
    EXPECT_NEAR(relativeError("flexor(8/10)x1/t:f32", matrix), 0.4445, 0.0225);
    EXPECT_NEAR(meanErrorOfNetworks(8, 10, matrix), 0.4416, 0.01);
    EXPECT_NEAR(relativeError("flexor(16/20)x1/t:f32", matrix), 0.419, 0.01);
    EXPECT_NEAR(relativeError("flexor(12/20)x1/t:f32", matrix), 0.520, 0.01);
    EXPECT_NEAR(relativeError("flexor(8/20)x1/t:f32", matrix), 0.658, 0.01);
    EXPECT_NEAR(relativeError("flexor(8/8)x1/t:f32", matrix), 0.3634, 0.01);
    // Shannon: 2^-2R.
    EXPECT_GT(relativeError("flexor(16/20)x1/t:f32", matrix), std::exp2(-1.6));
}

TEST(FlexorFormat, AsManyInputsAsOutputsAreBinaryCodes)
{
    const auto matrix = makeTensor({ 4, 50 }, gaussian(200, 12));
    for (const auto& [flexor, binary] : { std::pair("flexor(8/8)x1/c:f32", "bcq1/c:f32"),
             std::pair("flexor(5/5)x1/t:f32", "bcq1/t:f32"), std::pair("flexor(8/8)x1/b10:bf16", "bcq1/b10:bf16") }) {
        EXPECT_EQ(toFloats(dequantize(encoded(flexor, matrix), {})), toFloats(dequantize(encoded(binary, matrix), {})))
            << flexor;
    }
}

/// Guo et al.'s greedy planes: the signs of the rest, its mean magnitude. All planes at once must be no worse.
TEST(FlexorFormat, PlanesAreNoWorseThanGreedyOnes)
{
    const auto values = gaussian(4000, 13);
    std::vector<double> rest(values.begin(), values.end());
    for (int planes = 1; planes <= 3; ++planes) {
        double mean = 0;
        for (const double value : rest) {
            mean += std::abs(value) / static_cast<double>(rest.size());
        }
        double error = 0;
        for (double& value : rest) {
            value -= value > 0 ? mean : -mean;
            error += value * value;
        }
        const auto matrix = makeTensor({ 1, 4000 }, values);
        const auto text = "flexor(8/8)x" + std::to_string(planes) + "/t:f32";
        const auto sums = errorSums(values, toFloats(dequantize(encoded(text.c_str(), matrix), {})));
        EXPECT_LE(sums.squaredError, error * 1.000001) << planes;
        EXPECT_GE(sums.squaredError, error * 0.5) << planes;
    }
}

TEST(FlexorFormat, MorePlanesMoreInputsAndMoreTriesAreBetter)
{
    const auto matrix = makeTensor({ 20, 1000 }, gaussian(20000, 14));
    EXPECT_LT(relativeError("flexor(8/10)x2/c", matrix), 0.6 * relativeError("flexor(8/10)x1/c", matrix));
    EXPECT_LT(relativeError("flexor(8/10)x3/c", matrix), 0.6 * relativeError("flexor(8/10)x2/c", matrix));
    EXPECT_LT(relativeError("flexor(9/10)x1/c", matrix), relativeError("flexor(8/10)x1/c", matrix));
    EXPECT_LE(relativeError("flexor(6/10,tries=16)x1/t", matrix), relativeError("flexor(6/10)x1/t", matrix));
    // Among 16 networks of so few outputs there are better and worse ones.
    EXPECT_LT(relativeError("flexor(8/10,tries=16)x1/t", matrix), 0.985 * relativeError("flexor(8/10)x1/t", matrix));
}

TEST(FlexorFormat, EverythingAReaderNeedsIsCounted)
{
    const auto matrix = makeTensor({ 4, 50 }, gaussian(200, 15));
    const auto tensor = encoded("flexor(8/10)x2/c:f16", matrix);
    const std::uint64_t codes = 20 * 2 * 8;
    const std::uint64_t side = 4 * 2 * 16 + 2 * 64 + 2 * 10 * 16; // factors, seeds, networks
    EXPECT_EQ(tensor.bits(), codes + side);
    EXPECT_EQ(tensor.parts[0].data.bytes.size(), codes / 8);
}

TEST(FlexorFormat, PiecesDecodeAsTheWholeAndOnePlaneIsStable)
{
    const auto matrix = makeTensor({ 3, 71 }, gaussian(213, 16)); // slices across rows, the last one short
    for (const char* format : { "flexor(8/10)x1/c", "flexor(8/10)x3/b16", "flexor(8/20)x1/t", "flexor(9/64)x2/b7" }) {
        const auto tensor = encoded(format, matrix);
        const auto whole = toFloats(dequantize(tensor, {}));
        for (std::uint64_t first = 0; first < 213; first += 7) {
            std::vector<float> part(std::min<std::size_t>(29, 213 - first));
            decodeTensor(tensor, first, part);
            ASSERT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + static_cast<std::ptrdiff_t>(first)));
        }
        if (tensor.codec->isIdempotent()) {
            EXPECT_FALSE(firstUnstable(tensor, {})) << format;
        }
    }
    EXPECT_TRUE(encoded("flexor(8/10)x1/c", matrix).codec->isIdempotent());
    EXPECT_TRUE(encoded("flexor(8/20)x1/t", matrix).codec->isIdempotent());
    EXPECT_FALSE(encoded("flexor(8/10)x2/c", matrix).codec->isIdempotent());
}

TEST(FlexorFormat, SameForAnyNumberOfThreads)
{
    const auto matrix = makeTensor({ 30, 3001 }, gaussian(30 * 3001, 17));
    for (const char* format : { "flexor(8/10)x2/b100", "flexor(7/20,tries=5)x1/c" }) {
        setThreadCount(1);
        const auto one = encoded(format, matrix);
        setThreadCount(4);
        const auto four = encoded(format, matrix);
        setThreadCount(0);
        for (std::size_t i = 0; i < one.parts.size(); ++i) {
            EXPECT_TRUE(std::equal(one.parts[i].data.bytes.begin(), one.parts[i].data.bytes.end(),
                four.parts[i].data.bytes.begin(), four.parts[i].data.bytes.end()))
                << one.parts[i].name;
        }
    }
}

TEST(FlexorFormat, PlanesHaveNetworksOfTheirOwn)
{
    const auto matrix = makeTensor({ 1, 1000 }, gaussian(1000, 18));
    const Groups groups(matrix.shape, {});
    for (const int tries : { 1, 3 }) {
        const auto fit = fitXorCoding(matrix, groups, 8, 12, 4, tries, {});
        for (std::size_t i = 0; i < 4; ++i) {
            EXPECT_EQ(fit.networks[i].rows(), XorNetwork::random(8, 12, fit.seeds[i]).rows());
            for (std::size_t j = 0; j < i; ++j) {
                EXPECT_NE(fit.networks[i].rows(), fit.networks[j].rows());
            }
        }
    }
}

TEST(FlexorFormat, NetworksThatLoseBitsAreRefused)
{
    const auto matrix = makeTensor({ 3, 70 }, gaussian(210, 19));
    const auto tensor = encoded("flexor(3/4)x2/c", matrix);
    const auto restoredWith = [&](std::vector<std::uint16_t> rows) {
        auto parts = tensor.parts;
        for (auto& part : parts) {
            if (part.name == "xor_rows") {
                std::vector<std::byte> bytes(rows.size() * 2);
                std::memcpy(bytes.data(), rows.data(), bytes.size());
                part.data = makeTensor(DType::U16, { static_cast<std::int64_t>(rows.size()) }, std::move(bytes));
            }
        }
        return restoreTensor(tensor.format, tensor.shape, 0, parts);
    };
    EXPECT_EQ(restoredWith({ 1, 2, 4, 7, 7, 1, 2, 4 }).codec->groupCount(), 3U);
    for (const auto& rows : std::vector<std::vector<std::uint16_t>> { { 0, 0, 0, 0, 0, 0, 0, 0 },
             { 1, 2, 4, 7, 3, 5, 6, 0 }, { 1, 2, 4, 7, 1, 2, 3, 1 }, { 1, 2, 4, 7, 1, 2, 4, 8 }, { 1, 2, 4, 7 } }) {
        try {
            restoredWith(rows);
            ADD_FAILURE();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadFile);
        }
    }
}

TEST(FlexorFormat, ImpossibleNetworksAreExplained)
{
    const auto problemOf = [](const char* text) {
        try {
            parseFormat(text);
            return std::string();
        } catch (const Error& error) {
            return error.fullEnglish();
        }
    };
    EXPECT_NE(problemOf("flexor(20/25)x1").find("at most 16 inputs"), std::string::npos);
    EXPECT_NE(problemOf("flexor(8/6)x1").find("at least as many outputs"), std::string::npos);
    EXPECT_NE(problemOf("flexor(3/8)x1").find("at most 7 different outputs"), std::string::npos);
    EXPECT_NE(problemOf("flexor(8/80)x1").find("64"), std::string::npos);
    EXPECT_NE(problemOf("flexor(8/10)x9").find("4"), std::string::npos);
    EXPECT_NE(problemOf("flexor(8/10)").find("unknown number format"), std::string::npos);
    EXPECT_NE(problemOf("flexor(8/10,r=3)x1").find("unknown number format"), std::string::npos);
}

} // namespace
} // namespace bw::test
