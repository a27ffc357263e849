#include "tests/widgets/made_up.h"
#include "tests/widgets/recorder.h"
#include "widgets/plots/channels_plot.h"
#include "widgets/plots/inline_edit.h"
#include "widgets/plots/plot_view.h"
#include "widgets/plots/value_strip.h"

#include <QContextMenuEvent>
#include <QTableView>

#include <gtest/gtest.h>

namespace bw {

class ExponentPlotTest : public testing::Test
{
protected:
    ExponentPlotTest()
    {
        QObject::connect(&plot, &ExponentPlot::exponentEdited, &plot,
            [this](double value, EditPhase phase) { recorder(value, phase); });
        plot.setPicture(made_up::exponent());
        showAt(plot, { 700, 440 });
        view = plot.findChild<PlotView*>();
        canvas = view->findChild<QWidget*>(QStringLiteral("canvas"));
    }
    QPointF at(double a) const { return { view->pixelOf(a), view->areaOf(0).center().y() }; }

    ExponentPlot plot;
    PlotView* view = nullptr;
    QWidget* canvas = nullptr;
    Recorder<double> recorder;
};

TEST_F(ExponentPlotTest, settingEmitsNothing)
{
    ExponentPicture picture = made_up::exponent();
    picture.current = 1.2;
    plot.setPicture(picture);
    plot.setPicture({});
    EXPECT_TRUE(recorder.edits.empty());
}

TEST_F(ExponentPlotTest, theMarkerIsDragged)
{
    drag(canvas, at(0.42), at(1.1));
    ASSERT_TRUE(recorder.isDrag(EditPhase::End));
    EXPECT_NEAR(recorder.edits.back().value, 1.1, 0.01);
    EXPECT_NEAR(plot.picture().current, 1.1, 0.01);
    EXPECT_TRUE(plot.picture().isFixed);
}

TEST_F(ExponentPlotTest, escPutsItBack)
{
    drag(canvas, at(0.42), at(1.1), false);
    QTest::keyClick(view, Qt::Key_Escape);
    ASSERT_TRUE(recorder.isDrag(EditPhase::Cancel));
    EXPECT_DOUBLE_EQ(recorder.edits.back().value, 0.42);
}

TEST_F(ExponentPlotTest, doubleClickOnTheGhostTakesTheOptimum)
{
    QTest::mouseDClick(canvas, Qt::LeftButton, {}, at(0.64).toPoint());
    ASSERT_EQ(recorder.phases(), (std::vector { EditPhase::End }));
    EXPECT_DOUBLE_EQ(recorder.edits[0].value, 0.64);
    QTest::mouseDClick(canvas, Qt::LeftButton, {}, at(1.5).toPoint());
    EXPECT_EQ(recorder.edits.size(), 1U);
}

TEST_F(ExponentPlotTest, keysNudge)
{
    view->setFocus();
    QTest::keyClick(view, Qt::Key_Down);
    QTest::keyClick(view, Qt::Key_Right);
    QTest::keyClick(view, Qt::Key_Right, Qt::ShiftModifier);
    QTest::keyClick(view, Qt::Key_Left, Qt::AltModifier);
    ASSERT_EQ(recorder.edits.size(), 3U);
    EXPECT_NEAR(recorder.edits[0].value, 0.43, 1e-9);
    EXPECT_NEAR(recorder.edits[1].value, 0.53, 1e-9);
    EXPECT_NEAR(recorder.edits[2].value, 0.529, 1e-9);
}

TEST_F(ExponentPlotTest, aReadOnlyCurveCannotBeEdited)
{
    ExponentPicture picture = made_up::exponent();
    picture.canEdit = false;
    plot.setPicture(picture);
    drag(canvas, at(0.42), at(1.1));
    QTest::mouseDClick(canvas, Qt::LeftButton, {}, at(0.64).toPoint());
    EXPECT_TRUE(recorder.edits.empty());
}

class ValueStripTest : public testing::Test
{
protected:
    ValueStripTest()
    {
        QObject::connect(&strip, &ValueStrip::valueEdited, &strip,
            [this](double value, EditPhase phase) { recorder(value, phase); });
        strip.setRange(0, 10, 0.5);
        strip.setValue(5);
        showAt(strip, { 500, 32 });
    }
    /// Found by moving along the track: the strip keeps its geometry to itself.
    QPointF at(double share) const { return { 12 + share * (500 - 80), 16 }; }

    ValueStrip strip;
    Recorder<double> recorder;
};

TEST_F(ValueStripTest, settingEmitsNothing)
{
    strip.setValue(7);
    strip.setMixed(true);
    strip.setRange(0, 5, 1);
    strip.setGhost(3, QStringLiteral("x"));
    EXPECT_TRUE(recorder.edits.empty());
}

TEST_F(ValueStripTest, dragsInSteps)
{
    drag(&strip, at(0.5), at(0.9));
    ASSERT_TRUE(recorder.isDrag(EditPhase::End));
    EXPECT_GT(recorder.edits.back().value, 6);
    EXPECT_DOUBLE_EQ(recorder.edits.back().value * 2, std::round(recorder.edits.back().value * 2));
    EXPECT_EQ(strip.value(), recorder.edits.back().value);
}

TEST_F(ValueStripTest, escPutsADragBack)
{
    drag(&strip, at(0.5), at(0.9), false);
    QTest::keyClick(&strip, Qt::Key_Escape);
    ASSERT_TRUE(recorder.isDrag(EditPhase::Cancel));
    EXPECT_EQ(strip.value(), 5);
}

TEST_F(ValueStripTest, keysNudgeAndJump)
{
    strip.setFocus();
    QTest::keyClick(&strip, Qt::Key_Right);
    QTest::keyClick(&strip, Qt::Key_Left, Qt::ShiftModifier);
    QTest::keyClick(&strip, Qt::Key_End);
    QTest::keyClick(&strip, Qt::Key_End);
    ASSERT_EQ(recorder.phases(), (std::vector { EditPhase::End, EditPhase::End, EditPhase::End }));
    EXPECT_DOUBLE_EQ(recorder.edits[0].value, 5.5);
    EXPECT_DOUBLE_EQ(recorder.edits[1].value, 0.5);
    EXPECT_DOUBLE_EQ(recorder.edits[2].value, 10);
}

TEST_F(ValueStripTest, aMixedStripTakesItsFirstValue)
{
    strip.setMixed(true);
    QTest::mouseClick(&strip, Qt::LeftButton, {}, at(0.2).toPoint());
    ASSERT_EQ(recorder.phases(), (std::vector { EditPhase::End }));
    EXPECT_EQ(strip.value(), recorder.edits[0].value);
}

TEST_F(ValueStripTest, aReadOnlyStripTakesNothing)
{
    strip.setEditable(false);
    drag(&strip, at(0.5), at(0.9));
    QTest::keyClick(&strip, Qt::Key_Right);
    EXPECT_TRUE(recorder.edits.empty());
}

TEST(ChannelsPlotTest, clickActivatesAndKeysGoAlong)
{
    ChannelsPlot plot;
    std::vector<int> activated;
    QObject::connect(&plot, &ChannelsPlot::channelActivated, &plot, [&](int channel) { activated.push_back(channel); });
    plot.setPicture({ QStringLiteral("w"), made_up::channels(16), {} });
    plot.setSelectedChannel(3);
    showAt(plot, { 600, 300 });
    EXPECT_TRUE(activated.empty());
    auto* view = plot.findChild<PlotView*>();
    auto* canvas = view->findChild<QWidget*>(QStringLiteral("canvas"));
    QTest::mouseClick(canvas, Qt::LeftButton, {}, QPointF(view->pixelOf(9), view->areaOf(0).center().y()).toPoint());
    EXPECT_EQ(activated, std::vector<int>({ 9 }));
    EXPECT_EQ(plot.selectedChannel(), 9);
    QTest::keyClick(view, Qt::Key_Right);
    QTest::keyClick(view, Qt::Key_Return);
    EXPECT_EQ(activated, std::vector<int>({ 9, 10 }));
    drag(canvas, QPointF(view->pixelOf(9), view->areaOf(0).center().y()),
        QPointF(view->pixelOf(4), view->areaOf(0).center().y()));
    EXPECT_EQ(activated.size(), 2U) << "panning is no click";
    plot.setPicture({ QStringLiteral("w"), made_up::channels(4), {} });
    EXPECT_EQ(plot.selectedChannel(), -1);
}

TEST(OutliersViewTest, rowsAndDotsJump)
{
    OutliersView outliers;
    std::vector<std::pair<qulonglong, double>> activated;
    QObject::connect(&outliers, &OutliersView::outlierActivated, &outliers,
        [&](qulonglong index, double value) { activated.emplace_back(index, value); });
    const OutliersPicture picture = made_up::outliers();
    outliers.setPicture(picture);
    showAt(outliers, { 600, 400 });
    EXPECT_TRUE(activated.empty());
    auto* table = outliers.findChild<QTableView*>();
    table->sortByColumn(1, Qt::AscendingOrder);
    table->setCurrentIndex(table->model()->index(0, 0));
    Q_EMIT table->activated(table->model()->index(0, 0));
    ASSERT_EQ(activated.size(), 1U);
    const auto lowest = std::min_element(picture.outliers.begin(), picture.outliers.end(),
        [](const Outlier& a, const Outlier& b) { return a.value < b.value; });
    EXPECT_EQ(activated[0].first, lowest->index);
    EXPECT_DOUBLE_EQ(activated[0].second, static_cast<double>(lowest->value));
    outliers.setPicture({});
    EXPECT_EQ(activated.size(), 1U);
}

} // namespace bw
