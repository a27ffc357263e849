#include "app/controllers/edit_controller.h"
#include "app/controllers/pictures.h"
#include "app/document/derived_results.h"
#include "app/document/recipe_edits.h"
#include "app/document/session_document.h"
#include "app/workbench.h"
#include "core/export/exporter.h"
#include "tests/app/await.h"
#include "tests/app/models.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

namespace bw {
namespace {

using test::await;

Session withFallback(Session session, const char* format)
{
    Recipe recipe = *session.recipe;
    recipe.fallback.format = parseFormat(format);
    session.recipe = std::make_shared<const Recipe>(recipe);
    return session;
}

std::string fallbackOf(const SessionDocument& document)
{
    return formatText(document.session().recipe->fallback.format);
}

TEST(SessionDocument, OneDragIsOneStepWithItsLastName)
{
    SessionDocument document;
    document.open(test::smallModel(), {});
    const std::string before = fallbackOf(document);
    for (int bits = 7; bits >= 3; --bits) {
        document.apply(QStringLiteral("Bits %1").arg(bits), QStringLiteral("drag 1"),
            withFallback(document.session(), ("int" + toText(bits) + "/c").c_str()));
    }
    document.finishMerge();
    ASSERT_EQ(document.undoStack().count(), 1);
    EXPECT_EQ(document.undoStack().undoText(), QStringLiteral("Bits 3"));
    EXPECT_EQ(fallbackOf(document), "int3/c");
    document.undoStack().undo();
    EXPECT_EQ(fallbackOf(document), before);
    document.undoStack().redo();
    EXPECT_EQ(fallbackOf(document), "int3/c");
}

TEST(SessionDocument, TwoDragsAreTwoSteps)
{
    SessionDocument document;
    document.open(test::smallModel(), {});
    // The same key again after the end of a drag starts a new step.
    for (const char* format : { "int6/c", "int5/c" }) {
        document.apply(QStringLiteral("Bits"), QStringLiteral("bits"), withFallback(document.session(), format));
        document.finishMerge();
    }
    document.apply(QStringLiteral("typed"), {}, withFallback(document.session(), "int4/c"));
    document.apply(QStringLiteral("typed"), {}, withFallback(document.session(), "int3/c"));
    EXPECT_EQ(document.undoStack().count(), 4);
    EXPECT_EQ(document.undoNames().join(u','), QStringLiteral("Bits,Bits,typed,typed"));
}

TEST(SessionDocument, ACancelledDragLeavesNothing)
{
    SessionDocument document;
    document.open(test::smallModel(), {});
    document.apply(QStringLiteral("first"), {}, withFallback(document.session(), "int6/c"));
    document.apply(QStringLiteral("drag"), QStringLiteral("k"), withFallback(document.session(), "int5/c"));
    document.apply(QStringLiteral("drag"), QStringLiteral("k"), withFallback(document.session(), "int4/c"));
    document.cancelMerge();
    EXPECT_EQ(fallbackOf(document), "int6/c");
    EXPECT_EQ(document.undoStack().count(), 1);
    EXPECT_FALSE(document.undoStack().canRedo());
}

TEST(SessionDocument, ADragBackToItsStartLeavesNoStep)
{
    SessionDocument document;
    document.open(test::smallModel(), {});
    const Session start = document.session();
    document.apply(QStringLiteral("drag"), QStringLiteral("k"), withFallback(start, "int4/c"));
    document.apply(QStringLiteral("drag"), QStringLiteral("k"), start);
    document.finishMerge();
    EXPECT_EQ(document.undoStack().count(), 0);
    EXPECT_TRUE(document.session() == start);
}

TEST(SessionDocument, ResultsAreNoEditsAndSurviveUndo)
{
    SessionDocument document;
    document.open(test::smallModel(), {});
    document.apply(QStringLiteral("edit"), {}, withFallback(document.session(), "int4/c"));
    Session next = document.session();
    next.runs = std::make_shared<const std::vector<StoredRun>>(std::vector<StoredRun>(1));
    document.record(next);
    EXPECT_EQ(document.undoStack().count(), 1);
    document.undoStack().undo();
    EXPECT_EQ(document.session().runs->size(), 1U);
    EXPECT_EQ(fallbackOf(document), "int8/c");
}

TEST(SessionDocument, DirtyUntilSaved)
{
    SessionDocument document;
    document.open(test::smallModel(), {});
    EXPECT_FALSE(document.isDirty());
    document.apply(QStringLiteral("edit"), {}, withFallback(document.session(), "int4/c"));
    EXPECT_TRUE(document.hasUnsavedWork());
    const Session saved = document.session();
    document.apply(QStringLiteral("edit"), {}, withFallback(document.session(), "int3/c"));
    document.setSaved(QStringLiteral("a.bitw"), saved);
    EXPECT_TRUE(document.isDirty()) << "edited while it was being written";
    document.setSaved(QStringLiteral("a.bitw"), document.session());
    EXPECT_FALSE(document.isDirty());
}

class Derived : public ::testing::Test
{
protected:
    void SetUp() override
    {
        m_bench.document.open(test::smallModel(), {});
        ASSERT_TRUE(settle());
    }
    bool settle()
    {
        return await([&] { return !m_bench.derived.isBusy() && m_bench.derived.staleCount() == 0; });
    }
    void setFallback(const char* format)
    {
        m_bench.document.apply(QStringLiteral("edit"), {}, withFallback(m_bench.document.session(), format));
    }
    const LayerView& layer(const char* name) { return m_bench.derived.layer(m_bench.document.model()->find(name)); }

    Workbench m_bench;
};

TEST_F(Derived, EveryLayerHasItsStatisticsAndEveryWeightAResult)
{
    for (const char* name : { "conv1.weight", "conv1.bias", "conv2.weight", "fc.weight" }) {
        ASSERT_NE(layer(name).facts, nullptr) << name;
    }
    EXPECT_EQ(layer("conv1.bias").result, nullptr);
    for (const char* name : { "conv1.weight", "conv2.weight", "fc.weight" }) {
        ASSERT_NE(layer(name).result, nullptr) << name;
        const LayerResult& result = *layer(name).result;
        EXPECT_TRUE(result.isExact && result.isFinal);
        std::uint64_t counted = 0;
        for (const auto count : result.histogram->counts) {
            counted += count;
        }
        EXPECT_EQ(counted, result.count);
        EXPECT_EQ(result.histogram->edges, layer(name).facts->histogram->edges);
    }
}

TEST_F(Derived, FiguresAreThoseOfTheEngine)
{
    setFallback("int4s/b32");
    ASSERT_TRUE(settle());
    const auto quantized = quantizeModel(m_bench.document.model(), m_bench.derived.plan(), nullptr, {});
    const ModelFigures figures = m_bench.derived.figures();
    EXPECT_TRUE(figures.isExact);
    EXPECT_EQ(figures.bytesBefore, quantized->totals.bytesBefore);
    EXPECT_EQ(figures.bytesAfter, quantized->totals.bytesAfter);
    EXPECT_DOUBLE_EQ(*figures.bitsPerWeight, quantized->totals.bitsPerWeight());
    EXPECT_DOUBLE_EQ(*figures.rmseOverRms, quantized->totals.rmseOverRms);
}

/// The size in the status bar is that of the file an export writes, to some bytes a layer.
TEST_F(Derived, TheFileSizeIsThatOfTheExportedFile)
{
    for (const char* format : { "int4s/b32", "pow3/c", "lloyd4/b64", "f16" }) {
        setFallback(format);
        ASSERT_TRUE(settle());
        const auto quantized = quantizeModel(m_bench.document.model(), m_bench.derived.plan(), nullptr, {});
        const Exporter& exporter = *exporters().entries().front();
        const auto written = static_cast<double>(exporter.sizes->fileBytes(*quantized, {}, {}));
        const ModelFigures figures = m_bench.derived.figures();
        ASSERT_TRUE(figures.fileBytesAfter.has_value());
        EXPECT_NEAR(static_cast<double>(*figures.fileBytesAfter), written,
            80.0 * static_cast<double>(m_bench.document.model()->layers().size()))
            << format;
        EXPECT_EQ(figures.fileBytesBefore, m_bench.document.model()->fileBytes());
    }
}

TEST_F(Derived, LimitsAreThoseOfTheLayersOwnDistribution)
{
    const LayerInfo& info = m_bench.document.model()->layer(m_bench.document.model()->find("conv2.weight"));
    const LayerPlan& plan = m_bench.derived.layerPlan(info.id);
    const LayerView& view = layer("conv2.weight");
    const DistributionFit fit = fitDistribution(info.view);
    const auto expected = limitsAt(fit, view.result->bitsPerWeight());
    EXPECT_EQ(view.result->limits, expected);
    const double figure = rmseOverRms(view.result->error) * std::exp2(view.result->bitsPerWeight());
    const LayerMetrics metrics = layerMetrics(info, plan, view);
    EXPECT_NEAR(metrics.toLimit.value_or(0), 20 * std::log10(figure / expected.shannon), 1e-9);
    const LimitsPicture limits = limitsPicture(plan, view);
    EXPECT_EQ(limits.limits, expected);
    EXPECT_DOUBLE_EQ(limits.rTimes2b.value_or(0), figure);
    EXPECT_EQ(limits.distribution, metrics.distribution);
    EXPECT_FALSE(limits.distribution.isEmpty());
    const HistogramPicture picture = histogramPicture(info, plan, view, nullptr);
    ASSERT_TRUE(picture.fit.has_value());
    EXPECT_EQ(picture.fit->density, fit.chosen().density);
    EXPECT_NEAR(picture.fit->expected(-1e9, 1e9), static_cast<double>(info.count()), 1);
    // A layer that is kept has a distribution, and no limit.
    const LayerInfo& bias = m_bench.document.model()->layer(m_bench.document.model()->find("conv1.bias"));
    const LayerPlan& kept = m_bench.derived.layerPlan(bias.id);
    EXPECT_FALSE(limitsPicture(kept, layer("conv1.bias")).limits.has_value());
    EXPECT_FALSE(layerMetrics(bias, kept, layer("conv1.bias")).toLimit.has_value());
}

TEST_F(Derived, AnEditMakesOnlyWhatItChangesStale)
{
    const auto untouched = layer("fc.weight").result;
    Session next = m_bench.document.session();
    next.recipe
        = std::make_shared<const Recipe>(withLayerFormat(*next.recipe, { "conv1.weight" }, parseFormat("int3/c")));
    m_bench.document.apply(QStringLiteral("edit"), {}, next);
    EXPECT_TRUE(layer("conv1.weight").isStale);
    EXPECT_FALSE(layer("fc.weight").isStale);
    EXPECT_EQ(layer("fc.weight").result, untouched);
    EXPECT_FALSE(m_bench.derived.figures().isExact);
    ASSERT_TRUE(settle());
    EXPECT_EQ(formatText(layer("conv1.weight").result->choice.format), "int3/c");
    EXPECT_EQ(layer("fc.weight").result, untouched);
}

TEST_F(Derived, UndoFindsTheEarlierResultAtOnce)
{
    const auto before = layer("conv1.weight").result;
    setFallback("int4/c");
    ASSERT_TRUE(settle());
    EXPECT_NE(layer("conv1.weight").result, before);
    m_bench.document.undoStack().undo();
    EXPECT_FALSE(layer("conv1.weight").isStale);
    EXPECT_EQ(layer("conv1.weight").result, before);
}

TEST_F(Derived, ADragIsPreviewedAndExactAfterIt)
{
    EditController edits(m_bench.document, m_bench.derived);
    const LayerId shown = m_bench.document.model()->find("conv2.weight");
    edits.setSelection({ shown }, shown);
    m_bench.derived.setPriority({ shown });
    edits.editExponent(0.7, EditPhase::Begin);
    edits.editExponent(0.6, EditPhase::Move);
    ASSERT_TRUE(await([&] { return !layer("conv2.weight").isStale; }));
    EXPECT_FALSE(layer("conv2.weight").result->isFinal);
    edits.editExponent(0.5, EditPhase::End);
    ASSERT_TRUE(settle());
    ASSERT_TRUE(await([&] { return layer("conv2.weight").result->isFinal; }));
    EXPECT_EQ(formatText(layer("conv2.weight").result->choice.format), "pow8(a=0.5)/c");
    EXPECT_EQ(m_bench.document.undoStack().undoText(), QStringLiteral("Exponent 0.500 on conv2.weight"));
    EXPECT_EQ(m_bench.document.undoStack().count(), 1);
}

TEST_F(Derived, EscapePutsADragBack)
{
    EditController edits(m_bench.document, m_bench.derived);
    const LayerId shown = m_bench.document.model()->find("fc.weight");
    edits.setSelection({ shown }, shown);
    const Recipe before = *m_bench.document.session().recipe;
    edits.editClip(-0.01, 0.01, EditPhase::Begin);
    edits.editClip(-0.02, 0.02, EditPhase::Move);
    EXPECT_NE(*m_bench.document.session().recipe, before);
    edits.editClip(0, 0, EditPhase::Cancel);
    EXPECT_EQ(*m_bench.document.session().recipe, before);
    EXPECT_EQ(m_bench.document.undoStack().count(), 0);
    EXPECT_TRUE(settle());
}

TEST_F(Derived, ManyLayersAreEditedInOneStep)
{
    EditController edits(m_bench.document, m_bench.derived);
    const auto& model = *m_bench.document.model();
    edits.setSelection(
        { model.find("conv1.weight"), model.find("conv1.bias"), model.find("fc.weight") }, model.find("fc.weight"));
    edits.editExponent(0.64, EditPhase::End);
    EXPECT_EQ(m_bench.document.undoStack().undoText(), QStringLiteral("Exponent 0.640 on 2 layer(s)"));
    ASSERT_TRUE(settle());
    EXPECT_EQ(formatText(layer("conv1.weight").result->choice.format), "pow8(a=0.64)/c");
    EXPECT_EQ(formatText(layer("fc.weight").result->choice.format), "pow8(a=0.64)/c");
    EXPECT_EQ(formatText(layer("conv2.weight").result->choice.format), "int8/c");
    edits.resetLayers();
    EXPECT_TRUE(m_bench.document.session().recipe->rules.empty());
}

TEST_F(Derived, AFormatThatCannotBeUsedIsAProblemNotACrash)
{
    setFallback("int4/b7");
    EXPECT_TRUE(await([&] { return !m_bench.derived.isBusy(); }));
    Session next = m_bench.document.session();
    Recipe recipe = *next.recipe;
    recipe.rules.push_back({ "no such layer", parseFormat("int4/c"), std::nullopt, {} });
    next.recipe = std::make_shared<const Recipe>(recipe);
    m_bench.document.apply(QStringLiteral("edit"), {}, next);
    EXPECT_EQ(m_bench.derived.plan().problems.size(), 1U);
    EXPECT_TRUE(await([&] { return !m_bench.derived.isBusy(); }));
}

TEST(DerivedResults, ALargeLayerIsSampledWhileDraggedWithinTheBudget)
{
    Workbench bench;
    bench.document.open(test::oneLayerModel(2048, 2048), {});
    ASSERT_TRUE(await([&] { return !bench.derived.isBusy() && bench.derived.staleCount() == 0; }));
    EditController edits(bench.document, bench.derived);
    const LayerId id = bench.document.model()->find("big.weight");
    edits.setSelection({ id }, id);
    bench.derived.setPriority({ id });
    edits.editExponent(0.9, EditPhase::Begin);
    ASSERT_TRUE(await([&] { return !bench.derived.layer(id).isStale; }));
    const LayerResultPtr preview = bench.derived.layer(id).result;
    EXPECT_FALSE(preview->isExact);
    EXPECT_EQ(preview->count, 2048U * 2048U);
    edits.editExponent(0.9, EditPhase::End);
    ASSERT_TRUE(await([&] { return !bench.derived.isBusy() && bench.derived.layer(id).result->isFinal; }));
    const LayerResultPtr exact = bench.derived.layer(id).result;
    EXPECT_TRUE(exact->isExact);
    EXPECT_NEAR(rmseOverRms(preview->error), rmseOverRms(exact->error), 0.05 * rmseOverRms(exact->error));
    EXPECT_NEAR(preview->bitsPerWeight(), exact->bitsPerWeight(), 0.2);
}

TEST(RecipeEdits, CommandsStateTheRecipe)
{
    Recipe recipe;
    recipe.fallback.format = parseFormat("int4/c");
    recipe.rules.push_back({ exactPattern("conv1.weight"), parseFormat("pow4(a=0.5)/c"), std::nullopt, {} });
    EXPECT_EQ(recipeArguments(recipe).toStdString(),
        " --format int4/c --set '" + exactPattern("conv1.weight") + "=pow4(a=0.5)/c'");
    EXPECT_EQ(shellWord(QStringLiteral("it's")), QStringLiteral("'it'\\''s'"));
    recipe.rules.push_back({ "x=y", parseFormat("int4/c"), std::nullopt, {} });
    EXPECT_TRUE(
        recipeCommand(QStringLiteral("bitwright-cli"), recipe, {}).contains(QStringLiteral("--recipe recipe.json")));
}

TEST(RecipeEdits, LayersAreTakenOutOfRulesThatNameThem)
{
    Recipe recipe = withLayerFormat(defaultRecipe(), { "a", "b" }, parseFormat("int4/c"));
    EXPECT_TRUE(hasLayerRules(recipe, { "a" }));
    recipe = withoutLayerRules(recipe, { "a" });
    EXPECT_FALSE(hasLayerRules(recipe, { "a" }));
    EXPECT_TRUE(hasLayerRules(recipe, { "b" }));
    EXPECT_EQ(withoutLayerRules(recipe, { "b" }), defaultRecipe());
}

} // namespace
} // namespace bw
