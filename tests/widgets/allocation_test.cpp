// The allocation view's parts, on made-up values.
#include "tests/support/cpu_clock.h"
#include "tests/widgets/made_up.h"
#include "tests/widgets/recorder.h"
#include "widgets/allocation/allocation_bars.h"
#include "widgets/allocation/allocation_inputs.h"
#include "widgets/allocation/budget_editor.h"
#include "widgets/allocation/budget_text.h"
#include "widgets/allocation/chip_list.h"
#include "widgets/allocation/compare_panel.h"
#include "widgets/allocation/damage_model.h"
#include "widgets/allocation/step_model.h"
#include "widgets/allocation/walk_controls.h"
#include "widgets/models/roles.h"
#include "widgets/plots/front_plot.h"
#include "widgets/plots/plot_view.h"
#include "widgets/plots/value_strip.h"

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include <cmath>

namespace bw {

using Mode = QAbstractItemModelTester::FailureReportingMode;

TEST(BudgetText, understandsWhatPeopleType)
{
    const auto is = [](const char* text, Budget::Kind kind, double value) {
        const TypedBudget typed = typedBudget(QString::fromUtf8(text));
        return typed.problem.isEmpty() && typed.budget.kind == kind
            && std::fabs(typed.budget.value - value) < 1e-9 * value;
    };
    EXPECT_TRUE(is("4.1 bits", Budget::Kind::BitsPerWeight, 4.1));
    EXPECT_TRUE(is("4.1", Budget::Kind::BitsPerWeight, 4.1));
    EXPECT_TRUE(is(" 3bpw ", Budget::Kind::BitsPerWeight, 3));
    EXPECT_TRUE(is("3.2 GB", Budget::Kind::Bytes, 3.2e9));
    EXPECT_TRUE(is("300 KiB", Budget::Kind::Bytes, 300 * 1024.0));
    EXPECT_TRUE(is("25 %", Budget::Kind::Share, 0.25));
    EXPECT_TRUE(is("25%", Budget::Kind::Share, 0.25));
    EXPECT_TRUE(is("half", Budget::Kind::Share, 0.5));
    EXPECT_TRUE(is("a Quarter", Budget::Kind::Share, 0.25));
    EXPECT_TRUE(is("1/3", Budget::Kind::Share, 1.0 / 3));
}

TEST(BudgetText, saysWhyAnythingElseIsNone)
{
    for (const char* text : { "", "bits", "-3 bits", "0", "4 apples", "4..1 bits", "1/0", "half half" }) {
        const TypedBudget typed = typedBudget(QString::fromUtf8(text));
        EXPECT_FALSE(typed.problem.isEmpty()) << text;
    }
    EXPECT_TRUE(typedBudget(QStringLiteral("4 apples")).problem.contains(QStringLiteral("4 apples")));
}

TEST(AllocationModel, behavesAsAModelAndKeepsItsRows)
{
    AllocationModel model;
    const QAbstractItemModelTester tester(&model, Mode::Fatal);
    auto rows = made_up::allocationRows(40);
    model.setRows(rows);
    const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    rows[7].bits = 3;
    rows[12].bits = 3;
    model.setRows(rows);
    model.setRows(rows);
    EXPECT_EQ(resets.count(), 0);
    ASSERT_EQ(changes.count(), 1);
    EXPECT_EQ(changes.front().at(0).toModelIndex().row(), 7);
    EXPECT_EQ(changes.front().at(1).toModelIndex().row(), 12);
    rows.pop_back();
    model.setRows(rows);
    EXPECT_EQ(resets.count(), 1);
    EXPECT_TRUE(model.index(2, AllocationModel::LockColumn)
                    .data(Qt::AccessibleTextRole)
                    .toString()
                    .contains(QStringLiteral("locked")));
    EXPECT_TRUE(model.index(2, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("3.1e-4")));
}

TEST(AllocationTables, behaveAsModels)
{
    StepModel steps;
    DamageModel damages;
    CompareModel compare;
    const QAbstractItemModelTester a(&steps, Mode::Fatal);
    const QAbstractItemModelTester b(&damages, Mode::Fatal);
    const QAbstractItemModelTester c(&compare, Mode::Fatal);
    steps.setRows(made_up::steps());
    damages.setRows(made_up::damages());
    compare.setRows(made_up::comparison());
    // A waterfall: each step begins where the one before it ended.
    for (int row = 0; row + 1 < steps.rowCount(); ++row) {
        EXPECT_DOUBLE_EQ(
            steps.index(row, 0).data(StepToRole).toDouble(), steps.index(row + 1, 0).data(StepFromRole).toDouble());
    }
    EXPECT_EQ(steps.index(0, 0).data(StepFromRole).toDouble(), 1);
    EXPECT_TRUE(damages.index(1, DamageModel::RatioColumn).data().toString().contains(QStringLiteral("⚠")));
    EXPECT_FALSE(damages.index(0, DamageModel::RatioColumn).data().toString().contains(QStringLiteral("⚠")));
    EXPECT_EQ(damages.index(2, DamageModel::MeasuredColumn).data().toString(), QString(QChar(0x2014))) << "unknown";
    steps.setRows({});
    damages.setRows({});
    compare.setRows({});
}

class BarsTest : public testing::Test
{
protected:
    BarsTest()
    {
        bars.layers().setRows(made_up::allocationRows(30));
        showAt(bars, { 640, 500 });
        QObject::connect(&bars, &AllocationBars::choiceEdited, &bars, [this](int row, int choice, EditPhase phase) {
            lastRow = row;
            choices(choice, phase);
        });
        QObject::connect(
            &bars, &AllocationBars::lockEdited, &bars, [this](const std::vector<int>& rows, bool isLocked) {
                lockRows = rows;
                lock = isLocked;
            });
    }
    QPoint pixelOf(int row, int choice)
    {
        // Where the bar would end with that choice.
        auto rows = bars.layers().rows();
        const auto before = rows;
        const auto at = static_cast<std::size_t>(row);
        rows[at].bits = (*rows[at].menu)[static_cast<std::size_t>(choice)].bits;
        bars.layers().setRows(rows);
        const QPoint end = bars.barEnd(row);
        bars.layers().setRows(before);
        return end;
    }

    AllocationBars bars;
    Recorder<int> choices;
    int lastRow = -1;
    std::vector<int> lockRows;
    std::optional<bool> lock;
};

TEST_F(BarsTest, aDragSnapsToTheMenuAndIsOneGesture)
{
    drag(bars.viewport(), bars.barEnd(3), pixelOf(3, 5) + QPoint(2, 0));
    EXPECT_TRUE(choices.isDrag(EditPhase::End));
    EXPECT_EQ(lastRow, 3);
    EXPECT_EQ(choices.edits.back().value, 5);
    for (const auto& edit : choices.edits) {
        EXPECT_GE(edit.value, 0);
        EXPECT_LT(edit.value, 7);
    }
}

TEST_F(BarsTest, escapePutsTheBarBack)
{
    const int before = bars.layers().rowAt(3).chosen;
    drag(bars.viewport(), bars.barEnd(3), pixelOf(3, 6), false);
    QTest::keyClick(&bars, Qt::Key_Escape);
    EXPECT_TRUE(choices.isDrag(EditPhase::Cancel));
    EXPECT_EQ(choices.edits.back().value, before);
    QTest::mouseRelease(bars.viewport(), Qt::LeftButton, {}, pixelOf(3, 6));
    EXPECT_EQ(choices.edits.back().phase, EditPhase::Cancel) << "the release of a drag that is over edits nothing";
}

TEST_F(BarsTest, aClickIsNoDragAndExcludedLayersHaveNone)
{
    QTest::mouseClick(bars.viewport(), Qt::LeftButton, {}, bars.barEnd(3));
    drag(bars.viewport(), QPoint(bars.barEnd(3).x() - 40, bars.barEnd(7).y()), pixelOf(3, 5) + QPoint(0, 200));
    EXPECT_TRUE(choices.edits.empty());
}

TEST_F(BarsTest, keysStepLockAndTie)
{
    bars.selectRow(4);
    const int before = bars.layers().rowAt(4).chosen;
    QTest::keyClick(&bars, Qt::Key_Right);
    ASSERT_EQ(choices.edits.size(), 1U);
    EXPECT_EQ(choices.edits[0].value, before + 1);
    EXPECT_EQ(choices.edits[0].phase, EditPhase::End);
    QTest::keyClick(&bars, Qt::Key_L);
    EXPECT_EQ(lockRows, std::vector<int> { 4 });
    EXPECT_EQ(lock, true);
    QSignalSpy ties(&bars, &AllocationBars::tieEdited);
    QTest::keyClick(&bars, Qt::Key_T);
    ASSERT_EQ(ties.count(), 1);
    EXPECT_FALSE(ties[0].at(1).toBool()) << "it was tied";
    QTest::keyClick(&bars, Qt::Key_Down);
    EXPECT_EQ(bars.currentRow(), 5);
}

TEST_F(BarsTest, theLockIsAButtonForAllThatIsSelected)
{
    const auto lockOf = [&](int row) {
        return QPoint(bars.columnViewportPosition(AllocationModel::LockColumn) + 12, bars.barEnd(row).y());
    };
    QTest::mouseClick(bars.viewport(), Qt::LeftButton, {}, lockOf(2));
    EXPECT_EQ(lockRows, std::vector<int> { 2 });
    EXPECT_EQ(lock, false) << "it was locked";
    bars.selectRow(0);
    QTest::mouseClick(bars.viewport(), Qt::LeftButton, Qt::ShiftModifier, QPoint(20, bars.barEnd(3).y()));
    QTest::mouseClick(bars.viewport(), Qt::LeftButton, {}, lockOf(1));
    EXPECT_EQ(lockRows.size(), 4U);
    EXPECT_EQ(lock, true);
}

TEST_F(BarsTest, sortedRowsKeepTheirLayers)
{
    bars.sortByColumn(AllocationModel::DamageColumn, Qt::DescendingOrder);
    const int row = 9;
    drag(bars.viewport(), bars.barEnd(row), bars.barEnd(row) + QPoint(90, 0));
    EXPECT_EQ(lastRow, row);
}

TEST_F(BarsTest, readOnlyWhileTheWalkIsShown)
{
    bars.setReadOnly(true);
    bars.selectRow(3);
    drag(bars.viewport(), bars.barEnd(3), pixelOf(3, 5));
    QTest::keyClick(&bars, Qt::Key_Right);
    QTest::keyClick(&bars, Qt::Key_L);
    EXPECT_TRUE(choices.edits.empty());
    EXPECT_FALSE(lock.has_value());
}

class BudgetEditorTest : public testing::Test
{
protected:
    BudgetEditorTest()
    {
        editor.setPicture(made_up::budget());
        showAt(editor, { 900, 120 });
        QObject::connect(&editor, &BudgetEditor::budgetEdited, &editor,
            [this](const Budget& budget, EditPhase phase) { edits(budget, phase); });
    }
    ValueStrip& strip() { return *editor.findChild<ValueStrip*>(); }
    QLineEdit& field() { return *editor.findChild<QLineEdit*>(QStringLiteral("budgetField")); }

    BudgetEditor editor;
    Recorder<Budget> edits;
};

TEST_F(BudgetEditorTest, theSliderDragsAndEscapePutsBack)
{
    const QPointF middle(strip().rect().center());
    drag(&strip(), middle, middle + QPointF(60, 0));
    EXPECT_TRUE(edits.isDrag(EditPhase::End));
    EXPECT_EQ(edits.edits.back().value.kind, Budget::Kind::BitsPerWeight);
    edits.edits.clear();
    editor.setPicture(made_up::budget());
    drag(&strip(), middle, middle + QPointF(90, 0), false);
    QTest::keyClick(&strip(), Qt::Key_Escape);
    EXPECT_TRUE(edits.isDrag(EditPhase::Cancel));
    EXPECT_NEAR(edits.edits.back().value.value, 4.1, 1e-9);
    const std::size_t count = edits.edits.size();
    QTest::mouseRelease(&strip(), Qt::LeftButton, {}, (middle + QPointF(90, 0)).toPoint());
    EXPECT_EQ(edits.edits.size(), count) << "the release of a drag that was given up";
}

TEST_F(BudgetEditorTest, typedWordsAndSharesAreBudgets)
{
    field().setFocus();
    QTest::keyClicks(&field(), QStringLiteral("half"));
    QTest::keyClick(&field(), Qt::Key_Return);
    ASSERT_EQ(edits.edits.size(), 1U);
    EXPECT_EQ(edits.edits[0].value, (Budget { Budget::Kind::Share, 0.5 }));
    EXPECT_EQ(edits.edits[0].phase, EditPhase::End);
    QTest::mouseClick(editor.findChild<QAbstractButton*>(QStringLiteral("share4")), Qt::LeftButton);
    ASSERT_EQ(edits.edits.size(), 2U);
    EXPECT_EQ(edits.edits[1].value, (Budget { Budget::Kind::Share, 0.25 }));
    field().setText(QStringLiteral("enough"));
    QTest::keyClick(&field(), Qt::Key_Return);
    EXPECT_EQ(edits.edits.size(), 2U);
    const auto labels = editor.findChildren<QLabel*>();
    EXPECT_TRUE(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
        return label->isVisible() && label->text().contains(QStringLiteral("\"enough\" is no budget"));
    }));
}

TEST_F(BudgetEditorTest, aSizeMayBeAskedForBeforeItsCostIsKnown)
{
    auto* half = editor.findChild<QAbstractButton*>(QStringLiteral("share2"));
    editor.setPicture({});
    EXPECT_FALSE(half->isEnabled());
    EXPECT_FALSE(field().isEnabled());
    BudgetPicture picture;
    picture.canAsk = true;
    editor.setPicture(picture);
    EXPECT_TRUE(field().isEnabled());
    QTest::mouseClick(half, Qt::LeftButton);
    ASSERT_EQ(edits.edits.size(), 1U);
    EXPECT_EQ(edits.edits.back().value, (Budget { Budget::Kind::Share, 0.5 }));
    EXPECT_EQ(edits.edits.back().phase, EditPhase::End);
}

TEST_F(BudgetEditorTest, theMeasureButtonStopsWhatItStarted)
{
    const QSignalSpy asked(&editor, &BudgetEditor::measureRequested);
    const QSignalSpy stopped(&editor, &BudgetEditor::measureStopped);
    auto* button = editor.findChild<QAbstractButton*>(QStringLiteral("measurePoint"));
    editor.setCanMeasure({}, false);
    QTest::mouseClick(button, Qt::LeftButton);
    editor.setCanMeasure({}, true);
    EXPECT_TRUE(button->isEnabled()) << "and focus stays on it";
    QTest::mouseClick(button, Qt::LeftButton);
    EXPECT_EQ(asked.count(), 1);
    EXPECT_EQ(stopped.count(), 1);
}

TEST_F(BudgetEditorTest, arrowsNudgeAndAnEmptyPictureTakesNothing)
{
    strip().setFocus();
    QTest::keyClick(&strip(), Qt::Key_Right);
    ASSERT_EQ(edits.edits.size(), 1U);
    EXPECT_NEAR(edits.edits[0].value.value, 4.11, 1e-9);
    editor.setPicture({});
    QTest::keyClick(&strip(), Qt::Key_Right);
    EXPECT_EQ(edits.edits.size(), 1U);
    EXPECT_FALSE(field().isEnabled());
}

class FrontPlotTest : public testing::Test
{
protected:
    FrontPlotTest()
    {
        plot.setPicture(made_up::front());
        showAt(plot, { 640, 420 });
        QObject::connect(
            &plot, &FrontPlot::bitsEdited, &plot, [this](double bits, EditPhase phase) { edits(bits, phase); });
    }
    FrontPlot plot;
    Recorder<double> edits;
};

TEST_F(FrontPlotTest, thePointIsDraggedAlongTheFront)
{
    const FrontPicture& picture = plot.picture();
    const QPointF from = plot.pixelOf(picture.bits, picture.damage);
    const QPointF to = plot.pixelOf(6.0, 1e-3);
    drag(&plot.canvas(), from, to);
    EXPECT_TRUE(edits.isDrag(EditPhase::End));
    EXPECT_NEAR(edits.edits.back().value, 6.0, 0.05);
}

TEST_F(FrontPlotTest, aClickGoesThereAndLimitsHold)
{
    QTest::mouseClick(&plot.canvas(), Qt::LeftButton, {}, plot.pixelOf(3.0, 0.05).toPoint());
    ASSERT_EQ(edits.edits.size(), 1U);
    EXPECT_NEAR(edits.edits[0].value, 3.0, 0.05);
    const QPointF from = plot.pixelOf(4.1, 0.01);
    drag(&plot.canvas(), from, from - QPointF(2000, 0));
    EXPECT_NEAR(edits.edits.back().value, plot.picture().line.front().first, 1e-9);
}

TEST_F(FrontPlotTest, darkerTheLargerTheDamageAndMeasuredMarksAreSolid)
{
    // Larger damage is higher up; the axis is logarithmic: equal ratios, equal distances.
    const double high = plot.pixelOf(4, 1e-1).y();
    const double middle = plot.pixelOf(4, 1e-2).y();
    const double low = plot.pixelOf(4, 1e-3).y();
    EXPECT_LT(high, middle);
    EXPECT_NEAR(middle - high, low - middle, 0.6);
    const QImage image = plot.canvas().grab().toImage();
    const auto colorAt
        = [&](double bits, double damage) { return image.pixelColor(plot.pixelOf(bits, damage).toPoint()); };
    const PlotTheme theme = PlotTheme::fromPalette(plot.palette());
    EXPECT_EQ(colorAt(4.6, 0.031).rgb(), theme.activation.rgb()) << "measured: filled";
    EXPECT_EQ(colorAt(3.4, 0.042).rgb(), theme.background.rgb()) << "predicted: hollow";
}

TEST_F(FrontPlotTest, anEmptyPlotSaysWhy)
{
    FrontPicture empty;
    empty.emptyText = QStringLiteral("Compute damages first.");
    plot.setPicture(empty);
    const auto labels = plot.findChildren<QLabel*>();
    EXPECT_TRUE(std::any_of(labels.begin(), labels.end(),
        [&](const QLabel* label) { return label->isVisible() && label->text() == empty.emptyText; }));
}

TEST(WalkControls, playsStepsAndEnds)
{
    WalkControls walk;
    showAt(walk, { 400, 70 });
    std::vector<int> shown;
    QObject::connect(&walk, &WalkControls::stepShown, &walk, [&](int step) { shown.push_back(step); });
    const QSignalSpy ended(&walk, &WalkControls::ended);
    const auto button = [&](const char* name) { return walk.findChild<QAbstractButton*>(QLatin1String(name)); };
    EXPECT_FALSE(button("walkPlay")->isEnabled()) << "nothing to play";
    walk.setStepCount(5);
    EXPECT_FALSE(button("walkStep")->isVisible()) << "one button until it is asked for";
    walk.stepBy(1);
    EXPECT_TRUE(button("walkStep")->isVisible());
    QTest::mouseClick(button("walkStep"), Qt::LeftButton);
    QTest::mouseClick(button("walkBack"), Qt::LeftButton);
    EXPECT_EQ(shown, (std::vector<int> { 0, 1, 0 }));
    walk.findChild<QComboBox*>()->setCurrentIndex(3);
    walk.togglePlay();
    EXPECT_TRUE(walk.isPlaying());
    EXPECT_TRUE(QTest::qWaitFor([&] { return !walk.isPlaying(); }, 5000));
    EXPECT_EQ(shown.back(), 5) << "to the end, and not beyond";
    QTest::mouseClick(button("walkEnd"), Qt::LeftButton);
    EXPECT_EQ(ended.count(), 1);
    EXPECT_FALSE(walk.isShown());
    walk.stepBy(1);
    walk.setStepCount(7);
    EXPECT_FALSE(walk.isShown()) << "another walk";
}

TEST(AllocationInputs, showsChoicesAndEmitsIntentsOnly)
{
    AllocationInputs inputs;
    showAt(inputs, { 800, 120 });
    QSignalSpy kinds(&inputs, &AllocationInputs::kindEdited);
    QSignalSpy formats(&inputs, &AllocationInputs::formatsEdited);
    InputsPicture picture = made_up::inputs();
    picture.kinds[0].whyNot = QStringLiteral("needs a graph");
    picture.kind = picture.kinds[1].id;
    inputs.setPicture(picture);
    EXPECT_EQ(kinds.count() + formats.count(), 0);
    auto* box = inputs.findChild<QComboBox*>(QStringLiteral("sensitivityKind"));
    EXPECT_EQ(box->currentText(), picture.kinds[1].title);
    EXPECT_FALSE(box->model()->flags(box->model()->index(0, 0)).testFlag(Qt::ItemIsEnabled));
    const auto chips = inputs.formats().findChildren<QAbstractButton*>();
    const auto int2 = std::find_if(chips.begin(), chips.end(),
        [](const QAbstractButton* chip) { return chip->text().trimmed() == QStringLiteral("int2/c"); });
    ASSERT_NE(int2, chips.end());
    QTest::mouseClick(*int2, Qt::LeftButton);
    ASSERT_EQ(formats.count(), 1);
    EXPECT_EQ(formats[0].at(0).toStringList(), picture.formats.mid(1));
    picture.progress = 0.4;
    picture.progressText = QStringLiteral("21 of 56");
    inputs.setPicture(picture);
    EXPECT_TRUE(inputs.findChild<QAbstractButton*>(QStringLiteral("cancelDamage"))->isVisible());
    EXPECT_FALSE(inputs.findChild<QAbstractButton*>(QStringLiteral("computeDamage"))->isVisible());
}

/// A thousand layers: everything that one move of the slider changes, painted, in less than a frame of 33 ms of this
/// thread's time, whatever else the machine does.
TEST(AllocationSpeed, aThousandLayersFollowTheSlider)
{
    AllocationBars bars;
    FrontPlot plot;
    BudgetEditor editor;
    auto rows = made_up::allocationRows(1000);
    bars.layers().setRows(rows);
    plot.setPicture(made_up::front());
    editor.setPicture(made_up::budget());
    showAt(bars, { 640, 700 });
    showAt(plot, { 640, 420 });
    showAt(editor, { 900, 120 });
    constexpr int frames = 40;
    std::vector<double> times;
    for (int frame = 0; frame < frames; ++frame) {
        const CpuClock clock;
        for (auto& row : rows) {
            row.chosen = (row.chosen + 1) % 7;
            const BarChoice& choice = (*row.menu)[static_cast<std::size_t>(row.chosen)];
            row.bits = choice.bits;
            row.format = choice.format;
            row.damage = choice.damage;
        }
        bars.layers().setRows(rows);
        plot.setPoint(3 + frame * 0.05, 0.02, 3 + frame * 0.05);
        BudgetPicture budget = made_up::budget();
        budget.bits = 3 + frame * 0.05;
        budget.askedBits = budget.bits;
        editor.setPicture(budget);
        QCoreApplication::processEvents();
        bars.viewport()->repaint();
        times.push_back(clock.milliseconds());
    }
    std::sort(times.begin(), times.end());
    std::printf("a frame: median %.1f ms, 90 %% below %.1f ms\n", times[frames / 2], times[frames * 9 / 10]);
    EXPECT_LT(times[frames / 2], 33);
}

} // namespace bw
