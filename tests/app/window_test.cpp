#include "app/controllers/edit_controller.h"
#include "app/controllers/evaluate_controller.h"
#include "app/controllers/export_controller.h"
#include "app/controllers/inspect_controller.h"
#include "app/controllers/open_controller.h"
#include "app/controllers/session_controller.h"
#include "app/controllers/status_controller.h"
#include "app/document/autosave.h"
#include "app/main_actions.h"
#include "app/main_window.h"
#include "app/sample.h"
#include "app/settings.h"
#include "app/views/bottom_drawer.h"
#include "app/views/codebook_view.h"
#include "app/views/goto_box.h"
#include "app/views/layer_view.h"
#include "app/watchdog.h"
#include "app/workbench.h"
#include "core/base/content_hash.h"
#include "core/recipe/recipe.h"
#include "tests/app/await.h"
#include "tests/app/gestures.h"
#include "tests/app/models.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"
#include "widgets/panels/layer_panel.h"
#include "widgets/panels/problem_bar.h"
#include "widgets/panels/recipe_panel.h"
#include "widgets/panels/totals_bar.h"
#include "widgets/plots/exponent_plot.h"
#include "widgets/plots/histogram_plot.h"

#include <gtest/gtest.h>

#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QProcess>
#include <QSignalSpy>

#include <cstring>

namespace bw {
namespace {

using test::await;

/// A safetensors file of the small model, written by hand.
void writeSafetensors(const std::filesystem::path& path, const Model& model)
{
    std::string header;
    std::string data;
    for (const LayerInfo& layer : model.layers()) {
        std::string shape;
        for (const auto size : layer.view.shape) {
            shape += (shape.empty() ? "" : ",") + toText(size);
        }
        const std::size_t begin = data.size();
        data.append(reinterpret_cast<const char*>(layer.view.bytes.data()), layer.view.bytes.size());
        header += (header.empty() ? "{\"" : ",\"") + layer.name + "\":{\"dtype\":\"F32\",\"shape\":[" + shape
            + "],\"data_offsets\":[" + toText(begin) + "," + toText(data.size()) + "]}";
    }
    header += "}";
    std::string bytes(8, '\0');
    const std::uint64_t size = header.size();
    std::memcpy(bytes.data(), &size, 8);
    test::writeFile(path, bytes + header + data);
}

QString text(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

// Instrumented code is several times slower.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double longestStallMs = 250;
#else
constexpr double longestStallMs = 50;
#endif

/// Everything a banner says, as a user reads it.
QString bannerText(MainWindow& window)
{
    QStringList texts;
    for (const auto* label : window.findChild<ProblemBar*>()->findChildren<QLabel*>()) {
        if (label->isVisible()) {
            texts.append(label->text());
        }
    }
    return texts.join(u'\n');
}

class Window : public ::testing::Test
{
protected:
    void SetUp() override
    {
        writeSafetensors(m_folder / "small.safetensors", *test::smallModel());
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1440, 900);
        m_window->show();
    }

    bool settle()
    {
        const bool isDone = await([&] {
            const auto& bench = m_window->bench();
            return !bench.derived.isBusy() && bench.derived.staleCount() == 0 && bench.jobs.activeCount() == 0
                && !bench.exponents.isBusy();
        });
        m_window->inspector().refreshNow();
        m_window->status().refreshNow();
        return isDone;
    }
    bool openSmall()
    {
        m_window->openPaths({ text(m_folder / "small.safetensors") });
        return await([&] { return m_window->bench().document.isOpen(); }) && settle();
    }
    void select(std::initializer_list<const char*> names)
    {
        std::vector<LayerId> ids;
        for (const char* name : names) {
            ids.push_back(document().model()->find(name));
        }
        m_window->layers().setSelection(ids);
        Q_EMIT m_window->layers().selectionEdited(ids);
        settle();
    }
    void setFallback(const char* format)
    {
        Recipe recipe = *document().session().recipe;
        recipe.fallback.format = parseFormat(format);
        m_window->edits().replaceRecipe(recipe, QString::fromLatin1(format));
        settle();
    }
    std::string formatOf(const char* name)
    {
        return formatText(m_window->bench().derived.layerPlan(document().model()->find(name)).choice.format);
    }
    SessionDocument& document() { return m_window->bench().document; }

    test::TempDir m_folder;
    std::unique_ptr<MainWindow> m_window;
};

TEST_F(Window, OpensAModelAndShowsEveryLayer)
{
    EXPECT_FALSE(m_window->actions().exportModel->isEnabled());
    ASSERT_TRUE(openSmall());
    const auto& table = m_window->layers().model();
    ASSERT_EQ(table.rowCount(), 4);
    EXPECT_EQ(table.rowAt(0).name, QStringLiteral("conv1.weight"));
    EXPECT_TRUE(table.rowAt(1).isKept);
    EXPECT_TRUE(table.rowAt(0).r.has_value() && table.rowAt(0).kurtosis.has_value());
    EXPECT_FALSE(table.rowAt(0).sparkline.empty());
    const HistogramPicture& picture = m_window->layerView().histogram().picture();
    EXPECT_EQ(picture.title, QStringLiteral("conv2.weight")) << "the largest weight is shown first";
    ASSERT_TRUE(picture.original && picture.quantized);
    EXPECT_FALSE(picture.grid.levels.empty());
    const auto* totals = m_window->findChild<TotalsBar*>();
    EXPECT_TRUE(totals->totals().bitsPerWeight.has_value());
    EXPECT_FALSE(totals->totals().canEvaluate);
    EXPECT_FALSE(totals->totals().whyNotEvaluate.isEmpty());
    EXPECT_TRUE(m_window->actions().exportModel->isEnabled());
    EXPECT_FALSE(m_window->actions().evaluate->isEnabled());
}

TEST_F(Window, AFileThatIsWrittenTakesItsFailuresBannerAway)
{
    ASSERT_TRUE(openSmall());
    setFallback("vq2x8/c");
    const QString path = text(m_folder / "out.npz"); // holds no vectors
    m_window->exporter().exportModel(path, false);
    ASSERT_TRUE(settle());
    EXPECT_TRUE(bannerText(*m_window).contains(QStringLiteral("vq2x8"))) << bannerText(*m_window).toStdString();
    setFallback("int4/c");
    m_window->exporter().exportModel(path, false);
    ASSERT_TRUE(settle());
    EXPECT_FALSE(bannerText(*m_window).contains(QStringLiteral("vq2x8"))) << bannerText(*m_window).toStdString();
    EXPECT_TRUE(bannerText(*m_window).contains(QStringLiteral("read back")));
}

TEST_F(Window, AnExponentIsDraggedOnItsCurveAndUndoneByName)
{
    ASSERT_TRUE(openSmall());
    setFallback("pow4/c");
    select({ "conv1.weight", "fc.weight" });
    m_window->layerView().setCurrentTab(LayerViewPage::ExponentTab);
    ASSERT_TRUE(settle());
    ExponentPlot& plot = m_window->layerView().exponent();
    ASSERT_FALSE(plot.picture().curve.points.empty());
    const auto handle = test::findHandle(plot, 0.5);
    ASSERT_TRUE(handle.has_value());
    test::Pointer pointer(plot);
    pointer.press(*handle);
    QStringList seen;
    for (int step = 10; step <= 60; step += 10) {
        pointer.move(*handle - QPoint(step, 0));
        seen.append(QString::fromStdString(formatOf("conv1.weight")));
        EXPECT_EQ(formatOf("fc.weight"), formatOf("conv1.weight"));
    }
    EXPECT_GE(seen.removeDuplicates() + 1, 1);
    EXPECT_GE(seen.size(), 4) << "the recipe follows the pointer";
    pointer.release(*handle - QPoint(60, 0));
    ASSERT_TRUE(settle());
    EXPECT_EQ(formatOf("conv2.weight"), "pow4/c");
    EXPECT_EQ(document().undoStack().count(), 2);
    const QString name = m_window->actions().undo->text();
    EXPECT_TRUE(name.contains(QStringLiteral("Exponent 0."))) << name.toStdString();
    EXPECT_TRUE(name.contains(QStringLiteral("2 layer"))) << name.toStdString();
    m_window->actions().undo->trigger();
    EXPECT_EQ(formatOf("conv1.weight"), "pow4/c");
    m_window->actions().redo->trigger();
    EXPECT_EQ(formatOf("conv1.weight"), seen.back().toStdString());
}

TEST_F(Window, EscapeDuringADragPutsItBack)
{
    ASSERT_TRUE(openSmall());
    setFallback("pow4(a=0.6)/c");
    select({ "conv1.weight" });
    m_window->layerView().setCurrentTab(LayerViewPage::ExponentTab);
    ASSERT_TRUE(settle());
    ExponentPlot& plot = m_window->layerView().exponent();
    const auto handle = test::findHandle(plot, 0.5);
    ASSERT_TRUE(handle.has_value());
    test::Pointer pointer(plot);
    pointer.press(*handle);
    pointer.move(*handle + QPoint(80, 0));
    EXPECT_NE(formatOf("conv1.weight"), "pow4(a=0.6)/c");
    QWidget* focus = plot.childAt(*handle);
    QTest::keyClick(focus, Qt::Key_Escape);
    pointer.release(*handle + QPoint(80, 0));
    ASSERT_TRUE(settle());
    EXPECT_EQ(formatOf("conv1.weight"), "pow4(a=0.6)/c");
    EXPECT_EQ(document().undoStack().count(), 1);
}

TEST_F(Window, AClipPointIsDraggedOnTheHistogram)
{
    ASSERT_TRUE(openSmall());
    setFallback("int4s/c");
    select({ "conv2.weight" });
    HistogramPlot& plot = m_window->layerView().histogram();
    ASSERT_TRUE(plot.picture().canEditClip);
    const double before = plot.picture().grid.clipHigh;
    // The left clip point is the first thing that can be dragged.
    std::optional<QPoint> handle;
    for (double y = 0.2; y < 0.9 && !handle; y += 0.1) {
        handle = test::findHandle(plot, y);
    }
    ASSERT_TRUE(handle.has_value());
    test::Pointer pointer(plot);
    pointer.press(*handle);
    pointer.move(*handle + QPoint(30, 0));
    pointer.move(*handle + QPoint(60, 0));
    EXPECT_NE(formatOf("conv2.weight"), "int4s/c") << "while dragging";
    pointer.release(*handle + QPoint(60, 0));
    ASSERT_TRUE(settle());
    EXPECT_NE(formatOf("conv2.weight").find("clip0."), std::string::npos) << formatOf("conv2.weight");
    EXPECT_LT(plot.picture().grid.clipHigh, before) << "a symmetric format clips both sides";
    EXPECT_EQ(document().undoStack().count(), 2);
}

TEST_F(Window, LevelsAreMovedAddedAndRemoved)
{
    ASSERT_TRUE(openSmall());
    setFallback("int3s/c");
    select({ "conv2.weight" });
    HistogramPlot& plot = m_window->layerView().histogram();
    ASSERT_EQ(plot.picture().grid.levels.size(), 7U);
    const double moved = plot.picture().grid.levels[2] * 1.2;
    Q_EMIT plot.levelEdited(2, moved, EditPhase::Begin);
    Q_EMIT plot.levelEdited(2, moved, EditPhase::End);
    ASSERT_TRUE(settle());
    EXPECT_EQ(formatOf("conv2.weight").rfind("levels(", 0), 0U) << formatOf("conv2.weight");
    EXPECT_NEAR(plot.picture().grid.levels[2], moved, 0.01 * std::abs(moved));
    m_window->layerView().setCurrentTab(LayerViewPage::CodebookTab);
    settle();
    CodebookView& codebook = m_window->layerView().codebook();
    ASSERT_TRUE(codebook.picture().canEdit);
    Q_EMIT codebook.levelAdded((plot.picture().grid.levels[3] + plot.picture().grid.levels[4]) / 2);
    ASSERT_TRUE(settle());
    EXPECT_EQ(codebook.picture().grid.levels.size(), 8U);
    Q_EMIT codebook.levelRemoved(0);
    ASSERT_TRUE(settle());
    EXPECT_EQ(codebook.picture().grid.levels.size(), 7U);
    EXPECT_EQ(document().undoStack().count(), 4);
}

TEST_F(Window, TheInspectorOffersWhatTheFamilyTakes)
{
    ASSERT_TRUE(openSmall());
    setFallback("pow4/c");
    select({ "conv1.weight" });
    auto& editor = m_window->recipe().formatEditor();
    const auto* rule = editor.findChild<QComboBox*>(QStringLiteral("rule"));
    EXPECT_TRUE(rule->isVisible());
    const auto* spin = editor.findChild<QWidget*>(QStringLiteral("param-a"))->findChild<QDoubleSpinBox*>();
    const auto& resolved = m_window->bench().derived.layer(document().model()->find("conv1.weight")).result->resolved;
    EXPECT_NEAR(spin->value(), std::get<double>(resolved.params.at("a")), 1e-9) << "the exponent that was found";
    setFallback("kmeans3/c");
    EXPECT_FALSE(rule->isVisible());
    EXPECT_TRUE(editor.findChild<QComboBox*>(QStringLiteral("granularity"))->isVisible());
    setFallback("f16");
    EXPECT_FALSE(editor.findChild<QComboBox*>(QStringLiteral("granularity"))->isVisible());
}

TEST_F(Window, TheBiasSaysWhyItIsKept)
{
    ASSERT_TRUE(openSmall());
    select({ "conv1.bias" });
    EXPECT_FALSE(m_window->recipe().picture().keptText.isEmpty());
    EXPECT_EQ(m_window->recipe().picture().selectedCount, 0);
    EXPECT_TRUE(m_window->layerView().histogram().picture().original != nullptr);
    EXPECT_FALSE(m_window->layerView().histogram().picture().canEditClip);
}

TEST_F(Window, ABadFileIsABannerAndNothingElseHappens)
{
    ASSERT_TRUE(openSmall());
    const ModelPtr before = document().model();
    test::writeFile(m_folder / "bad.safetensors", std::string("\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10));
    m_window->openPaths({ text(m_folder / "bad.safetensors") });
    ASSERT_TRUE(await([&] { return bannerText(*m_window).contains(QStringLiteral("bad.safetensors")); }))
        << bannerText(*m_window).toStdString();
    EXPECT_EQ(document().model(), before);
    m_window->openPaths({ text(m_folder / "absent.safetensors") });
    EXPECT_TRUE(await([&] { return bannerText(*m_window).contains(QStringLiteral("absent.safetensors")); }))
        << bannerText(*m_window).toStdString();
    m_window->status().refreshNow();
    EXPECT_GE(m_window->drawer().problems().count(), 2) << "the problems list keeps what banners said";
    EXPECT_TRUE(settle());
}

TEST_F(Window, ASessionIsSavedAndReopened)
{
    ASSERT_TRUE(openSmall());
    setFallback("int4s/b32");
    select({ "fc.weight" });
    m_window->edits().editExponent(0.5, EditPhase::End);
    m_window->edits().takeSnapshot(QStringLiteral("good"));
    const Session saved = document().session();
    EXPECT_FALSE(saved.modelSha256.empty());
    const QString path = text(m_folder / "work.bitw");
    m_window->sessions().save(path);
    ASSERT_TRUE(settle());
    EXPECT_FALSE(document().isDirty());
    EXPECT_TRUE(m_window->windowTitle().contains(QStringLiteral("work.bitw")));

    MainWindow second;
    second.show();
    second.openPaths({ path });
    ASSERT_TRUE(await([&] { return second.bench().document.isOpen(); }));
    EXPECT_TRUE(second.bench().document.session() == saved);
    EXPECT_EQ(second.bench().document.filePath(), path);
    EXPECT_FALSE(second.bench().document.isDirty());
    EXPECT_TRUE(await([&] { return !second.bench().derived.isBusy() && second.bench().derived.staleCount() == 0; }));
}

TEST_F(Window, ASessionWhoseModelChangedSaysSo)
{
    ASSERT_TRUE(openSmall());
    const QString path = text(m_folder / "work.bitw");
    m_window->sessions().save(path);
    ASSERT_TRUE(settle());
    writeSafetensors(m_folder / "small.safetensors", *test::oneLayerModel(4, 4));
    m_window->openPaths({ path });
    EXPECT_TRUE(await([&] { return bannerText(*m_window).contains(QStringLiteral("content differs")); }))
        << bannerText(*m_window).toStdString();
    EXPECT_EQ(m_window->layers().model().rowCount(), 1);
}

TEST_F(Window, TheWindowAndTheCommandLineWriteTheSameBytes)
{
    const QString program = text(test::binaryDir() / "bin" / "bitwright-cli");
    ASSERT_TRUE(QFile::exists(program));
    ASSERT_TRUE(openSmall());
    setFallback("int4s/b32");
    select({ "conv1.weight" });
    m_window->edits().editExponent(0.55, EditPhase::End);
    ASSERT_TRUE(settle());
    const QString path = text(m_folder / "window.safetensors");
    QSignalSpy exported(&m_window->exporter(), &ExportController::exported);
    m_window->exporter().exportModel(path, false);
    ASSERT_TRUE(settle());
    ASSERT_EQ(exported.count(), 1) << bannerText(*m_window).toStdString();
    EXPECT_TRUE(bannerText(*m_window).contains(QStringLiteral("window.safetensors")));
    const std::string windowHash = sha256OfFile(path.toStdString(), {});
    EXPECT_EQ(exported.front().at(1).toString().toStdString(), windowHash);

    // What "Copy as command" gives, run as it stands; then with one thread.
    const QString command = m_window->bench().jobs.jobs().front().command;
    QFile::remove(path);
    for (const QString& threads : { QString(), QStringLiteral(" --threads 1") }) {
        QProcess shell;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PATH"),
            QFileInfo(program).absolutePath() + u':' + environment.value(QStringLiteral("PATH")));
        shell.setProcessEnvironment(environment);
        shell.start(QStringLiteral("bash"), { QStringLiteral("-c"), QString(command + threads) });
        ASSERT_TRUE(shell.waitForFinished(60000));
        ASSERT_EQ(shell.exitCode(), 0) << command.toStdString() << "\n" << shell.readAllStandardError().toStdString();
        EXPECT_EQ(sha256OfFile(path.toStdString(), {}), windowHash);
        QFile::remove(path);
    }
}

TEST_F(Window, AReportIsWritten)
{
    ASSERT_TRUE(openSmall());
    QSignalSpy exported(&m_window->exporter(), &ExportController::exported);
    m_window->exporter().exportReport(text(m_folder / "report.h5"));
    ASSERT_TRUE(settle());
    ASSERT_EQ(exported.count(), 1) << bannerText(*m_window).toStdString();
    EXPECT_GT(QFileInfo(text(m_folder / "report.h5")).size(), 1000);
}

TEST_F(Window, AnExportThatCannotBeWrittenLeavesNothing)
{
    ASSERT_TRUE(openSmall());
    m_window->exporter().exportModel(text(m_folder / "no such folder" / "out.safetensors"), false);
    ASSERT_TRUE(settle());
    EXPECT_TRUE(bannerText(*m_window).contains(QStringLiteral("no such folder")))
        << bannerText(*m_window).toStdString();
    m_window->exporter().exportModel(text(m_folder / "small.safetensors"), false);
    ASSERT_TRUE(settle());
    EXPECT_EQ(document().session().modelSha256, sha256OfFile(m_folder / "small.safetensors", {}))
        << "the model's own file is never overwritten";
}

TEST_F(Window, ARecipeFileIsAppliedAndCanBeUndone)
{
    ASSERT_TRUE(openSmall());
    test::writeFile(m_folder / "r.json",
        "{\"bitwright_recipe\":1,\"default\":{\"format\":\"int5/c\",\"method\":\"rtn\"},\"rules\":[],\"seed\":0}");
    m_window->openPaths({ text(m_folder / "r.json") });
    ASSERT_TRUE(await([&] { return formatOf("conv1.weight") == "int5/c"; })) << bannerText(*m_window).toStdString();
    m_window->actions().undo->trigger();
    EXPECT_EQ(formatOf("conv1.weight"), "int8/c");
    test::writeFile(m_folder / "bad.json", "{\"bitwright_recipe\":1,\"colour\":3}");
    m_window->openPaths({ text(m_folder / "bad.json") });
    EXPECT_TRUE(await([&] { return bannerText(*m_window).contains(QStringLiteral("colour")); }))
        << bannerText(*m_window).toStdString();
}

TEST_F(Window, UnsavedEditsAreAskedForOnceAndKept)
{
    ASSERT_TRUE(openSmall());
    EXPECT_TRUE(m_window->sessions().mayClose());
    setFallback("int4/c");
    EXPECT_FALSE(m_window->close());
    EXPECT_TRUE(m_window->isVisible());
    EXPECT_TRUE(bannerText(*m_window).contains(QStringLiteral("unsaved"))) << bannerText(*m_window).toStdString();
    EXPECT_TRUE(m_window->close());
    const Session left = document().session();
    m_window.reset();

    MainWindow next;
    next.show();
    next.offerRecovery();
    ASSERT_TRUE(bannerText(next).contains(QStringLiteral("recovered"))) << bannerText(next).toStdString();
    for (QAbstractButton* button : next.findChild<ProblemBar*>()->findChildren<QAbstractButton*>()) {
        if (button->text() == QStringLiteral("Open it")) {
            button->click();
            break;
        }
    }
    ASSERT_TRUE(await([&] { return next.bench().document.isOpen(); }));
    EXPECT_EQ(*next.bench().document.session().recipe, *left.recipe);
    EXPECT_TRUE(next.bench().document.isDirty());
    next.bench().document.setSaved({}, next.bench().document.session());
}

TEST_F(Window, EditsReachTheDiskWithinFiveSecondsAndAreOfferedOnlyAfterACrash)
{
    ASSERT_TRUE(openSmall());
    setFallback("int4/c");
    const QDir folder(stateFolder());
    const auto saved = [&] { return folder.entryList({ QStringLiteral("autosave-*.bitw") }, QDir::Files); };
    ASSERT_TRUE(await([&] { return !saved().isEmpty(); }, 5000));
    const QString path = folder.filePath(saved().front());
    EXPECT_EQ(*loadSession(path.toStdString()).session.recipe, *document().session().recipe);
    {
        // Another program sees that this one is alive.
        Workbench other;
        const Autosave autosave(other.document, other.lanes, stateFolder());
        EXPECT_TRUE(autosave.findRecoverable().isEmpty());
        // The same file without its program.
        const QString orphan = folder.filePath(QStringLiteral("autosave-orphan.bitw"));
        QFile::copy(path, orphan);
        ASSERT_EQ(autosave.findRecoverable().size(), 1);
        EXPECT_EQ(autosave.findRecoverable().front().path, orphan);
        autosave.discard(orphan);
    }
    document().setSaved({}, document().session());
    m_window.reset();
    EXPECT_TRUE(saved().isEmpty()) << "a normal end leaves nothing behind";
}

TEST_F(Window, GoToAnythingFindsLayersAndCommands)
{
    ASSERT_TRUE(openSmall());
    m_window->actions().goTo->trigger();
    auto* box = m_window->findChild<GotoBox*>();
    ASSERT_TRUE(box->isVisible());
    auto* field = box->findChild<QLineEdit*>();
    QTest::keyClicks(field, QStringLiteral("fc"));
    QTest::keyClick(field, Qt::Key_Return);
    EXPECT_FALSE(box->isVisible());
    EXPECT_EQ(m_window->inspector().currentLayer(), document().model()->find("fc.weight"));
}

TEST_F(Window, TheEventLoopNeverStallsWhileLayersAreQuantized)
{
    writeSafetensors(m_folder / "large.safetensors", *test::oneLayerModel(3000, 4096));
    EventLoopWatchdog watchdog;
    watchdog.start();
    m_window->openPaths({ text(m_folder / "large.safetensors") });
    ASSERT_TRUE(await([&] { return document().isOpen(); }));
    ASSERT_TRUE(settle());
    for (const char* format : { "int4s/b32", "pow4/c" }) {
        setFallback(format);
    }
    m_window->exporter().exportModel(text(m_folder / "out.safetensors"), false);
    ASSERT_TRUE(settle());
    EXPECT_GT(watchdog.beats(), 20);
    EXPECT_LT(watchdog.longestStallMs(), longestStallMs) << "at beat " << watchdog.beats();
}

class SampleWindow : public Window
{
protected:
    void SetUp() override
    {
        if (!BITWRIGHT_HAS_ENGINE) {
            GTEST_SKIP() << "skipped: this build has no inference engine (BITWRIGHT_WITH_TORCH=OFF)";
        }
        ASSERT_TRUE(findSample().exists());
        Window::SetUp();
        m_window->opener().openSample();
        ASSERT_TRUE(await([&] { return document().isOpen() || bannerText(*m_window).size() > 0; }));
        ASSERT_TRUE(document().isOpen()) << bannerText(*m_window).toStdString();
        ASSERT_TRUE(settle());
    }
};

TEST_F(SampleWindow, EvaluatesFloatAgainstQuantizedWithoutStallsAndMarksItStale)
{
    setFallback("int8/c");
    EventLoopWatchdog watchdog;
    watchdog.start();
    ASSERT_TRUE(m_window->actions().evaluate->isEnabled());
    m_window->actions().evaluate->trigger();
    EXPECT_TRUE(m_window->evaluator().isEvaluating());
    ASSERT_TRUE(await([&] { return !m_window->evaluator().isEvaluating(); }, 120000));
    EXPECT_LT(watchdog.longestStallMs(), longestStallMs);
    settle();
    const Totals& totals = m_window->findChild<TotalsBar*>()->totals();
    ASSERT_TRUE(totals.floatAccuracy && totals.quantizedAccuracy) << bannerText(*m_window).toStdString();
    EXPECT_GE(totals.floatAccuracy->value, 0.97);
    EXPECT_LT(totals.floatAccuracy->low, totals.floatAccuracy->value);
    EXPECT_NEAR(totals.quantizedAccuracy->value, totals.floatAccuracy->value, 0.02);
    EXPECT_FALSE(totals.isStale);
    setFallback("int3/c");
    EXPECT_TRUE(m_window->findChild<TotalsBar*>()->totals().isStale);
    m_window->actions().undo->trigger();
    settle();
    EXPECT_FALSE(m_window->findChild<TotalsBar*>()->totals().isStale) << "the run belongs to this recipe again";
}

TEST_F(SampleWindow, AnEvaluationIsCancelledQuickly)
{
    m_window->actions().evaluate->trigger();
    ASSERT_TRUE(await([&] { return m_window->bench().jobs.jobs().front().progress.done > 0; }, 60000));
    m_window->actions().stopEvaluating->trigger();
    EXPECT_TRUE(await([&] { return !m_window->evaluator().isEvaluating(); }, 1000));
    EXPECT_EQ(m_window->bench().jobs.jobs().front().status, JobStatus::Canceled);
    EXPECT_TRUE(document().session().runs->empty());
}

} // namespace
} // namespace bw
