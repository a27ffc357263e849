#include "widgets/plots/histogram_plot.h"

#include "tests/widgets/made_up.h"
#include "tests/widgets/recorder.h"
#include "widgets/plots/histogram_painter.h"
#include "widgets/plots/inline_edit.h"
#include "widgets/plots/plot_view.h"
#include "widgets/plots/value_strip.h"
#include "widgets/text.h"

#include <QAbstractButton>
#include <QContextMenuEvent>
#include <QWheelEvent>

#include <gtest/gtest.h>

namespace bw {

class HistogramPlotTest : public testing::Test
{
protected:
    HistogramPlotTest()
    {
        QObject::connect(&plot, &HistogramPlot::clipEdited, &plot, [this](double low, double high, EditPhase phase) {
            clips({ low, high }, phase);
        });
        QObject::connect(&plot, &HistogramPlot::levelEdited, &plot, [this](int index, double value, EditPhase phase) {
            levels({ index, value }, phase);
        });
        QObject::connect(&plot, &HistogramPlot::exponentEdited, &plot,
            [this](double value, EditPhase phase) { exponents(value, phase); });
        QObject::connect(&plot, &HistogramPlot::levelAdded, &plot, [this](double value) { added.push_back(value); });
        QObject::connect(&plot, &HistogramPlot::levelRemoved, &plot, [this](int index) { removed.push_back(index); });
        QObject::connect(&plot, &HistogramPlot::logScaleEdited, &plot, [this] { ++logEdits; });
        plot.setPicture(made_up::distribution());
        showAt(plot, { 800, 560 });
        view = plot.findChild<PlotView*>(QStringLiteral("histogramView"));
        canvas = view->findChild<QWidget*>(QStringLiteral("canvas"));
    }

    /// In the upper part of the weights' histogram, at a weight.
    QPointF at(double weight) const { return { view->pixelOf(weight), view->areaOf(0).top() + 60 }; }
    /// Where levels are grabbed.
    QPointF atLevel(double weight) const { return { view->pixelOf(weight), view->areaOf(0).bottom() - 10 }; }
    std::size_t editCount() const
    {
        return clips.edits.size() + levels.edits.size() + exponents.edits.size() + added.size() + removed.size();
    }
    double perPixel() const { return view->valueOf(101) - view->valueOf(100); }

    HistogramPlot plot;
    PlotView* view = nullptr;
    QWidget* canvas = nullptr;
    Recorder<std::pair<double, double>> clips;
    Recorder<std::pair<int, double>> levels;
    Recorder<double> exponents;
    std::vector<double> added;
    std::vector<int> removed;
    int logEdits = 0;
};

TEST_F(HistogramPlotTest, settingEmitsNothing)
{
    HistogramPicture picture = made_up::distribution();
    picture.grid = made_up::powerGrid(7, 1, 0.2);
    picture.exponent = 0.9;
    plot.setPicture(picture);
    plot.setLogScale(true);
    plot.highlightValue(0.3);
    plot.showReadout(0.1);
    plot.resetZoom();
    plot.setPicture({});
    QTest::qWait(20);
    EXPECT_EQ(editCount(), 0U);
    EXPECT_EQ(logEdits, 0);
}

TEST_F(HistogramPlotTest, draggingAClipPointEmitsTheWholeGesture)
{
    drag(canvas, at(0.34), at(0.25));
    ASSERT_TRUE(clips.isDrag(EditPhase::End));
    EXPECT_NEAR(clips.edits.back().value.second, 0.25, 2 * perPixel());
    EXPECT_DOUBLE_EQ(clips.edits.back().value.first, -clips.edits.back().value.second) << "symmetric";
    EXPECT_DOUBLE_EQ(clips.edits.front().value.second, 0.34) << "Begin carries the value from before";
    EXPECT_EQ(levels.edits.size(), 0U);
}

TEST_F(HistogramPlotTest, asymmetricClipPointsMoveAlone)
{
    HistogramPicture picture = made_up::distribution();
    picture.isClipSymmetric = false;
    plot.setPicture(picture);
    drag(canvas, at(-0.34), at(-0.2));
    ASSERT_TRUE(clips.isDrag(EditPhase::End));
    EXPECT_NEAR(clips.edits.back().value.first, -0.2, 2 * perPixel());
    EXPECT_DOUBLE_EQ(clips.edits.back().value.second, 0.34);
}

TEST_F(HistogramPlotTest, escPutsADragBack)
{
    drag(canvas, at(0.34), at(0.25), false);
    QTest::keyClick(view, Qt::Key_Escape);
    ASSERT_TRUE(clips.isDrag(EditPhase::Cancel));
    EXPECT_DOUBLE_EQ(clips.edits.back().value.second, 0.34);
    EXPECT_DOUBLE_EQ(plot.picture().grid.clipHigh, 0.34);
    QTest::mouseMove(canvas, at(0.1).toPoint());
    QTest::mouseRelease(canvas, Qt::LeftButton, {}, at(0.1).toPoint());
    EXPECT_EQ(clips.edits.back().phase, EditPhase::Cancel) << "nothing after Cancel";
}

TEST_F(HistogramPlotTest, newPicturesDuringADragDoNotPullTheHandleAway)
{
    drag(canvas, at(0.34), at(0.25), false);
    const double dragged = clips.edits.back().value.second;
    const std::size_t count = clips.edits.size();
    HistogramPicture older = made_up::distribution();
    plot.setPicture(older);
    EXPECT_EQ(clips.edits.size(), count);
    EXPECT_DOUBLE_EQ(plot.picture().grid.clipHigh, dragged);
    QTest::mouseRelease(canvas, Qt::LeftButton, {}, at(0.25).toPoint());
    EXPECT_EQ(clips.edits.back().phase, EditPhase::End);
    EXPECT_DOUBLE_EQ(clips.edits.back().value.second, dragged);
}

TEST_F(HistogramPlotTest, levelsAreDraggedBetweenTheirNeighbours)
{
    const Grid grid = plot.picture().grid;
    drag(canvas, atLevel(grid.levels[12]), atLevel(grid.levels[14] + 0.05));
    ASSERT_TRUE(levels.isDrag(EditPhase::End));
    EXPECT_EQ(levels.edits.back().value.first, 12);
    EXPECT_LT(levels.edits.back().value.second, grid.levels[13]);
    EXPECT_GT(levels.edits.back().value.second, grid.levels[12]);
    EXPECT_EQ(clips.edits.size(), 0U);
    EXPECT_TRUE(std::is_sorted(plot.picture().grid.levels.begin(), plot.picture().grid.levels.end()));
    EXPECT_TRUE(std::is_sorted(plot.picture().grid.cellEdges.begin(), plot.picture().grid.cellEdges.end()));
}

TEST_F(HistogramPlotTest, whatMayNotBeEditedCannotBe)
{
    HistogramPicture picture = made_up::distribution();
    picture.canEditClip = false;
    picture.canEditLevels = false;
    picture.canEditExponent = false;
    plot.setPicture(picture);
    drag(canvas, at(0.34), at(0.25));
    drag(canvas, atLevel(picture.grid.levels[12]), atLevel(picture.grid.levels[13]));
    QTest::mouseDClick(canvas, Qt::LeftButton, {}, atLevel(0.3).toPoint());
    QWidget* strip = plot.findChild<QWidget*>(QStringLiteral("exponentStrip"));
    drag(strip, QPointF(strip->width() / 3.0, strip->height() / 2.0),
        QPointF(strip->width() / 2.0, strip->height() / 2.0));
    EXPECT_EQ(editCount(), 0U);
}

TEST_F(HistogramPlotTest, levelsAreAddedAndRemoved)
{
    QTest::mouseDClick(canvas, Qt::LeftButton, {}, atLevel(0.25).toPoint());
    ASSERT_EQ(added.size(), 1U);
    EXPECT_NEAR(added[0], 0.25, 2 * perPixel());
    QTest::mouseClick(canvas, Qt::LeftButton, {}, atLevel(plot.picture().grid.levels[3]).toPoint());
    QTest::keyClick(view, Qt::Key_Delete);
    EXPECT_EQ(removed, std::vector<int>({ 3 }));
    EXPECT_EQ(levels.edits.size(), 0U);
}

TEST_F(HistogramPlotTest, keysNudgeTheFocusedHandle)
{
    view->setFocus();
    QTest::keyClick(view, Qt::Key_Up); // the last by value: the upper clip point or the top level, both at 0.34
    QTest::keyClick(view, Qt::Key_Escape);
    QTest::mouseClick(canvas, Qt::LeftButton, {}, at(0.34).toPoint());
    QTest::keyClick(view, Qt::Key_Left);
    QTest::keyClick(view, Qt::Key_Left, Qt::ShiftModifier);
    QTest::keyClick(view, Qt::Key_Right, Qt::AltModifier);
    ASSERT_EQ(clips.phases(), (std::vector { EditPhase::End, EditPhase::End, EditPhase::End }));
    const double plain = 0.34 - clips.edits[0].value.second;
    const double coarse = clips.edits[0].value.second - clips.edits[1].value.second;
    const double fine = clips.edits[2].value.second - clips.edits[1].value.second;
    EXPECT_GT(plain, 0);
    EXPECT_NEAR(coarse, 10 * plain, 1e-9);
    EXPECT_NEAR(fine, plain / 10, 1e-9);
}

TEST_F(HistogramPlotTest, aValueCanBeTyped)
{
    const QPoint position = at(0.34).toPoint();
    QContextMenuEvent menu(QContextMenuEvent::Mouse, position, canvas->mapToGlobal(position));
    QCoreApplication::sendEvent(canvas, &menu);
    auto* edit = view->findChild<InlineEdit*>();
    ASSERT_NE(edit, nullptr);
    edit->setText(QStringLiteral("0.3"));
    QTest::keyClick(edit, Qt::Key_Return);
    ASSERT_EQ(clips.phases(), (std::vector { EditPhase::End }));
    EXPECT_DOUBLE_EQ(clips.edits[0].value.second, 0.3);
    EXPECT_DOUBLE_EQ(clips.edits[0].value.first, -0.3);
}

TEST_F(HistogramPlotTest, aTypedValueOutOfRangeIsNotTaken)
{
    const QPoint position = at(0.34).toPoint();
    QContextMenuEvent menu(QContextMenuEvent::Mouse, position, canvas->mapToGlobal(position));
    QCoreApplication::sendEvent(canvas, &menu);
    auto* edit = view->findChild<InlineEdit*>();
    ASSERT_NE(edit, nullptr);
    edit->setText(QStringLiteral("7"));
    QTest::keyClick(edit, Qt::Key_Return);
    EXPECT_TRUE(edit->isVisible());
    QTest::keyClick(edit, Qt::Key_Escape);
    EXPECT_EQ(editCount(), 0U);
}

TEST_F(HistogramPlotTest, theExponentStripSpeaksForThePlot)
{
    auto* strip = plot.findChild<ValueStrip*>(QStringLiteral("exponentStrip"));
    strip->setFocus();
    QTest::keyClick(strip, Qt::Key_Right);
    ASSERT_EQ(exponents.phases(), (std::vector { EditPhase::End }));
    EXPECT_NEAR(exponents.edits[0].value, 0.51, 1e-9);
    EXPECT_NEAR(*plot.picture().exponent, 0.51, 1e-9);
}

TEST_F(HistogramPlotTest, wheelZoomsAtThePointerAndDoubleClickResets)
{
    const double low = view->viewLow();
    const double high = view->viewHigh();
    const QPointF position = at(0.1);
    const double under = view->valueOf(position.x());
    QWheelEvent wheel(position, canvas->mapToGlobal(position), {}, { 0, 240 }, Qt::NoButton, Qt::NoModifier,
        Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(canvas, &wheel);
    EXPECT_LT(view->viewHigh() - view->viewLow(), 0.7 * (high - low));
    EXPECT_NEAR(view->valueOf(position.x()), under, 1e-9);
    plot.setPicture(made_up::distribution());
    EXPECT_TRUE(view->isZoomed()) << "a new picture of the same bins keeps the zoom";
    drag(canvas, at(0.1), at(0.12));
    EXPECT_NEAR(view->valueOf(at(0.1).x()), 0.1, 1e-9);
    QTest::mouseDClick(canvas, Qt::LeftButton, {},
        QPoint(static_cast<int>(position.x()), static_cast<int>(view->areaOf(1).center().y())));
    EXPECT_DOUBLE_EQ(view->viewLow(), low);
    EXPECT_DOUBLE_EQ(view->viewHigh(), high);
    EXPECT_EQ(editCount(), 0U);
}

TEST_F(HistogramPlotTest, shiftDragZoomsToAnInterval)
{
    QTest::mousePress(canvas, Qt::LeftButton, Qt::ShiftModifier, at(-0.1).toPoint());
    QTest::mouseMove(canvas, at(0).toPoint());
    QTest::mouseMove(canvas, at(0.1).toPoint());
    QTest::mouseRelease(canvas, Qt::LeftButton, Qt::ShiftModifier, at(0.1).toPoint());
    EXPECT_NEAR(view->viewLow(), -0.1, 0.005);
    EXPECT_NEAR(view->viewHigh(), 0.1, 0.005);
}

TEST_F(HistogramPlotTest, aHighlightedValueComesIntoView)
{
    view->setView(-0.05, 0.05);
    plot.highlightValue(0.36);
    EXPECT_LT(view->viewLow(), 0.36);
    EXPECT_GT(view->viewHigh(), 0.36);
}

TEST_F(HistogramPlotTest, levelsArePaintedWhereTheyAre)
{
    const QImage image = canvas->grab().toImage();
    const QRgb level = view->theme().level.rgb();
    const double ratio = image.devicePixelRatio();
    for (const double value : plot.picture().grid.levels) {
        const int x = static_cast<int>(view->pixelOf(value) * ratio);
        const int y = static_cast<int>((view->areaOf(0).bottom() - 4) * ratio);
        bool isThere = false;
        for (int dx = -2; dx <= 2; ++dx) {
            const QColor color = image.pixelColor(x + dx, y);
            isThere = isThere
                || std::abs(color.red() - qRed(level)) + std::abs(color.green() - qGreen(level))
                        + std::abs(color.blue() - qBlue(level))
                    < 40;
        }
        EXPECT_TRUE(isThere) << value;
    }
}

TEST_F(HistogramPlotTest, oddPicturesAreShownWithoutHarm)
{
    HistogramPicture picture = made_up::distribution();
    auto one = std::make_shared<Histogram>();
    one->edges = { 0.5, 1.5 };
    one->counts = { 1 };
    picture.original = one;
    picture.quantized = nullptr;
    picture.grid = { { 1.0 }, {}, 1, 1 };
    plot.setPicture(picture);
    plot.showReadout(1);
    QTest::qWait(10);
    auto broken = std::make_shared<Histogram>();
    broken->edges = { 0 };
    broken->counts = { 1, 2, 3 };
    picture.original = broken;
    plot.setPicture(picture);
    QTest::qWait(10);
    EXPECT_EQ(plot.picture().original, nullptr);
    EXPECT_EQ(editCount(), 0U);
}

TEST(HistogramMath, binsAndCells)
{
    Histogram histogram;
    histogram.edges = { 0, 1, 2, 4 };
    histogram.counts = { 10, 20, 40 };
    EXPECT_EQ(binOf(histogram, 0), 0U);
    EXPECT_EQ(binOf(histogram, 1), 1U);
    EXPECT_EQ(binOf(histogram, 4), 2U) << "the last edge belongs to the last bin";
    EXPECT_FALSE(binOf(histogram, 4.01).has_value());
    EXPECT_FALSE(binOf(histogram, std::nan("")).has_value());
    EXPECT_DOUBLE_EQ(countBetween(histogram, 0.5, 3), 5 + 20 + 20);
    EXPECT_EQ(tallestBin(histogram, 0, 2), 20U);
    HistogramPicture picture;
    picture.original = std::make_shared<const Histogram>(histogram);
    picture.grid = { { 0.5, 3 }, { 1.75 }, 0, 4 };
    EXPECT_EQ(readoutLines(picture, 3.5).join(QLatin1Char('/')),
        QStringLiteral(
            "2.000 … 4.000/weights\t40 (57 %)/becomes level\t3.000/its cell\t1.75 … 4.00/share in the cell\t≈64 %"));
    EXPECT_EQ(readoutLines(picture, 9).size(), 2);
}

TEST_F(HistogramPlotTest, theFittedDistributionComesAndGoes)
{
    auto* button = plot.findChild<QAbstractButton*>(QStringLiteral("fitButton"));
    ASSERT_NE(button, nullptr);
    std::vector<bool> edits;
    QObject::connect(&plot, &HistogramPlot::fitShownEdited, &plot, [&](bool isShown) { edits.push_back(isShown); });
    const auto picture = [&] {
        QTest::qWait(20);
        return canvas->grab().toImage();
    };
    EXPECT_TRUE(plot.isFitShown() && button->isChecked() && button->isEnabled());
    const QImage with = picture();
    button->click();
    EXPECT_EQ(edits, std::vector<bool> { false });
    EXPECT_FALSE(plot.isFitShown());
    const QImage without = picture();
    EXPECT_NE(with, without);
    plot.setFitShown(true);
    EXPECT_EQ(picture(), with);
    EXPECT_EQ(edits.size(), 1U) << "setting emits nothing";
    HistogramPicture unfitted = made_up::distribution();
    unfitted.fit.reset();
    plot.setPicture(unfitted);
    EXPECT_FALSE(button->isEnabled());
    EXPECT_EQ(picture(), without);
}

TEST_F(HistogramPlotTest, theReadoutSaysWhatTheFitExpects)
{
    HistogramPicture picture = made_up::distribution();
    picture.fit = FittedCurve { { DensityKind::Normal }, 0.1, 1000, QStringLiteral("Normal"), 0.01 };
    // Φ(1) - Φ(0), also across 0.
    EXPECT_NEAR(picture.fit->expected(0, 0.1), 341.345, 1e-3);
    EXPECT_NEAR(picture.fit->expected(-0.1, 0.1), 682.689, 1e-3);
    const auto& edges = picture.original->edges;
    const QString expected = numberText(picture.fit->expected(edges[130], edges[131]), false);
    EXPECT_TRUE(
        readoutLines(picture, (edges[130] + edges[131]) / 2).contains(QStringLiteral("by the fit\t") + expected));
}

} // namespace bw
