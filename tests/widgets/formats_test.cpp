// The format picker and the curves of formats.
#include "tests/widgets/made_up.h"
#include "tests/widgets/recorder.h"
#include "widgets/models/format_table_model.h"
#include "widgets/models/layer_filter_proxy.h"
#include "widgets/models/roles.h"
#include "widgets/panels/format_picker.h"
#include "widgets/plots/formats_plot.h"
#include "widgets/plots/plot_view.h"

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>

#include <gtest/gtest.h>

namespace bw {

using Mode = QAbstractItemModelTester::FailureReportingMode;

TEST(FormatTableModel, saysWhatIsKnownAndWhatIsNot)
{
    FormatTableModel model;
    const QAbstractItemModelTester tester(&model, Mode::Fatal);
    auto rows = made_up::formatRows();
    model.setRows(rows);
    ASSERT_EQ(model.rowCount(), static_cast<int>(rows.size()));
    const auto shown = [&](int row, int column) { return model.index(row, column).data().toString(); };
    EXPECT_EQ(shown(0, FormatTableModel::ErrorColumn), QStringLiteral("0.193"));
    EXPECT_EQ(shown(0, FormatTableModel::LimitColumn), QStringLiteral("4.10 dB"));
    EXPECT_EQ(shown(1, FormatTableModel::ErrorColumn).left(1), QString(QChar(0x2248))) << "sampled";
    EXPECT_EQ(shown(2, FormatTableModel::ErrorColumn), QString(QChar(0x2014))) << "unknown";
    EXPECT_EQ(model.index(2, 0).data(FormatDetailRole).toString(), rows[2].reason);
    EXPECT_TRUE(model.index(0, 0).data(Qt::AccessibleTextRole).toString().contains(rows[0].spelling));
    EXPECT_EQ(model.rowOf(rows[1].spelling), 1);
    EXPECT_EQ(model.rowOf(QStringLiteral("nothing")), -1);
}

TEST(FormatTableModel, changedFiguresAreNoReset)
{
    FormatTableModel model;
    auto rows = made_up::formatRows();
    model.setRows(rows);
    const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    rows[0].r = 0.1;
    model.setRows(rows);
    EXPECT_EQ(resets.count(), 0);
    EXPECT_EQ(model.index(0, FormatTableModel::ErrorColumn).data().toString(), QStringLiteral("0.100"));
    rows.pop_back();
    model.setRows(rows);
    EXPECT_EQ(resets.count(), 1);
}

TEST(FormatTableModel, unknownFiguresAreLastEitherWay)
{
    FormatTableModel model;
    LayerFilterProxy proxy;
    proxy.setSourceModel(&model);
    model.setRows(made_up::formatRows());
    for (const auto order : { Qt::AscendingOrder, Qt::DescendingOrder }) {
        proxy.sort(FormatTableModel::ErrorColumn, order);
        EXPECT_TRUE(proxy.index(proxy.rowCount() - 1, 0).data(IsKeptRole).toBool());
    }
}

class FormatPickerTest : public testing::Test
{
protected:
    FormatPickerTest()
    {
        showAt(window, { 1200, 800 });
        picker.open();
        picker.setPicture(made_up::pickerPicture());
        QCoreApplication::processEvents();
    }
    QAbstractButton* button(const char* name) { return picker.findChild<QAbstractButton*>(QLatin1String(name)); }
    QTableView* table() { return picker.findChild<QTableView*>(); }
    QLineEdit* search() { return picker.findChild<QLineEdit*>(QStringLiteral("formatSearch")); }

    QWidget window;
    FormatPicker picker { &window };
    QSignalSpy asked { &picker, &FormatPicker::asked };
    QSignalSpy chosen { &picker, &FormatPicker::formatChosen };
};

TEST_F(FormatPickerTest, openingAsksForTheFamiliesAndFillingEmitsNothing)
{
    EXPECT_EQ(picker.question(), PickerQuestion::Families);
    asked.clear();
    picker.setPicture(made_up::pickerPicture());
    picker.setPicture({});
    picker.setMaxBits(4.25);
    EXPECT_EQ(asked.count(), 0);
    EXPECT_EQ(chosen.count(), 0);
    EXPECT_EQ(picker.maxBits(), 4.25);
}

TEST_F(FormatPickerTest, oneClickAsksForTheBestOfSoManyBits)
{
    QTest::mouseClick(button("ask3"), Qt::LeftButton);
    ASSERT_EQ(asked.count(), 2);
    EXPECT_EQ(asked.last().at(0).value<PickerQuestion>(), PickerQuestion::BestForLayer);
    EXPECT_EQ(asked.last().at(1).toDouble(), 3.25);
    EXPECT_TRUE(button("ask3")->isChecked());
    EXPECT_TRUE(button("askLayer")->isChecked());
    EXPECT_FALSE(button("askFamilies")->isChecked());
    QTest::mouseClick(button("askModel"), Qt::LeftButton);
    EXPECT_EQ(asked.last().at(0).value<PickerQuestion>(), PickerQuestion::BestForModel);
    // Other bits, still for the model.
    QTest::mouseClick(button("ask4"), Qt::LeftButton);
    EXPECT_EQ(asked.last().at(0).value<PickerQuestion>(), PickerQuestion::BestForModel);
    EXPECT_EQ(asked.last().at(1).toDouble(), 4.25);
}

TEST_F(FormatPickerTest, typedBitsAreAskedForOnEnter)
{
    auto* bits = picker.findChild<QDoubleSpinBox*>();
    bits->setFocus();
    bits->selectAll();
    QTest::keyClicks(bits, QStringLiteral("2.5"));
    QTest::keyClick(bits, Qt::Key_Return);
    EXPECT_EQ(asked.last().at(0).value<PickerQuestion>(), PickerQuestion::BestForLayer);
    EXPECT_EQ(asked.last().at(1).toDouble(), 2.5);
    EXPECT_TRUE(picker.isVisible());
}

TEST_F(FormatPickerTest, aClickUsesAFormatButNotOneThatCannotServe)
{
    const auto click = [&](int row) {
        QTest::mouseClick(
            table()->viewport(), Qt::LeftButton, {}, table()->visualRect(table()->model()->index(row, 0)).center());
    };
    click(1);
    ASSERT_EQ(chosen.count(), 1);
    EXPECT_EQ(chosen.last().at(0).value<QuantFormat>(), made_up::formatRows()[1].format);
    click(2);
    EXPECT_EQ(chosen.count(), 1);
    EXPECT_TRUE(picker.isVisible());
}

TEST_F(FormatPickerTest, theKeyboardSearchesWalksAndChooses)
{
    EXPECT_EQ(picker.focusWidget(), search());
    QTest::keyClicks(search(), QStringLiteral("fitted"));
    EXPECT_EQ(table()->model()->rowCount(), 1);
    QTest::keyClick(search(), Qt::Key_Return);
    ASSERT_EQ(chosen.count(), 1);
    EXPECT_EQ(chosen.last().at(0).value<QuantFormat>(), made_up::formatRows()[1].format);
    EXPECT_FALSE(picker.isVisible());
    picker.open();
    EXPECT_TRUE(search()->text().isEmpty());
    QTest::keyClick(search(), Qt::Key_Down);
    QTest::keyClick(search(), Qt::Key_Down);
    EXPECT_EQ(table()->currentIndex().row(), 1);
    QTest::keyClick(search(), Qt::Key_Escape);
    EXPECT_FALSE(picker.isVisible());
    EXPECT_EQ(chosen.count(), 1);
}

TEST_F(FormatPickerTest, tabGoesRoundWithin)
{
    for (int i = 0; i < 40; ++i) {
        QTest::keyClick(picker.focusWidget(), Qt::Key_Tab);
        ASSERT_TRUE(picker.isAncestorOf(window.focusWidget()));
    }
}

TEST_F(FormatPickerTest, aClickElsewhereCloses)
{
    QWidget other(&window);
    other.setGeometry(0, 0, 20, 20);
    other.show();
    const QSignalSpy closed(&picker, &FormatPicker::closed);
    QTest::mouseClick(picker.findChild<QTableView*>()->viewport(), Qt::LeftButton, {}, { 5, 5 });
    EXPECT_TRUE(picker.isVisible());
    QTest::mouseClick(&other, Qt::LeftButton);
    EXPECT_FALSE(picker.isVisible());
    EXPECT_EQ(closed.count(), 1);
}

TEST_F(FormatPickerTest, theBestOfEachFamilyOrAllThatFit)
{
    auto picture = made_up::pickerPicture();
    picture.rows.push_back(picture.rows[1]);
    picture.rows.back().spelling = QStringLiteral("lloyd3/b128");
    picker.ask(PickerQuestion::BestForLayer);
    picker.setPicture(picture);
    auto* box = picker.findChild<QCheckBox*>(QStringLiteral("onePerFamily"));
    ASSERT_TRUE(box->isVisible());
    EXPECT_EQ(table()->model()->rowCount(), 3);
    box->click();
    EXPECT_EQ(table()->model()->rowCount(), 4);
    picker.ask(PickerQuestion::Families);
    EXPECT_FALSE(box->isVisible());
}

TEST_F(FormatPickerTest, theCurrentRowStaysWithItsFormat)
{
    auto picture = made_up::pickerPicture();
    table()->setCurrentIndex(table()->model()->index(1, 0));
    std::swap(picture.rows[0], picture.rows[1]);
    picker.setPicture(picture);
    EXPECT_EQ(table()->currentIndex().row(), 0);
}

class FormatsPlotTest : public testing::Test
{
protected:
    FormatsPlotTest()
    {
        plot.setPicture(made_up::formats());
        showAt(plot, { 800, 500 });
        view = plot.findChild<PlotView*>();
        canvas = view->findChild<QWidget*>(QStringLiteral("canvas"));
    }
    FormatsPlot plot;
    PlotView* view = nullptr;
    QWidget* canvas = nullptr;
    QSignalSpy chosen { &plot, &FormatsPlot::formatChosen };
};

TEST_F(FormatsPlotTest, aClickOnAPointUsesItsFormat)
{
    const auto& points = plot.picture().points;
    const auto click = [&](int point) {
        QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->mapFrom(&plot, plot.positionOf(point).toPoint()));
    };
    click(2);
    ASSERT_EQ(chosen.count(), 1);
    EXPECT_EQ(chosen.last().at(0).value<QuantFormat>(), points[2].format);
    // The format in use already is no edit, and beside the points there is nothing.
    const auto current = std::find_if(points.begin(), points.end(), [](const FormatPoint& p) { return p.isCurrent; });
    click(static_cast<int>(current - points.begin()));
    QTest::mouseClick(canvas, Qt::LeftButton, {}, QPoint(canvas->width() - 20, 60));
    EXPECT_EQ(chosen.count(), 1);
}

TEST_F(FormatsPlotTest, theArrowKeysGoAlongAndEnterUses)
{
    view->setFocus();
    QTest::keyClick(view, Qt::Key_Home);
    QTest::keyClick(view, Qt::Key_Right);
    const int first = plot.selectedPoint();
    ASSERT_GE(first, 0);
    QTest::keyClick(view, Qt::Key_Right);
    const int second = plot.selectedPoint();
    const auto& points = plot.picture().points;
    EXPECT_GE(points[static_cast<std::size_t>(second)].bits, points[static_cast<std::size_t>(first)].bits);
    EXPECT_FALSE(view->accessibleDescription().isEmpty());
    QTest::keyClick(view, Qt::Key_Return);
    ASSERT_EQ(chosen.count(), 1);
    EXPECT_EQ(chosen.last().at(0).value<QuantFormat>(), points[static_cast<std::size_t>(second)].format);
}

TEST_F(FormatsPlotTest, theSelectedPointStaysWithItsFormat)
{
    plot.setSelectedPoint(3);
    FormatsPicture picture = made_up::formats();
    picture.points.erase(picture.points.begin());
    plot.setPicture(picture);
    EXPECT_EQ(plot.selectedPoint(), 2);
    plot.setPicture({});
    EXPECT_EQ(plot.selectedPoint(), -1);
}

class ExtrasTest : public testing::Test
{
protected:
    ExtrasTest()
    {
        editor.setChoices(made_up::formatChoices());
        QObject::connect(&editor, &FormatEditor::formatPartEdited, &editor,
            [this](const FormatEdit& edit, EditPhase) { edits.push_back(edit); });
    }
    QCheckBox* box(const char* id) { return editor.findChild<QCheckBox*>(QLatin1String("extra-") + QLatin1String(id)); }
    static QuantFormat format(ParamValues extras)
    {
        QuantFormat made = made_up::powerFormat();
        made.extras = std::move(extras);
        return made;
    }
    FormatEditor editor;
    std::vector<FormatEdit> edits;
};

TEST_F(ExtrasTest, aCheckAddsAnExtraWithItsUsualValueAndOneTakesItAway)
{
    editor.setFormat(format({}));
    EXPECT_TRUE(edits.empty());
    box("sparse")->click();
    ASSERT_EQ(edits.size(), 1U);
    EXPECT_EQ(editor.format().extras, (ParamValues { { "sparse", 0.001 } }));
    EXPECT_EQ(
        edits[0].appliedTo(format({ { "zstd", {} } })).extras, (ParamValues { { "sparse", 0.001 }, { "zstd", {} } }))
        << "what else a format has stays";
    box("sparse")->click();
    EXPECT_TRUE(editor.format().extras.empty());
    EXPECT_TRUE(edits[1].appliedTo(format({ { "sparse", 0.2 } })).extras.empty());
}

TEST_F(ExtrasTest, extrasOfOneKindExcludeEachOther)
{
    editor.setFormat(format({ { "zstd", {} } }));
    EXPECT_TRUE(box("zstd")->isChecked());
    box("rans")->click();
    EXPECT_EQ(editor.format().extras, (ParamValues { { "rans", {} } }));
    EXPECT_FALSE(box("zstd")->isChecked());
    EXPECT_EQ(edits.back().appliedTo(format({ { "zstd", {} } })).extras, (ParamValues { { "rans", {} } }));
}

TEST_F(ExtrasTest, whatOnlySomeHaveIsPartlyCheckedAndOneClickGivesItToAll)
{
    editor.setFormats({ format({ { "zstd", {} } }), format({}) });
    EXPECT_EQ(box("zstd")->checkState(), Qt::PartiallyChecked);
    box("zstd")->click();
    EXPECT_EQ(box("zstd")->checkState(), Qt::Checked);
    EXPECT_FALSE(editor.isMixed());
}

TEST_F(ExtrasTest, whatTheWindowLacksDataForIsShownOnlyWhereAFormatHasIt)
{
    auto choices = made_up::formatChoices();
    for (auto& extra : choices.extras) {
        extra.isOffered = extra.id != QLatin1String("zstd");
    }
    editor.setChoices(choices);
    editor.setFormat(format({}));
    editor.show();
    EXPECT_FALSE(box("zstd")->isVisible());
    EXPECT_TRUE(box("sparse")->isVisible());
    editor.setFormat(format({ { "zstd", {} } }));
    EXPECT_TRUE(box("zstd")->isVisible());
    box("zstd")->click();
    EXPECT_TRUE(editor.format().extras.empty());
}

TEST_F(ExtrasTest, aFamilyWithoutExtrasOffersNoneAndDropsThem)
{
    editor.show();
    editor.setFormat(format({ { "zstd", {} } }));
    EXPECT_TRUE(box("zstd")->isVisible());
    auto* family = editor.findChild<QComboBox*>(QStringLiteral("family"));
    family->setCurrentIndex(family->count() - 1);
    Q_EMIT family->activated(family->count() - 1);
    EXPECT_FALSE(box("zstd")->isVisible());
    EXPECT_TRUE(editor.format().extras.empty());
    EXPECT_TRUE(edits.back().appliedTo(format({ { "zstd", {} } })).extras.empty());
}

} // namespace bw
