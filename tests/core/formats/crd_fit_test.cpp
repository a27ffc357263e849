// Cube-root-density codebooks for fitted densities, and with numbers of levels that are no power of two.

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/format_family.h"
#include "core/stats/error_metrics.h"
#include "tests/core/distributions/samples.h"
#include "tests/core/formats/format_support.h"

#include <cmath>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

TensorView sample(const Density& density)
{
    return makeTensor({ 64, 1024 }, scaled(drawn(density, std::size_t { 64 } * 1024, 17), 0.02F));
}

double errorOf(const std::string& format, const TensorView& matrix)
{
    const auto tensor = encodeTensor(fitCodec(parseFormat(format), matrix, {}), matrix, 0, {});
    return rmseOverRms(errorSums(toFloats(matrix), toFloats(dequantize(tensor, {}))));
}

TEST(CrdFit, TheResolvedFormatSaysTheDensity)
{
    const struct
    {
        Density density;
        std::string expected;
    } cases[] { { normalDensity, "crd4(normal)/b64" }, { laplaceDensity, "crd4(laplace)/b64" } };
    for (const auto& [density, expected] : cases) {
        const auto codec = fitCodec(parseFormat("crd4(fit)/b64"), sample(density), {});
        EXPECT_EQ(formatText(codec->format()), expected);
    }
    const auto text = formatText(fitCodec(parseFormat("crd4(fit,sym)/t:rms"), sample(studentDensity(6)), {})->format());
    EXPECT_TRUE(text.starts_with("crd4(t:") && text.ends_with(",sym)/t:rms")) << text;
    EXPECT_NEAR(parseDouble(text.substr(7, text.find(',') - 7)).value_or(0), 6, 0.5) << text;
    EXPECT_LE(text.find(',') - 7, 3U) << "two digits";
    // Tails that no codebook of this kind covers, and a tensor without any density.
    EXPECT_EQ(formatText(fitCodec(parseFormat("crd4(fit)/t:rms"), sample(studentDensity(2.2)), {})->format()),
        "crd4(t:3)/t:rms");
    const auto zeros = makeTensor({ 2, 8 }, std::vector<float>(16, 0.0F));
    EXPECT_EQ(formatText(fitCodec(parseFormat("crd4(fit)/t"), zeros, {})->format()), "crd4(normal)/t");
}

TEST(CrdFit, IsAboutAsGoodAsTheRightDensity)
{
    for (const auto& [density, right, wrong] : { std::tuple(normalDensity, "normal", "laplace"),
             std::tuple(laplaceDensity, "laplace", "normal"), std::tuple(studentDensity(7), "t:7", "normal") }) {
        const auto matrix = sample(density);
        const auto error = [&](const std::string& word) { return errorOf("crd4(" + word + ",sym)/t:rms:f32", matrix); };
        EXPECT_NEAR(error("fit") / error(right), 1, 0.01);
        EXPECT_LT(error("fit"), error(wrong));
    }
}

TEST(CrdFit, UnresolvedFormatsCannotBeRestored)
{
    const auto matrix = sample(normalDensity);
    const auto tensor = encodeTensor(fitCodec(parseFormat("crd4(fit)/c"), matrix, {}), matrix, 0, {});
    EXPECT_THROW(restoreTensor(parseFormat("crd4(fit)/c"), tensor.shape, 0, tensor.parts), Error);
}

TEST(FractionalLevels, SpellingsAndCodes)
{
    for (std::int64_t levels = 3; levels < 256; ++levels) {
        const auto text = "crd" + toText(std::log2(static_cast<double>(levels))) + "(normal)/t:rms";
        const auto format = parseFormat(text);
        EXPECT_TRUE(validate(format).empty()) << text;
        const auto spelling = formatText(format);
        EXPECT_EQ(parseFormat(spelling), format) << spelling;
        EXPECT_LE(spelling.size(), std::string("crd7.994(normal)/t:rms").size()) << spelling;
        const auto codec = fitCodec(format, sample(normalDensity), {});
        EXPECT_EQ(codec->codeCount(), levels);
        EXPECT_EQ(codec->codeBits(), static_cast<int>(std::ceil(std::log2(static_cast<double>(levels)))));
        EXPECT_EQ(codec->grid(0).levels.size(), static_cast<std::size_t>(levels));
    }
    EXPECT_EQ(formatText(parseFormat("crd3.5")), "crd3.46(normal)/t") << "11 levels";
    EXPECT_EQ(formatText(parseFormat("crd4.0(laplace)/t")), "crd4(laplace)/t");
    for (const char* wrong : { "crd1.2(normal)/t", "crd8.3(normal)/t", "crd(normal)/t", "crd.5(normal)/t",
             "crd3.4.6(normal)/t", "crd1e300.0(normal)/t", "crd-3.5(normal)/t" }) {
        EXPECT_THROW(fitCodec(parseFormat(wrong), sample(normalDensity), {}), Error) << wrong;
    }
    auto contradictory = parseFormat("crd3.46(normal)/t");
    contradictory.params["bits"] = std::int64_t { 5 };
    ASSERT_EQ(validate(contradictory).size(), 1U);
    EXPECT_EQ(validate(contradictory).front().field, "levels");
}

TEST(FractionalLevels, ErrorFallsWithEveryLevelPair)
{
    const auto matrix = sample(normalDensity);
    double before = 1;
    for (int levels = 3; levels <= 33; levels += 2) {
        const double error
            = errorOf("crd" + toText(std::log2(static_cast<double>(levels))) + "(normal)/t:rms:f32", matrix);
        EXPECT_LT(error, before) << levels;
        before = error;
    }
}

} // namespace
} // namespace bw::test
