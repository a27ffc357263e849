#include "core/engine/rank_formats.h"

#include "core/base/parallel.h"
#include "core/engine/format_candidates.h"
#include "core/engine/result_cache.h"
#include "core/formats/format_family.h"
#include "tests/support/model_builders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

namespace bw {

namespace {
ModelPtr modelOf(std::vector<TensorView> views)
{
    std::vector<LayerInfo> layers;
    for (std::size_t i = 0; i < views.size(); ++i) {
        layers.push_back(test::weightLayer("w" + toText(i), std::move(views[i])));
    }
    return test::memoryModel(std::move(layers));
}

std::vector<QuantFormat> formatsOf(std::initializer_list<const char*> texts)
{
    std::vector<QuantFormat> formats;
    for (const char* text : texts) {
        formats.push_back(parseFormat(text));
    }
    return formats;
}

RankRequest requestFor(ModelPtr model, std::vector<QuantFormat> formats, double maxBits)
{
    RankRequest request;
    request.layers = model->quantizableLayers();
    request.model = std::move(model);
    request.formats = std::move(formats);
    request.maxBits = maxBits;
    return request;
}

std::vector<std::string> textsOf(const std::vector<RankedFormat>& formats)
{
    std::vector<std::string> texts;
    for (const auto& format : formats) {
        texts.push_back(formatText(format.format));
    }
    return texts;
}
} // namespace

TEST(FormatCandidates, AreValidDistinctAndCoverEveryFamilyThatNobodyHasToDraw)
{
    const auto candidates = candidateFormats(16);
    std::set<std::string> texts;
    std::set<std::string> families;
    for (const auto& format : candidates) {
        const std::string text = formatText(format);
        EXPECT_TRUE(validate(format).empty()) << text;
        EXPECT_TRUE(texts.insert(text).second) << text;
        EXPECT_EQ(parseFormat(text), format);
        families.insert(format.family);
    }
    for (const FormatFamily* family : formatFamilies().entries()) {
        EXPECT_EQ(families.contains(family->id), !family->canSetLevels) << family->id;
    }
    EXPECT_TRUE(texts.contains("int3/b64:search"));
    EXPECT_TRUE(texts.contains("pow3/c"));
    EXPECT_TRUE(texts.contains("e2m1/b32"));
    EXPECT_TRUE(texts.contains("crd3(t:7)/b128"));
    EXPECT_FALSE(texts.contains("pow3(scope=model)/c"));
}

TEST(FormatCandidates, FewerBitsAllowFewerFormats)
{
    std::set<std::string> texts;
    for (const auto& format : candidateFormats(3.25)) {
        texts.insert(formatText(format));
        if (familyOf(format).usualCoder.empty()) {
            EXPECT_LE(familyOf(format).codeBits(format.params), 3) << formatText(format);
        }
    }
    // An entropy coder takes what scales leave.
    EXPECT_TRUE(texts.contains("ecsq@3.2/c"));
    EXPECT_TRUE(texts.contains("ecsq@2.95/b64"));
    EXPECT_LT(candidateFormats(3.25).size(), candidateFormats(4.25).size());
}

TEST(FormatCandidates, ASurveySpreadsEveryFamilyOverTheBits)
{
    std::set<std::string> texts;
    std::set<std::string> families;
    for (const auto& format : surveyFormats(2, 8)) {
        EXPECT_TRUE(validate(format).empty()) << formatText(format);
        EXPECT_TRUE(texts.insert(formatText(format)).second) << formatText(format);
        families.insert(format.family);
        const int bits = familyOf(format).codeBits(format.params);
        EXPECT_TRUE(bits == 0 || (bits >= 2 && bits <= 8)) << formatText(format);
    }
    for (const FormatFamily* family : formatFamilies().entries()) {
        const bool isWide = family->codeBits(parseFormat(family->examples.front()).params) > 8;
        EXPECT_EQ(families.contains(family->id), !family->canSetLevels && !isWide) << family->id;
    }
    for (const char* text :
        { "int2/t:rms", "int8/b64:search", "vq2x5/c", "vq4x9/b64", "ecsq@2.45/c", "q6_k", "bcq5/c" }) {
        EXPECT_TRUE(texts.contains(text)) << text;
    }
    EXPECT_FALSE(texts.contains("int4/b32"));
}

TEST(FormatCandidates, AnotherFamilyTakesOverBitsAndScaling)
{
    const auto like = [](const char* format, const char* id) {
        const auto found = inFamily(parseFormat(format), *formatFamilies().find(id));
        return found ? formatText(*found) : std::string("none");
    };
    EXPECT_EQ(like("int3/b32:search:f16", "ints"), "int3s/b32:search:f16");
    EXPECT_EQ(like("int4/c", "float"), "e2m1/c");
    EXPECT_EQ(like("int6/c", "float"), "e2m3/c");
    EXPECT_EQ(like("int3/c", "nf4"), "nf4/c");
    EXPECT_EQ(like("int3/b64:search", "kmeans"), "kmeans3/b64");
    EXPECT_EQ(like("int4/t:rms", "pow"), "pow4/t");
    EXPECT_EQ(like("pow5(a=0.5)/c", "pow"), "pow5(a=0.5)/c");
    EXPECT_EQ(like("int4/c/sparse=1%", "ecsq"), "ecsq@3.9/c/sparse=1%");
    EXPECT_EQ(like("ecsq@3.5/c/sparse=1%", "ints"), "int4s/c/sparse=1%");
    EXPECT_EQ(like("int4/c/sparse=1%", "none"), "bf16");
    for (const FormatFamily* family : formatFamilies().entries()) {
        EXPECT_TRUE(inFamily(parseFormat("int3/b32:search"), *family)) << family->id;
    }
}

TEST(FormatCandidates, ScalingVariantsKeepTheElementAndTheRule)
{
    const auto variants = scalingVariants(parseFormat("int4/b64:search"));
    EXPECT_EQ(variants.size(), scaleStores().size() * 9);
    for (const auto& variant : variants) {
        EXPECT_EQ(variant.params, parseFormat("int4/c").params);
        EXPECT_EQ(variant.scaling.rule, searchRule);
    }
    EXPECT_NE(std::find(variants.begin(), variants.end(), parseFormat("int4/b1024:search:f32")), variants.end());
    EXPECT_EQ(scalingVariants(parseFormat("f16")), formatsOf({ "f16" }));
}

TEST(RankFormats, FiguresAreThoseOfTheQuantizedLayer)
{
    const auto model = modelOf({ test::normalTensor({ 16, 130 }, 3) });
    const auto ranking
        = rankFormats(requestFor(model, formatsOf({ "int4/c", "nf4/b64", "int3/b32" }), 4.5), nullptr, {}, {});
    ASSERT_EQ(ranking.formats.size(), 3U);
    for (const auto& ranked : ranking.formats) {
        const auto layer = quantizeLayer(model->layers()[0], { ranked.format, "rtn", {} }, {});
        EXPECT_EQ(ranked.figures.error, layer->error);
        EXPECT_EQ(ranked.figures.bits, layer->tensor.bits());
        EXPECT_TRUE(ranked.figures.isExact());
    }
    EXPECT_EQ(textsOf(ranking.formats).back(), "int3/b32");
    EXPECT_EQ(ranking.formats[0].grid, nullptr);
    auto request = requestFor(model, formatsOf({ "int3/c" }), 4.5);
    request.gridLayer = model->layers()[0].id;
    const auto layer = quantizeLayer(model->layers()[0], { parseFormat("int3/c"), "rtn", {} }, {});
    EXPECT_EQ(*rankFormats(request, nullptr, {}, {}).formats[0].grid,
        layer->tensor.codec->grid(layer->tensor.codec->typicalGroup()));
    EXPECT_LE(ranking.formats[0].figures.r(), ranking.formats[1].figures.r());
}

TEST(RankFormats, TheLimitCountsScalesAndTables)
{
    const auto model = modelOf({ test::normalTensor({ 16, 130 }, 3) });
    // Rows of 130: one block of 128 and a short one that costs a scale as well, 4 + 2·16/130 = 4.246.
    const auto formats = formatsOf({ "int4/b128", "int4/c", "int4/b64" });
    const auto ranking = rankFormats(requestFor(model, formats, 4.24), nullptr, {}, {});
    EXPECT_EQ(textsOf(ranking.formats), std::vector<std::string> { "int4/c" });
    EXPECT_EQ(ranking.tooLarge, 2U);
    EXPECT_EQ(rankFormats(requestFor(model, formats, 4.25), nullptr, {}, {}).formats.size(), 2U);
}

TEST(RankFormats, AModelsFiguresAreOfAllItsWeightsTogether)
{
    const auto model = modelOf({ test::normalTensor({ 8, 64 }, 1), test::normalTensor({ 8, 256 }, 2, DType::F32, 3) });
    const auto ranking = rankFormats(requestFor(model, formatsOf({ "int3/c" }), 8), nullptr, {}, {});
    FormatFigures sum;
    for (const auto& layer : model->layers()) {
        const auto one = quantizeLayer(layer, { parseFormat("int3/c"), "rtn", {} }, {});
        sum.add({ one->error, one->tensor.bits(), layer.count(), layer.count() });
    }
    ASSERT_EQ(ranking.formats.size(), 1U);
    EXPECT_EQ(ranking.formats[0].figures, sum);
    EXPECT_EQ(ranking.count, 8U * 320U);
}

TEST(RankFormats, LargeLayersAreSampledAndTheBestMeasuredExactly)
{
    auto request = requestFor(modelOf({ test::normalTensor({ 128, 256 }, 7) }), candidateFormats(3), 3.25);
    request.sampleWeights = 8192;
    request.exactCount = 3;
    const auto ranking = rankFormats(request, nullptr, {}, {});
    EXPECT_EQ(ranking.measured, 8192U);
    ASSERT_GT(ranking.formats.size(), 3U);
    for (std::size_t i = 0; i < ranking.formats.size(); ++i) {
        EXPECT_TRUE(i >= 3 || ranking.formats[i].figures.isExact()) << i;
        EXPECT_LE(ranking.formats[i].figures.bitsPerWeight(), 3.25);
        EXPECT_TRUE(i == 0 || ranking.formats[i - 1].figures.r() <= ranking.formats[i].figures.r()) << i;
    }
    EXPECT_FALSE(ranking.formats.back().figures.isExact());
    // The sample tells nearly what all weights tell.
    request.formats = { ranking.formats[0].format, ranking.formats[4].format };
    request.sampleWeights = 1 << 20;
    const auto exact = rankFormats(request, nullptr, {}, {});
    EXPECT_EQ(exact.measured, exact.count);
    EXPECT_EQ(exact.formats[0].figures.r(), ranking.formats[0].figures.r());
    EXPECT_NEAR(exact.formats[1].figures.r(), ranking.formats[4].figures.r(), 0.003);
}

TEST(RankFormats, TheBestOfEveryFamilyIsExactIfAskedFor)
{
    auto request = requestFor(modelOf({ test::normalTensor({ 64, 256 }, 7) }),
        formatsOf({ "int3/c", "int3/b64", "int3s/c", "nf4/b64", "e2m0/c", "int2/c", "po2x3/c" }), 4.5);
    request.sampleWeights = 4096;
    request.exactCount = 1;
    request.areFamiliesExact = true;
    const auto ranking = rankFormats(request, nullptr, {}, {});
    ASSERT_EQ(ranking.formats.size(), 7U);
    std::set<std::string> seen;
    for (const auto& ranked : ranking.formats) {
        EXPECT_EQ(ranked.figures.isExact(), seen.insert(ranked.format.family).second) << formatText(ranked.format);
    }
    EXPECT_EQ(seen.size(), 5U);
}

TEST(RankFormats, LayersThatCannotHoldAFormatAreMeasuredWithItsStandIn)
{
    const auto model = modelOf({ test::normalTensor({ 8, 64 }, 1), test::normalTensor({ 8, 27 }, 2) });
    const auto ranking = rankFormats(requestFor(model, formatsOf({ "q4_0", "int4/c" }), 32), nullptr, {}, {});
    EXPECT_TRUE(ranking.unusable.empty());
    const auto found = std::find_if(ranking.formats.begin(), ranking.formats.end(),
        [](const RankedFormat& ranked) { return formatText(ranked.format) == "q4_0"; });
    ASSERT_NE(found, ranking.formats.end());
    EXPECT_EQ(found->standIns, 1U);
    EXPECT_EQ(found->standInLayer, "w1");
    EXPECT_FALSE(found->standInReason.empty());
    // What the model gets when it is quantized.
    Recipe recipe;
    recipe.fallback.format = parseFormat("q4_0");
    const Plan plan = resolve(recipe, *model);
    FormatFigures sum;
    for (const auto& layer : plan.layers) {
        const auto one = quantizeLayer(model->layer(layer.layer), layer.choice, {});
        sum.add({ one->error, one->tensor.bits(), one->tensor.count(), one->tensor.count() });
    }
    EXPECT_EQ(found->figures, sum);
    EXPECT_EQ(ranking.formats.front().standIns + ranking.formats.back().standIns, 1U);
}

TEST(RankFormats, ExtrasAreTriedForTheBestOfEachFamily)
{
    auto request
        = requestFor(modelOf({ test::normalTensor({ 32, 512 }, 7) }), formatsOf({ "int3s/c", "kmeans3/c" }), 3.5);
    request.triesExtras = true;
    const auto ranking = rankFormats(request, nullptr, {}, {});
    const auto texts = textsOf(ranking.formats);
    const auto has = [&](const char* text) { return std::find(texts.begin(), texts.end(), text) != texts.end(); };
    EXPECT_TRUE(has("int3s/c/sparse=0.1%"));
    EXPECT_TRUE(has("int3s/c/rot=1"));
    EXPECT_TRUE(has("int3s/c/rans"));
    EXPECT_TRUE(has("kmeans3/c/rot=1"));
    // Four bits that an entropy coder brings below the limit.
    EXPECT_TRUE(has("int4s/c/rans"));
    const auto coded = std::find(texts.begin(), texts.end(), "int4s/c/rans");
    EXPECT_LT(coded, std::find(texts.begin(), texts.end(), "int3s/c"));
    for (const auto& ranked : ranking.formats) {
        EXPECT_LE(ranked.figures.bitsPerWeight(), 3.5);
        EXPECT_TRUE(ranked.figures.isExact());
    }
    request.triesExtras = false;
    EXPECT_EQ(rankFormats(request, nullptr, {}, {}).formats.size(), 2U);
}

TEST(RankFormats, SameForAnyThreadCountAndFromTheCache)
{
    auto request = requestFor(modelOf({ test::normalTensor({ 64, 96 }, 7) }), candidateFormats(2), 2.25);
    request.sampleWeights = 4096;
    ResultCache cache(1 << 20);
    std::vector<std::string> heard;
    setThreadCount(1);
    const auto first
        = rankFormats(request, &cache, [&](const RankedFormat& f) { heard.push_back(formatText(f.format)); }, {});
    setThreadCount(4);
    const auto second = rankFormats(request, nullptr, {}, {});
    setThreadCount(0);
    EXPECT_EQ(first.formats, second.formats);
    std::vector<std::string> again;
    const auto third
        = rankFormats(request, &cache, [&](const RankedFormat& f) { again.push_back(formatText(f.format)); }, {});
    EXPECT_EQ(first.formats, third.formats);
    EXPECT_EQ(heard, again);
    EXPECT_GE(heard.size(), first.formats.size());
}

TEST(RankFormats, WhatIsKnownIsNotMeasuredAgain)
{
    const auto model = modelOf({ test::normalTensor({ 8, 64 }, 1) });
    ResultCache cache(1 << 20);
    const auto request = requestFor(model, formatsOf({ "int3/c" }), 8);
    const LayerInfo& layer = model->layers()[0];
    const LayerChoice choice { parseFormat("int3/c"), "rtn", {} };
    // A result of another format under this key shows that the cache is asked.
    cache.insert(
        resultKey(cache.tensorHash(layer), choice), quantizeLayer(layer, { parseFormat("int2/c"), "rtn", {} }, {}));
    const auto ranking = rankFormats(request, &cache, {}, {});
    EXPECT_LT(ranking.formats.front().figures.bitsPerWeight(), 3);
}

TEST(RankFormats, AFormatThatCannotServeTheLayerSaysWhy)
{
    auto bad = parseFormat("int4/c");
    bad.params["bits"] = std::int64_t { 11 };
    auto formats = formatsOf({ "int4/c" });
    formats.push_back(bad);
    const auto ranking
        = rankFormats(requestFor(modelOf({ test::normalTensor({ 8, 64 }, 1) }), formats, 32), nullptr, {}, {});
    EXPECT_EQ(ranking.formats.size(), 1U);
    ASSERT_EQ(ranking.unusable.size(), 1U);
    EXPECT_FALSE(ranking.unusable[0].reason.empty());
    EXPECT_EQ(ranking.unusable[0].reasonLayer, "w0");
}

TEST(RankFormats, LayersWithoutFiniteValuesAreLeftOutAndNamed)
{
    std::vector<float> values(64, 1.0F);
    values[5] = std::numeric_limits<float>::quiet_NaN();
    const auto broken = makeTensor({ 8, 8 }, std::move(values));
    const auto ranking = rankFormats(
        requestFor(modelOf({ broken, test::normalTensor({ 8, 64 }, 1) }), formatsOf({ "int4/c" }), 8), nullptr, {}, {});
    ASSERT_EQ(ranking.leftOut.size(), 1U);
    EXPECT_EQ(ranking.leftOut[0].field, "w0");
    EXPECT_EQ(ranking.count, 512U);
    EXPECT_THROW(rankFormats(requestFor(modelOf({ broken }), formatsOf({ "int4/c" }), 8), nullptr, {}, {}), Error);
    EXPECT_THROW(rankFormats(RankRequest {}, nullptr, {}, {}), Error);
}

TEST(RankFormats, TheFrontHasLessErrorOnlyForMoreBits)
{
    const auto with = [](double r, std::uint64_t bits) {
        RankedFormat ranked;
        ranked.figures = { { 100, r * r * 100, 100, 0, 0, 0 }, bits, 100, 100 };
        return ranked;
    };
    std::vector<RankedFormat> formats { with(0.1, 400), with(0.2, 300), with(0.25, 310), with(0.05, 500),
        with(0.1, 450), with(0.3, 300), with(0.01, 200) };
    formats.back().reason = "no";
    EXPECT_EQ(paretoFront(formats), (std::vector<bool> { true, true, false, true, false, false, false }));
    EXPECT_TRUE(paretoFront({}).empty());
}

TEST(RankFormats, CanBeStoppedBetweenFormats)
{
    std::stop_source stop;
    auto request = requestFor(modelOf({ test::normalTensor({ 64, 128 }, 7) }), candidateFormats(4), 4.5);
    std::size_t heard = 0;
    const auto listener = [&](const RankedFormat&) {
        ++heard;
        stop.request_stop();
    };
    EXPECT_THROW(rankFormats(request, nullptr, listener, JobContext(stop.get_token())), Canceled);
    EXPECT_LT(heard, request.formats.size() / 2);
}

} // namespace bw
