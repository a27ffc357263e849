#include "tests/widgets/made_up.h"
#include "tests/widgets/recorder.h"
#include "widgets/plots/family_marks.h"
#include "widgets/plots/plot_view.h"
#include "widgets/plots/survey_plot.h"

#include <gtest/gtest.h>

#include <QImage>
#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <algorithm>
#include <set>

namespace bw {
namespace {

class SurveyPlotTest : public testing::Test
{
protected:
    SurveyPlotTest()
    {
        plot.setPicture(made_up::survey());
        showAt(plot, { 900, 560 });
        view = plot.findChild<PlotView*>();
        canvas = view->findChild<QWidget*>(QStringLiteral("canvas"));
        legend = plot.findChild<QListWidget*>();
    }
    void click(int point)
    {
        QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->mapFrom(&plot, plot.positionOf(point).toPoint()));
    }
    int find(const char* spelling) const
    {
        const auto& points = plot.picture().points;
        const auto found = std::find_if(points.begin(), points.end(),
            [&](const SurveyPoint& point) { return point.spelling == QLatin1String(spelling); });
        return found == points.end() ? -1 : static_cast<int>(found - points.begin());
    }
    SurveyPlot plot;
    PlotView* view = nullptr;
    QWidget* canvas = nullptr;
    QListWidget* legend = nullptr;
    QSignalSpy chosen { &plot, &SurveyPlot::formatChosen };
};

TEST_F(SurveyPlotTest, aClickOnAPointUsesItsFormat)
{
    const int point = find("f1x5");
    click(point);
    ASSERT_EQ(chosen.count(), 1);
    EXPECT_EQ(chosen.last().at(0).value<QuantFormat>(), plot.picture().points[static_cast<std::size_t>(point)].format);
    click(find("f4x4"));
    EXPECT_EQ(chosen.count(), 1) << "it is in use already";
    EXPECT_EQ(plot.selectedPoint(), find("f4x4"));
}

TEST_F(SurveyPlotTest, theErrorFallsWithTheBitsAndTheProductHardlyDoes)
{
    const auto height = [&](const char* spelling) { return plot.positionOf(find(spelling)).y(); };
    EXPECT_GT(height("f1x8") - height("f1x2"), 300);
    QSignalSpy edited(&plot, &SurveyPlot::productShownEdited);
    QTest::mouseClick(plot.findChild<QToolButton*>(QStringLiteral("productButton")), Qt::LeftButton);
    EXPECT_EQ(edited.count(), 1);
    EXPECT_TRUE(plot.isProductShown());
    EXPECT_LT(height("f1x8"), height("f1x2"));
    EXPECT_LT(height("f1x2") - height("f1x8"), 150);
    // The worst family is above, and all of its best points are within the picture.
    for (const char* spelling : { "f18x2", "f18x8", "f1x2", "f1x8" }) {
        EXPECT_TRUE(plot.rect().contains(plot.positionOf(find(spelling)).toPoint())) << spelling;
    }
    EXPECT_LT(height("f18x5"), height("f1x5"));
}

TEST_F(SurveyPlotTest, theListNamesFamiliesAndLimitsAndPutsOneInFront)
{
    ASSERT_EQ(legend->count(), 18 + 1 + 4);
    EXPECT_EQ(legend->item(3)->text(), QStringLiteral("Family 4"));
    EXPECT_FALSE(legend->item(18)->flags() & Qt::ItemIsSelectable);
    EXPECT_EQ(plot.highlightedFamily(), -1);
    const auto clickRow = [&](int row) {
        QTest::mouseClick(legend->viewport(), Qt::LeftButton, {}, legend->visualItemRect(legend->item(row)).center());
    };
    clickRow(3);
    EXPECT_EQ(plot.highlightedFamily(), 3);
    // Others cannot be taken hold of now.
    click(find("f1x8"));
    EXPECT_EQ(chosen.count(), 0);
    clickRow(3);
    EXPECT_EQ(plot.highlightedFamily(), -1);
    legend->setFocus();
    QTest::keyClick(legend, Qt::Key_Down);
    EXPECT_GE(plot.highlightedFamily(), 0);
    SurveyPicture without = made_up::survey();
    without.limits.clear();
    plot.setPicture(without);
    EXPECT_EQ(legend->count(), 18 + 1);
}

TEST_F(SurveyPlotTest, theArrowKeysGoAlongWhatIsWorthHaving)
{
    view->setFocus();
    double before = 0;
    for (int step = 0; step < 4; ++step) {
        QTest::keyClick(view, Qt::Key_Right);
        const SurveyPoint& point = plot.picture().points[static_cast<std::size_t>(plot.selectedPoint())];
        EXPECT_TRUE(point.isOnFront);
        EXPECT_GT(point.bits, before);
        EXPECT_TRUE(view->accessibleDescription().contains(point.spelling));
        before = point.bits;
    }
    QTest::keyClick(view, Qt::Key_Return);
    EXPECT_EQ(chosen.count(), 1);
    plot.setHighlightedFamily(6);
    QTest::keyClick(view, Qt::Key_Right);
    EXPECT_EQ(plot.picture().points[static_cast<std::size_t>(plot.selectedPoint())].family, 6);
}

TEST_F(SurveyPlotTest, theSelectionStaysWithItsFormatAndAnEmptyPictureSaysWhy)
{
    plot.setSelectedPoint(5);
    SurveyPicture picture = made_up::survey();
    picture.points.erase(picture.points.begin());
    plot.setPicture(picture);
    EXPECT_EQ(plot.selectedPoint(), 4);
    SurveyPicture none;
    none.emptyText = QStringLiteral("Nothing yet.");
    plot.setPicture(none);
    EXPECT_EQ(plot.selectedPoint(), -1);
    EXPECT_FALSE(view->isVisible());
    const auto labels = plot.findChildren<QLabel*>();
    EXPECT_TRUE(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
        return label->isVisible() && label->text().contains(QStringLiteral("Nothing yet."));
    }));
    EXPECT_FALSE(view->accessibleName().isEmpty());
    EXPECT_FALSE(legend->accessibleName().isEmpty());
}

TEST(FamilyMarks, canBeToldApartWithoutColour)
{
    std::set<std::vector<uchar>> seen;
    for (int family = 0; family < familyMarkCount; ++family) {
        QImage image(24, 24, QImage::Format_Grayscale8);
        image.fill(Qt::white);
        QPainter painter(&image);
        painter.setPen(QPen(Qt::black, 1.4));
        painter.setBrush(isFamilyMarkHollow(family) ? Qt::white : Qt::black);
        painter.drawPath(familyMarkPath(family, 6).translated(12, 12));
        painter.end();
        seen.insert({ image.constBits(), image.constBits() + image.sizeInBytes() });
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(familyMarkCount));
    for (const QColor& background : { QColor(Qt::white), QColor(0x1e1e1e) }) {
        QPalette palette;
        palette.setColor(QPalette::Base, background);
        const PlotTheme theme = PlotTheme::fromPalette(palette);
        for (int family = 0; family < familyMarkCount; ++family) {
            EXPECT_GE(contrastRatio(familyColor(family, theme), background), 2.99) << family;
        }
    }
}

} // namespace
} // namespace bw
