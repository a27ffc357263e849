// Comparing formats in the window: picker, curves, codebook.
#include "app/controllers/edit_controller.h"
#include "app/controllers/format_controller.h"
#include "app/controllers/inspect_controller.h"
#include "app/controllers/status_controller.h"
#include "app/controllers/survey_controller.h"
#include "app/document/format_gestures.h"
#include "app/main_actions.h"
#include "app/main_window.h"
#include "app/views/codebook_view.h"
#include "app/views/formats_view.h"
#include "app/views/layer_view.h"
#include "app/workbench.h"
#include "core/formats/format_family.h"
#include "tests/app/await.h"
#include "tests/app/models.h"
#include "widgets/models/roles.h"
#include "widgets/panels/format_picker.h"
#include "widgets/panels/layer_panel.h"
#include "widgets/plots/formats_plot.h"
#include "widgets/plots/survey_plot.h"

#include <gtest/gtest.h>

#include <QAbstractButton>
#include <QAction>
#include <QLineEdit>
#include <QTableView>
#include <QTableWidget>
#include <QTest>

#include <set>

namespace bw {
namespace {

using test::await;

class FormatsWindow : public ::testing::Test
{
protected:
    void SetUp() override
    {
        m_window.resize(1440, 900);
        m_window.show();
        document().open(test::smallModel(), {});
        ASSERT_TRUE(settle());
        select("conv2.weight");
        setFallback("int3s/c");
    }

    SessionDocument& document() { return m_window.bench().document; }
    FormatPicker& picker() { return m_window.picker(); }
    QTableView& table() { return *picker().findChild<QTableView*>(); }
    bool settle()
    {
        const bool isDone = await([&] {
            const auto& bench = m_window.bench();
            return !bench.derived.isBusy() && bench.derived.staleCount() == 0 && !m_window.formats().isBusy()
                && !m_window.surveys().isBusy();
        });
        m_window.inspector().refreshNow();
        m_window.formats().refreshNow();
        m_window.surveys().refreshNow();
        return isDone;
    }
    void select(const char* name)
    {
        m_window.inspector().showLayer(document().model()->find(name));
        settle();
    }
    void setFallback(const char* format)
    {
        Recipe recipe = *document().session().recipe;
        recipe.fallback.format = parseFormat(format);
        m_window.edits().replaceRecipe(recipe, QString::fromLatin1(format));
        settle();
    }
    std::string formatOf(const char* layer)
    {
        return formatText(m_window.bench().derived.layerPlan(document().model()->find(layer)).choice.format);
    }
    void click(const char* button)
    {
        QTest::mouseClick(m_window.findChild<QAbstractButton*>(QLatin1String(button)), Qt::LeftButton);
    }
    void clickRow(int row)
    {
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {},
            table().visualRect(table().model()->index(row, FormatTableModel::ErrorColumn)).center());
    }

    MainWindow m_window;
};

TEST_F(FormatsWindow, ThreeClicksFromTheLayerToItsBestThreeBitFormat)
{
    const int steps = document().undoStack().count();
    click("compareFormats");
    ASSERT_TRUE(picker().isVisible());
    click("ask3");
    ASSERT_TRUE(settle());
    const auto& rows = picker().picture().rows;
    ASSERT_GT(rows.size(), 20U);
    for (std::size_t i = 0; i + 1 < rows.size() && rows[i + 1].reason.isEmpty(); ++i) {
        EXPECT_LE(*rows[i].r, *rows[i + 1].r);
        EXPECT_LE(*rows[i].bits, 3.25);
        EXPECT_TRUE(rows[i].isExact);
    }
    EXPECT_FALSE(rows.front().levels.isEmpty());
    // The distance to the limit is that of the fitted distribution at the format's own rate.
    const auto& fit = m_window.bench().derived.layer(document().model()->find("conv2.weight")).facts->fit();
    for (const std::size_t i : { std::size_t { 0 }, std::size_t { 15 } }) {
        ASSERT_TRUE(rows[i].fromLimit.has_value());
        EXPECT_NEAR(*rows[i].fromLimit, decibelsAbove(limitsAt(fit, *rows[i].bits).shannon, *rows[i].rTimes2b), 1e-6);
    }
    EXPECT_TRUE(picker().picture().note.contains(QStringLiteral("3.25")));
    const std::string best = rows.front().spelling.toStdString();
    clickRow(0);
    ASSERT_TRUE(settle());
    EXPECT_EQ(formatOf("conv2.weight"), best);
    EXPECT_EQ(formatOf("conv1.weight"), "int3s/c") << "only the selected layer";
    EXPECT_EQ(document().undoStack().count(), steps + 1);
    EXPECT_TRUE(document().undoStack().undoText().contains(QString::fromStdString(best)));
    EXPECT_TRUE(picker().picture().rows.front().isCurrent);
    // The figures of the list are those the window then measures.
    const auto& result = m_window.bench().derived.layer(document().model()->find("conv2.weight")).result;
    EXPECT_EQ(rmseOverRms(result->error), *picker().picture().rows.front().r);
    document().undoStack().undo();
    EXPECT_EQ(formatOf("conv2.weight"), "int3s/c");
}

TEST_F(FormatsWindow, EveryFamilyIsListedWithTheLayersBits)
{
    m_window.actions().compareFormats->trigger();
    ASSERT_TRUE(settle());
    const auto& rows = picker().picture().rows;
    EXPECT_EQ(rows.size(), formatFamilies().entries().size());
    int current = 0;
    for (const auto& row : rows) {
        EXPECT_FALSE(row.heading.isEmpty());
        EXPECT_FALSE(row.detail.isEmpty());
        EXPECT_EQ(row.reason.isEmpty(), row.r.has_value()) << row.spelling.toStdString();
        current += row.isCurrent ? 1 : 0;
    }
    EXPECT_EQ(current, 1);
    // A click keeps the list as it is: what it is compared with stays the same.
    const auto before = rows;
    clickRow(0);
    ASSERT_TRUE(settle());
    ASSERT_EQ(picker().picture().rows.size(), before.size());
    EXPECT_EQ(picker().picture().rows.back().spelling, before.back().spelling);
    table().sortByColumn(FormatTableModel::ErrorColumn, Qt::AscendingOrder);
    const auto errorAt
        = [&](int row) { return table().model()->index(row, FormatTableModel::ErrorColumn).data(SortRole).toDouble(); };
    EXPECT_LE(errorAt(0), errorAt(1));
}

TEST_F(FormatsWindow, TheBestForTheModelGoesToAllLayers)
{
    click("compareFormats");
    click("ask4");
    click("askModel");
    ASSERT_TRUE(settle());
    ASSERT_FALSE(picker().picture().rows.empty());
    const std::string best = picker().picture().rows.front().spelling.toStdString();
    clickRow(0);
    ASSERT_TRUE(settle());
    for (const LayerId id : document().model()->quantizableLayers()) {
        EXPECT_EQ(formatOf(document().model()->layer(id).name.c_str()), best);
    }
    EXPECT_EQ(m_window.edits().scope(), EditScope::SelectedLayers);
}

TEST_F(FormatsWindow, TheKeyboardAloneFindsAndUsesAFormat)
{
    m_window.actions().compareFormats->trigger();
    ASSERT_TRUE(settle());
    auto* search = picker().findChild<QLineEdit*>(QStringLiteral("formatSearch"));
    QTest::keyClicks(search, QStringLiteral("nf4"));
    QTest::keyClick(search, Qt::Key_Return);
    ASSERT_TRUE(settle());
    EXPECT_FALSE(picker().isVisible());
    EXPECT_EQ(formatOf("conv2.weight"), "nf4/c");
}

TEST_F(FormatsWindow, ThePickerFollowsTheLayerAndClosesWithTheModel)
{
    m_window.actions().compareFormats->trigger();
    ASSERT_TRUE(settle());
    EXPECT_TRUE(picker().picture().title.contains(QStringLiteral("conv2")));
    select("conv1.weight");
    EXPECT_TRUE(picker().picture().title.contains(QStringLiteral("conv1")));
    document().close();
    EXPECT_FALSE(picker().isVisible());
    EXPECT_FALSE(m_window.actions().compareFormats->isEnabled());
}

TEST_F(FormatsWindow, CurvesShowAllScalingsAndAClickUsesOne)
{
    FormatsPlot& plot = m_window.layerView().formats();
    setFallback("int3s/b64");
    m_window.layerView().setCurrentTab(LayerViewPage::FormatsTab);
    ASSERT_TRUE(settle());
    const auto points = plot.picture().points;
    EXPECT_EQ(points.size(), scaleStores().size() * 9);
    EXPECT_TRUE(plot.picture().isComplete);
    EXPECT_EQ(std::count_if(points.begin(), points.end(), [](const FormatPoint& p) { return p.isCurrent; }), 1);
    EXPECT_GE(std::count_if(points.begin(), points.end(), [](const FormatPoint& p) { return p.isOnFront; }), 2);
    const auto other = std::find_if(points.begin(), points.end(), [](const FormatPoint& p) { return !p.isCurrent; });
    Q_EMIT plot.formatChosen(other->format);
    ASSERT_TRUE(settle());
    EXPECT_EQ(formatOf("conv2.weight"), other->spelling.toStdString());
    const auto& after = plot.picture().points;
    ASSERT_EQ(after.size(), points.size()) << "nothing is measured again";
    const auto now = std::find_if(after.begin(), after.end(), [](const FormatPoint& p) { return p.isCurrent; });
    EXPECT_EQ(now->spelling, other->spelling);
}

TEST_F(FormatsWindow, AllFamiliesOfALayerAndOfTheModelWithTheirLimits)
{
    FormatsView& view = m_window.layerView().formatsView();
    SurveyPlot& plot = view.survey();
    m_window.layerView().setCurrentTab(LayerViewPage::FormatsTab);
    EXPECT_TRUE(plot.picture().points.empty()) << "nobody looks at it yet";
    click("showFamilies");
    EXPECT_TRUE(plot.isVisible());
    EXPECT_FALSE(m_window.layerView().formats().isVisible());
    ASSERT_TRUE(settle());
    const SurveyPicture ofLayer = plot.picture();
    EXPECT_TRUE(ofLayer.title.contains(QStringLiteral("conv2")));
    EXPECT_FALSE(ofLayer.progress);
    EXPECT_GE(ofLayer.families.size(), 14U);
    EXPECT_GT(ofLayer.points.size(), 150U);
    std::set<int> families;
    double before = 0;
    for (const SurveyPoint& point : ofLayer.points) {
        families.insert(point.family);
        EXPECT_TRUE(point.isExact);
        EXPECT_TRUE(point.isFamilyBest || !point.isOnFront) << point.spelling.toStdString();
        EXPECT_TRUE(point.fromLimit.has_value());
    }
    EXPECT_EQ(families.size(), ofLayer.families.size());
    // The lines are those of the layer's own fit.
    const auto& fit = m_window.bench().derived.layer(document().model()->find("conv2.weight")).facts->fit();
    ASSERT_GT(ofLayer.limits.size(), 20U);
    for (const RateLimits& limits : ofLayer.limits) {
        EXPECT_GT(limits.bits, before);
        EXPECT_NEAR(limits.shannon, limitsAt(fit, limits.bits).shannon, 1e-9);
        before = limits.bits;
    }
    // A click gives the layer the format; nothing is measured again.
    const auto other = std::find_if(ofLayer.points.begin(), ofLayer.points.end(),
        [](const SurveyPoint& point) { return point.isOnFront && !point.isCurrent; });
    Q_EMIT plot.formatChosen(QuantFormat(other->format));
    ASSERT_TRUE(settle());
    EXPECT_EQ(formatOf("conv2.weight"), other->spelling.toStdString());
    EXPECT_EQ(formatOf("conv1.weight"), "int3s/c");
    ASSERT_EQ(plot.picture().points.size(), ofLayer.points.size());
    const auto now = std::find_if(plot.picture().points.begin(), plot.picture().points.end(),
        [](const SurveyPoint& point) { return point.isCurrent; });
    ASSERT_NE(now, plot.picture().points.end());
    EXPECT_EQ(now->spelling, other->spelling);

    click("surveyModel");
    ASSERT_TRUE(settle());
    EXPECT_FALSE(plot.picture().title.contains(QStringLiteral("conv2")));
    ASSERT_GT(plot.picture().points.size(), 150U);
    ASSERT_GT(plot.picture().limits.size(), 20U);
    EXPECT_NE(plot.picture().limits, ofLayer.limits);
    Q_EMIT plot.formatChosen(parseFormat("int8/c"));
    ASSERT_TRUE(settle());
    for (const LayerId id : document().model()->quantizableLayers()) {
        EXPECT_EQ(formatOf(document().model()->layer(id).name.c_str()), "int8/c");
    }
    document().close();
    EXPECT_TRUE(plot.picture().points.empty());
    EXPECT_FALSE(plot.picture().emptyText.isEmpty());
}

TEST_F(FormatsWindow, ACodebookIsMadeTypedAndCutByKeys)
{
    m_window.layerView().setCurrentTab(LayerViewPage::CodebookTab);
    ASSERT_TRUE(settle());
    CodebookView& codebook = m_window.layerView().codebook();
    auto* levels = codebook.findChild<QTableWidget*>();
    ASSERT_EQ(codebook.picture().grid.levels.size(), 7U);
    EXPECT_FALSE(codebook.picture().isOwn);
    Q_EMIT codebook.ownLevelsRequested();
    ASSERT_TRUE(settle());
    EXPECT_TRUE(codebook.picture().isOwn);
    EXPECT_EQ(codebook.picture().grid.levels.size(), 7U);
    levels->setCurrentCell(2, 1);
    QTest::keyClick(levels, Qt::Key_Insert);
    ASSERT_TRUE(settle());
    ASSERT_EQ(codebook.picture().grid.levels.size(), 8U);
    levels->setCurrentCell(0, 1);
    QTest::keyClick(levels, Qt::Key_Delete);
    ASSERT_TRUE(settle());
    ASSERT_EQ(codebook.picture().grid.levels.size(), 7U);
    // A typed level may pass its neighbours.
    const double typed = (codebook.picture().grid.levels[4] + codebook.picture().grid.levels[5]) / 2;
    levels->item(2, 1)->setText(QString::number(typed, 'g', 9));
    ASSERT_TRUE(settle());
    EXPECT_NEAR(codebook.picture().grid.levels[4], typed, std::abs(typed) * 0.01);
    EXPECT_TRUE(document().undoStack().undoText().startsWith(QStringLiteral("Level")));
    for (int i = 0; i < 4; ++i) {
        document().undoStack().undo();
    }
    ASSERT_TRUE(settle());
    EXPECT_EQ(formatOf("conv2.weight"), "int3s/c");
}

TEST(FormatGestures, ATypedLevelKeepsTheOrder)
{
    const std::vector<double> levels { -1, -0.2, 0.3, 1 };
    EXPECT_EQ(typedLevel(levels, 1, 0.5, 1), (std::vector<double> { -1, 0.3, 0.5, 1 }));
    EXPECT_EQ(typedLevel(levels, 0, 7, 1), (std::vector<double> { -0.2, 0.3, 1, 1 }));
    EXPECT_EQ(typedLevel(levels, 9, 7, 1), levels);
}

} // namespace
} // namespace bw
