// The allocation view in the window: budgets, bars, locks, undo, sessions, empty states.
#include "app/controllers/allocate_controller.h"
#include "app/controllers/evaluate_controller.h"
#include "app/controllers/inspect_controller.h"
#include "app/controllers/open_controller.h"
#include "app/main_actions.h"
#include "app/main_window.h"
#include "app/sample.h"
#include "app/views/allocation_view.h"
#include "app/workbench.h"
#include "core/base/text.h"
#include "core/model/loader.h"
#include "tests/app/await.h"
#include "tests/app/gestures.h"
#include "tests/app/models.h"
#include "tests/support/cpu_clock.h"
#include "tests/support/model_builders.h"
#include "tests/support/temp_dir.h"
#include "widgets/allocation/allocation_bars.h"
#include "widgets/allocation/allocation_inputs.h"
#include "widgets/allocation/budget_editor.h"
#include "widgets/allocation/chip_list.h"
#include "widgets/allocation/compare_panel.h"
#include "widgets/allocation/walk_controls.h"
#include "widgets/plots/front_plot.h"
#include "widgets/plots/value_strip.h"

#include <gtest/gtest.h>

#include <QAction>
#include <QCheckBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTest>

#include <cmath>
#include <fstream>

namespace bw {
namespace {

using test::await;

/// Damages are kept by the content of files, so these models are files.
ModelPtr fileOf(const std::filesystem::path& path, const std::vector<LayerInfo>& layers)
{
    std::vector<test::NamedView> tensors;
    for (const LayerInfo& layer : layers) {
        tensors.push_back({ layer.name, layer.view });
    }
    test::writeModelFile(path, tensors);
    return openModel(path);
}

std::vector<LayerInfo> manyLayers(int count)
{
    std::vector<LayerInfo> layers;
    for (int i = 0; i < count; ++i) {
        layers.push_back(test::layer("block" + std::to_string(i) + ".weight", LayerKind::Linear,
            { 8, 16 + 8 * (i % 5) }, static_cast<std::uint32_t>(i)));
    }
    return layers;
}

class AllocationWindow : public ::testing::Test
{
protected:
    void SetUp() override
    {
        m_window.resize(1440, 900);
        m_window.show();
    }
    ModelPtr file(const std::vector<LayerInfo>& layers, const char* name = "model.safetensors")
    {
        return fileOf(m_folder.path() / name, layers);
    }
    ModelPtr small() { return file(test::smallModel()->layers()); }
    void openSmall() { openModel(small()); }
    void openModel(ModelPtr model)
    {
        Session session;
        session.modelPath = model->path().string();
        AllocationSettings settings;
        settings.formats = usualFormats(defaultRecipe().fallback.format);
        session.allocation = std::make_shared<const AllocationSettings>(settings);
        document().open(std::move(model), session);
        ASSERT_TRUE(await([&] { return !m_window.bench().derived.isBusy(); }));
        m_window.actions().allocate->trigger();
        ASSERT_TRUE(settle());
    }
    bool settle()
    {
        const bool isDone = await([&] {
            return !allocation().isBusy() && !m_window.bench().derived.isBusy()
                && m_window.bench().jobs.activeCount() == 0;
        });
        allocation().presenter().refreshNow();
        QCoreApplication::processEvents();
        return isDone;
    }
    SessionDocument& document() { return m_window.bench().document; }
    AllocateController& allocation() { return m_window.allocation(); }
    AllocationView& view() { return m_window.allocationView(); }
    const AllocationRow& row(int index) { return view().bars().layers().rowAt(index); }
    const BudgetPicture& budget() { return view().budget().picture(); }
    std::string formatOf(const char* layer)
    {
        return formatText(m_window.bench().derived.layerPlan(document().model()->find(layer)).choice.format);
    }
    void type(const char* text)
    {
        auto* field = view().findChild<QLineEdit*>(QStringLiteral("budgetField"));
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, QLatin1String(text));
        QTest::keyClick(field, Qt::Key_Return);
        settle();
    }
    /// With what is held fast.
    double leastBits()
    {
        const AllocationGround& ground = *allocation().results().ground();
        return static_cast<double>(ground.inBits->leastCost()) / static_cast<double>(ground.open.weightCount);
    }
    ValueStrip& slider() { return *view().findChild<ValueStrip*>(QStringLiteral("budgetSlider")); }
    int steps() { return document().undoStack().index(); }
    bool saysVisibly(const QString& text)
    {
        const auto labels = view().findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
            [&](const QLabel* label) { return label->isVisible() && label->text().contains(text); });
    }

    test::TempDir m_folder;
    MainWindow m_window { true };
};

TEST_F(AllocationWindow, ASizeIsTypedAndEverythingFollows)
{
    openSmall();
    EXPECT_EQ(view().bars().layers().rowCount(), 3) << "the bias has no choice";
    EXPECT_EQ(row(0).format, QStringLiteral("int8/c")) << "what the model has now";
    type("4 bits");
    EXPECT_LE(budget().bits, 4);
    EXPECT_GT(budget().bits, 3);
    EXPECT_EQ(steps(), 1);
    EXPECT_TRUE(document().undoStack().undoText().contains(QStringLiteral("3 layer")))
        << document().undoStack().undoText().toStdString();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(row(i).format.toStdString(), formatOf(row(i).name.toUtf8().constData()));
        EXPECT_FALSE(row(i).reason.isEmpty());
    }
    // The same answer as core gives.
    const auto& ground = *allocation().results().ground();
    const auto answer = solveBudget(ground, { Budget::Kind::BitsPerWeight, 4 });
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(row(i).chosen, answer.choices[static_cast<std::size_t>(i)]);
    }
    document().undoStack().undo();
    settle();
    EXPECT_EQ(row(0).format, QStringLiteral("int8/c"));
    EXPECT_FALSE(document().session().allocation->budget.has_value());
}

TEST_F(AllocationWindow, DraggingTheSliderIsOneStepAndEscapeNone)
{
    openSmall();
    test::Pointer pointer(slider());
    const auto handle = test::findHandle(slider(), 0.5, 0.3);
    ASSERT_TRUE(handle.has_value());
    const double before = budget().bits;
    pointer.press(*handle);
    for (int step = 1; step <= 6; ++step) {
        pointer.move(*handle - QPoint(20 * step, 0));
    }
    EXPECT_LT(budget().bits, before) << "figures follow while dragging";
    EXPECT_TRUE(await([&] { return formatOf("fc.weight") != "int8/c"; })) << "and so does the recipe";
    pointer.release(*handle - QPoint(120, 0));
    settle();
    EXPECT_EQ(steps(), 1);
    EXPECT_TRUE(document().undoStack().undoText().startsWith(QStringLiteral("Allocation ")));
    const std::string dragged = formatOf("fc.weight");
    const auto again = test::findHandle(slider(), 0.5, 0.1);
    ASSERT_TRUE(again.has_value());
    pointer.press(*again);
    pointer.move(*again + QPoint(60, 0));
    pointer.move(*again + QPoint(150, 0));
    QTest::keyClick(&slider(), Qt::Key_Escape);
    pointer.release(*again + QPoint(150, 0));
    settle();
    EXPECT_EQ(steps(), 1);
    EXPECT_EQ(formatOf("fc.weight"), dragged);
}

TEST_F(AllocationWindow, NudgesAddUp)
{
    openSmall();
    type("3.5 bits");
    const double before = budget().bits;
    slider().setFocus();
    for (int i = 0; i < 12; ++i) {
        QTest::keyClick(&slider(), Qt::Key_Right, Qt::ShiftModifier);
        settle();
    }
    EXPECT_GT(budget().bits, before + 0.5);
}

TEST_F(AllocationWindow, ADraggedBarIsLockedAndTheRestPaysForIt)
{
    openSmall();
    type("4 bits");
    const double limit = 4;
    auto& bars = view().bars();
    const int layer = 1;
    ASSERT_LT(row(layer).bits, 7);
    const QPoint from = bars.barEnd(layer);
    QTest::mousePress(bars.viewport(), Qt::LeftButton, {}, from);
    for (int step = 1; step <= 8; ++step) {
        QTest::mouseMove(bars.viewport(), from + QPoint(step * 40, 0));
    }
    EXPECT_GT(row(layer).bits, 7) << "the bar is where the pointer is";
    QTest::mouseRelease(bars.viewport(), Qt::LeftButton, {}, from + QPoint(320, 0));
    settle();
    EXPECT_TRUE(row(layer).isLocked);
    EXPECT_EQ(row(layer).format, QStringLiteral("int8/c"));
    EXPECT_LE(budget().bits, std::max(limit, leastBits()));
    EXPECT_EQ(steps(), 2) << "one step for the drag";
    type("3.9 bits");
    EXPECT_EQ(row(layer).format, QStringLiteral("int8/c")) << "locks hold";
    document().undoStack().undo();
    document().undoStack().undo();
    settle();
    EXPECT_FALSE(row(layer).isLocked);
}

TEST_F(AllocationWindow, LocksTiesLimitsAndExclusionsHold)
{
    openSmall();
    type("4 bits");
    auto& bars = view().bars();
    bars.selectRow(0);
    const QString locked = row(0).format;
    QTest::keyClick(&bars, Qt::Key_L);
    settle();
    EXPECT_TRUE(row(0).isLocked);
    EXPECT_EQ(document().undoStack().undoText(), QStringLiteral("Lock conv1.weight"));
    type("5 bits");
    EXPECT_EQ(row(0).format, locked);
    bars.selectRow(1);
    QTest::keyClick(&bars, Qt::Key_Down, Qt::ShiftModifier);
    const int before = steps();
    QTest::keyClick(&bars, Qt::Key_T);
    settle();
    EXPECT_GT(row(1).tie, 0);
    EXPECT_EQ(row(1).tie, row(2).tie);
    EXPECT_EQ(row(1).format, row(2).format);
    EXPECT_EQ(steps(), before + 1) << "settings and recipe change in one step";
    for (const char* text : { "3 bits", "4.5 bits", "6 bits" }) {
        type(text);
        EXPECT_EQ(row(1).format, row(2).format) << text;
    }
    bars.selectRow(2);
    Q_EMIT bars.limitEdited({ 2 }, true, 6.0);
    settle();
    type("3 bits");
    EXPECT_GE(row(2).bits, 6);
    Q_EMIT bars.excludeEdited({ 0 }, true);
    settle();
    EXPECT_TRUE(row(0).isExcluded);
    EXPECT_EQ(row(0).bits, 32);
    EXPECT_TRUE(saysVisibly(QStringLiteral("3"))) << "below the least now";
}

TEST_F(AllocationWindow, TooSmallABudgetSaysWhatTheLeastIs)
{
    openSmall();
    const std::string before = formatOf("fc.weight");
    type("1 bit");
    EXPECT_EQ(formatOf("fc.weight"), before);
    EXPECT_EQ(steps(), 0);
    const auto& problem = *allocation().results().ground();
    EXPECT_FALSE(whyUnreachable(problem, { Budget::Kind::BitsPerWeight, 1 }).empty());
    EXPECT_TRUE(saysVisibly(
        QString::fromStdString(whyUnreachable(problem, { Budget::Kind::BitsPerWeight, 1 }).english()).left(20)));
}

TEST_F(AllocationWindow, SettingsAreSavedWithTheSession)
{
    openSmall();
    type("4 bits");
    view().bars().selectRow(0);
    QTest::keyClick(&view().bars(), Qt::Key_L);
    settle();
    const test::TempDir folder;
    const Session saved = document().session();
    saveSession(saved, {}, folder.path() / "a.bitw");
    const Session loaded = loadSession(folder.path() / "a.bitw").session;
    EXPECT_EQ(*loaded.allocation, *saved.allocation);
    EXPECT_EQ(loaded, saved);
    document().open(small(), loaded);
    ASSERT_TRUE(settle());
    EXPECT_TRUE(row(0).isLocked);
    EXPECT_NEAR(budget().askedBits, 4, 1e-9);
}

TEST_F(AllocationWindow, EmptyStatesSayWhatIsMissing)
{
    openModel(file({ test::layer("bias", LayerKind::Bias, { 8 }, 2) }, "bias.safetensors"));
    EXPECT_TRUE(view().emptyText().contains(QStringLiteral("nothing to allocate"))) << view().emptyText().toStdString();
    openModel(small());
    ASSERT_TRUE(settle());
    EXPECT_TRUE(view().emptyText().isEmpty());
    EXPECT_TRUE(view().inputs().picture().note.contains(QStringLiteral("Weights only")));
    EXPECT_FALSE(view().findChild<QPushButton*>(QStringLiteral("measurePoint"))->isEnabled());
    m_window.opener().closeDocument();
    settle();
    EXPECT_FALSE(m_window.actions().allocate->isChecked());
}

TEST_F(AllocationWindow, HalfIsAskedForAtOnceAndSetWhenDamagesAreKnown)
{
    ModelPtr model = small();
    Session session;
    session.modelPath = model->path().string();
    document().open(std::move(model), session);
    m_window.actions().allocate->trigger();
    ASSERT_EQ(allocation().results().ground(), nullptr);
    EXPECT_TRUE(view().findChild<QAbstractButton*>(QStringLiteral("share2"))->isEnabled());
    EXPECT_FALSE(view().findChild<QPushButton*>(QStringLiteral("measurePoint"))->isEnabled());
    Q_EMIT view().budget().budgetEdited({ Budget::Kind::BitsPerWeight, 5 }, EditPhase::End);
    ASSERT_EQ(allocation().results().ground(), nullptr) << "asked before it was known";
    ASSERT_TRUE(settle());
    ASSERT_TRUE(document().session().allocation->budget.has_value());
    EXPECT_EQ(*document().session().allocation->budget, (Budget { Budget::Kind::BitsPerWeight, 5 }));
    EXPECT_EQ(steps(), 1);
}

TEST_F(AllocationWindow, PanelsOfSingleLayersMakeRoomAndComeBack)
{
    openSmall();
    auto* layers = m_window.findChild<QDockWidget*>(QStringLiteral("layersDock"));
    auto* recipe = m_window.findChild<QDockWidget*>(QStringLiteral("recipeDock"));
    EXPECT_FALSE(layers->isVisible());
    EXPECT_FALSE(recipe->isVisible());
    const LayerId second = document().model()->find(row(1).name.toStdString());
    Q_EMIT view().bars().rowActivated(1);
    EXPECT_FALSE(m_window.actions().allocate->isChecked()) << "the layer is looked at on its own";
    EXPECT_EQ(m_window.inspector().currentLayer(), second);
    EXPECT_TRUE(layers->isVisible());
    EXPECT_TRUE(recipe->isVisible());
}

TEST_F(AllocationWindow, OneFileSizeEverywhere)
{
    openSmall();
    type("4 bits");
    const ModelFigures figures = m_window.bench().derived.figures();
    ASSERT_TRUE(figures.isExact && figures.fileBytesAfter);
    EXPECT_EQ(budget().bytesBefore, figures.fileBytesBefore);
    EXPECT_NEAR(static_cast<double>(budget().bytes), static_cast<double>(*figures.fileBytesAfter), 32.0);
}

/// The oldest form of the file: entries of name, calls and sums by column.
TEST_F(AllocationWindow, AnImportanceMatrixIsAFileToChoose)
{
    openSmall();
    Q_EMIT view().inputs().kindEdited(QStringLiteral("importance"));
    settle();
    EXPECT_TRUE(view().inputs().picture().needsMatrix);
    EXPECT_FALSE(view().inputs().picture().canCompute);
    EXPECT_TRUE(view().inputs().picture().note.contains(QStringLiteral("importance matrix is needed")));
    EXPECT_TRUE(view().findChild<QAbstractButton*>(QStringLiteral("importanceMatrix"))->isVisible());
    std::string bytes;
    const auto number = [&](std::size_t value) {
        for (int i = 0; i < 4; ++i) {
            bytes += static_cast<char>(value >> (8 * i) & 255);
        }
    };
    const auto& open = allocation().results().ground()->open;
    number(open.layers.size());
    for (std::size_t i = 0; i < open.layers.size(); ++i) {
        const LayerInfo& layer = document().model()->layer(document().model()->find(open.layers[i].name));
        const std::size_t columns = layer.count() / static_cast<std::size_t>(layer.view.shape[0]);
        number(layer.name.size());
        bytes += layer.name;
        number(1);
        number(columns);
        // The first layer's inputs are a thousand times those of the others.
        const std::vector<float> sums(columns, i == 0 ? 1000.0F : 1.0F);
        bytes.append(reinterpret_cast<const char*>(sums.data()), columns * sizeof(float));
    }
    const auto path = m_folder.path() / "imatrix.dat";
    std::ofstream(path, std::ios::binary) << bytes;
    allocation().setImportance(QString::fromStdString(path.string()));
    ASSERT_TRUE(settle());
    EXPECT_FALSE(budget().isStale);
    EXPECT_EQ(view().inputs().picture().matrixName, QStringLiteral("imatrix.dat"));
    type("4 bits");
    for (int other = 1; other < view().bars().layers().rowCount(); ++other) {
        EXPECT_GE(row(0).bits + 0.5, row(other).bits) << "what counts most gets most";
    }
}

TEST_F(AllocationWindow, WhatABudgetCannotUseIsSaid)
{
    openSmall();
    type("95 %");
    EXPECT_TRUE(saysVisibly(QStringLiteral("all these formats can use"))) << budget().note.toStdString();
    type("30 %");
    EXPECT_FALSE(saysVisibly(QStringLiteral("all these formats can use")));
}

TEST_F(AllocationWindow, LocksLeaveTheSliderWhereItIs)
{
    openSmall();
    type("4 bits");
    const auto low = budget().lowBits;
    const auto high = budget().highBits;
    Q_EMIT view().bars().lockEdited({ 0, 1 }, true);
    ASSERT_TRUE(settle());
    EXPECT_EQ(budget().lowBits, low);
    EXPECT_EQ(budget().highBits, high);
    EXPECT_EQ(view().front().picture().highBits, high);
}

TEST_F(AllocationWindow, FormatsThatChangeMakeDamagesStaleUntilComputedAgain)
{
    openSmall();
    const auto before = allocation().results().ground();
    Q_EMIT view().inputs().formatTyped(QStringLiteral("pow4/c"));
    settle();
    EXPECT_TRUE(view().inputs().picture().isStale);
    EXPECT_TRUE(budget().isStale);
    auto* compute = view().findChild<QPushButton*>(QStringLiteral("computeDamage"));
    ASSERT_TRUE(compute->isVisible());
    EXPECT_TRUE(compute->text().contains(QStringLiteral("⟳")));
    QTest::mouseClick(compute, Qt::LeftButton);
    ASSERT_TRUE(settle());
    EXPECT_FALSE(view().inputs().picture().isStale);
    EXPECT_EQ(row(0).menu->size(), 8U);
    // Known damages need no new work.
    document().undoStack().undo();
    EXPECT_EQ(m_window.bench().jobs.activeCount(), 0);
    ASSERT_TRUE(settle());
    EXPECT_FALSE(view().inputs().picture().isStale);
    EXPECT_EQ(row(0).menu->size(), 7U);
    Q_EMIT view().inputs().formatTyped(QStringLiteral("int4/nonsense"));
    settle();
    EXPECT_FALSE(budget().note.isEmpty());
}

TEST_F(AllocationWindow, TheWalkShowsAndChangesNothing)
{
    openSmall();
    type("5 bits");
    const Session before = document().session();
    const auto rows = view().bars().layers().rows();
    view().walk().stepBy(1);
    EXPECT_EQ(row(0).format, QStringLiteral("int2/c")) << "it starts with the smallest formats";
    while (view().walk().step() < 3) {
        view().walk().stepBy(1);
    }
    QTest::keyClick(&view().bars(), Qt::Key_Right);
    EXPECT_EQ(document().session(), before);
    view().walk().end();
    EXPECT_EQ(view().bars().layers().rows(), rows);
}

TEST_F(AllocationWindow, AIsKeptAndComparedWithNow)
{
    openSmall();
    type("5 bits");
    view().setCurrentTab(AllocationView::CompareTab);
    QTest::mouseClick(view().findChild<QPushButton*>(QStringLiteral("keepAsA")), Qt::LeftButton);
    settle();
    EXPECT_EQ(document().session().snapshots->size(), 1U);
    type("3 bits");
    const auto& compared = view().compare().model().rows();
    ASSERT_GE(compared.size(), 5U) << "four figures and the layers that differ";
    EXPECT_TRUE(compared[0].difference.startsWith(QChar(0x2212))) << compared[0].difference.toStdString();
    const auto& marks = view().front().picture().marks;
    EXPECT_TRUE(std::any_of(
        marks.begin(), marks.end(), [](const FrontMark& mark) { return mark.kind == FrontMark::Kind::Kept; }));
}

TEST_F(AllocationWindow, AStepOfTheListIsOneKeyAway)
{
    openSmall();
    type("4 bits");
    const auto steps = allocation().presenter().steps().rows;
    const auto next = std::find_if(steps.begin(), steps.end(), [](const StepRow& step) { return !step.isTaken; });
    ASSERT_NE(next, steps.end());
    const double before = *budget().damage;
    Q_EMIT view().stepActivated(static_cast<int>(next - steps.begin()));
    settle();
    EXPECT_LE(*budget().damage, before);
    EXPECT_NEAR(*budget().damage, next->after, 1e-9 * before + 1e-15);
}

/// A re-solve within 1 ms; a whole move of the slider within a frame, the recipe's share of it included.
TEST_F(AllocationWindow, AThousandLayersFollowTheSlider)
{
    document().open(file(manyLayers(1000)), {});
    m_window.actions().allocate->trigger();
    ASSERT_TRUE(await([&] { return allocation().results().ground() != nullptr; }, 120000));
    allocation().presenter().refreshNow();
    const auto& ground = *allocation().results().ground();
    ASSERT_EQ(ground.layerCount(), 1000U);
    std::vector<double> solves;
    std::vector<double> moves;
    constexpr int frames = 60;
    for (int frame = 0; frame < frames; ++frame) {
        const Budget asked { Budget::Kind::BitsPerWeight, 3 + frame * 0.05 };
        const CpuClock solving;
        ground.inBits->solve(budgetCost(asked, ground.inBits->menu()));
        solves.push_back(solving.milliseconds());
        const CpuClock moving;
        allocation().editBudget(asked, frame == 0 ? EditPhase::Begin : EditPhase::Move);
        QCoreApplication::processEvents();
        moves.push_back(moving.milliseconds());
    }
    allocation().editBudget({ Budget::Kind::BitsPerWeight, 6 }, EditPhase::End);
    EXPECT_EQ(steps(), 1);
    std::sort(solves.begin(), solves.end());
    std::sort(moves.begin(), moves.end());
    std::printf("solve: median %.3f ms; a move: median %.1f ms, 90 %% below %.1f ms\n", solves[frames / 2],
        moves[frames / 2], moves[frames * 9 / 10]);
    EXPECT_LT(solves[frames / 2], 1);
    EXPECT_LT(moves[frames / 2], 33);
}

#if BITWRIGHT_HAS_ENGINE
TEST_F(AllocationWindow, HalfTheSizeAndWhatItCosts)
{
    ASSERT_TRUE(findSample().exists());
    m_window.opener().openSample();
    ASSERT_TRUE(await([&] { return document().isOpen() && m_window.bench().jobs.activeCount() == 0; }, 60000));
    QTest::keyClick(&m_window, Qt::Key_L, Qt::ControlModifier);
    ASSERT_TRUE(await([&] { return allocation().results().ground() != nullptr; }, 120000));
    settle();
    EXPECT_TRUE(QString::fromStdString(allocation().results().inputs().dataLocation).contains(QStringLiteral("calib")))
        << "the sample's own calibration data";
    type("15 %");
    EXPECT_LE(static_cast<double>(budget().bytes), 0.15 * static_cast<double>(budget().bytesBefore));
    EXPECT_TRUE(budget().damage.has_value());
    m_window.evaluator().setSampleLimit(200);
    QTest::mouseClick(view().findChild<QPushButton*>(QStringLiteral("measurePoint")), Qt::LeftButton);
    ASSERT_TRUE(await([&] { return !document().session().runs->empty(); }, 240000));
    settle();
    const auto& marks = view().front().picture().marks;
    const auto measured = std::find_if(
        marks.begin(), marks.end(), [](const FrontMark& mark) { return mark.kind == FrontMark::Kind::Measured; });
    ASSERT_NE(measured, marks.end());
    EXPECT_NEAR(measured->bits, budget().bits, 1e-9);
    EXPECT_GT(measured->high, measured->low);
    EXPECT_EQ(measured->bytes, budget().bytes);

    // From now on the measured accuracy follows, unless told not to.
    auto* follow = view().findChild<QCheckBox*>(QStringLiteral("measureFollows"));
    ASSERT_TRUE(follow->isChecked());
    type("13 %");
    ASSERT_TRUE(await([&] { return document().session().runs->size() == 2; }, 240000));
    settle();
    EXPECT_EQ(document().session().runs->back().recipe, *document().session().recipe);
    QTest::mouseClick(follow, Qt::LeftButton, {}, QPoint(8, follow->height() / 2));
    EXPECT_FALSE(follow->isChecked());
    type("14 %");
    QTest::qWait(1500);
    settle();
    EXPECT_EQ(document().session().runs->size(), 2U);
    QTest::mouseClick(follow, Qt::LeftButton, {}, QPoint(8, follow->height() / 2));
    ASSERT_TRUE(await([&] { return document().session().runs->size() == 3; }, 240000));
}
#endif

} // namespace
} // namespace bw
