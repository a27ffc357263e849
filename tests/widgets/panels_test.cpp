#include "tests/widgets/made_up.h"
#include "tests/widgets/recorder.h"
#include "widgets/panels/figure_tile.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/layer_panel.h"
#include "widgets/panels/metrics_strip.h"
#include "widgets/panels/problem_bar.h"
#include "widgets/panels/start_page.h"
#include "widgets/panels/totals_bar.h"

#include <QAbstractButton>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>
#include <QUrl>

#include <gtest/gtest.h>

namespace bw {

namespace {

LayerId id(std::size_t index)
{
    return LayerId(index);
}

QStringList shownTexts(const QWidget& widget)
{
    QStringList texts;
    for (const QLabel* label : widget.findChildren<QLabel*>()) {
        if (label->isVisible() && !label->text().isEmpty()) {
            texts << label->text();
        }
    }
    return texts;
}

QAbstractButton* buttonNamed(const QWidget& widget, const QString& text)
{
    for (QAbstractButton* button : widget.findChildren<QAbstractButton*>()) {
        if (button->isVisible() && (button->text() == text || button->accessibleName() == text)) {
            return button;
        }
    }
    return nullptr;
}

} // namespace

TEST(LayerPanelTest, selectionIsSetQuietlyAndEditedLoudly)
{
    LayerPanel panel;
    std::vector<std::vector<LayerId>> selections;
    std::vector<LayerId> currents;
    QObject::connect(&panel, &LayerPanel::selectionEdited, &panel,
        [&](const std::vector<LayerId>& layers) { selections.push_back(layers); });
    QObject::connect(
        &panel, &LayerPanel::currentLayerChanged, &panel, [&](LayerId layer) { currents.push_back(layer); });
    panel.model().setRows(made_up::layers(20));
    showAt(panel, { 430, 500 });
    panel.setSelection({ id(3), id(1), id(99) });
    EXPECT_TRUE(selections.empty() && currents.empty());
    EXPECT_EQ(panel.selection(), (std::vector<LayerId> { id(1), id(3) }));
    EXPECT_EQ(panel.currentLayer(), id(3));
    auto* table = panel.findChild<QTableView*>();
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(5, 0)).center());
    ASSERT_EQ(selections.size(), 1U);
    EXPECT_EQ(selections[0], std::vector<LayerId> { id(5) });
    EXPECT_EQ(currents, std::vector<LayerId> { id(5) });
    QTest::mouseClick(table->viewport(), Qt::LeftButton, Qt::ControlModifier,
        table->visualRect(table->model()->index(7, 0)).center());
    EXPECT_EQ(selections.back(), (std::vector<LayerId> { id(5), id(7) }));
}

TEST(LayerPanelTest, filteringSaysWhatIsShown)
{
    LayerPanel panel;
    panel.model().setRows(made_up::layers(16));
    showAt(panel, { 430, 500 });
    panel.setFilterText(QStringLiteral("conv1"));
    EXPECT_TRUE(shownTexts(panel).contains(QStringLiteral("4 of 16 layers")))
        << shownTexts(panel).join(QLatin1Char('|')).toStdString();
    panel.setFilterText(QStringLiteral("nothing like this"));
    EXPECT_TRUE(shownTexts(panel).contains(QStringLiteral("No layer matches the filter.")));
    panel.setFilterText(QStringLiteral("/(/"));
    EXPECT_TRUE(shownTexts(panel).join(QLatin1Char('|')).contains(QStringLiteral("cannot be used")));
}

TEST(LayerPanelTest, layersThatStayAsTheyAreComeWhenAskedFor)
{
    auto rows = made_up::layers(16);
    rows[1].isKept = rows[1].isFixed = true;
    rows[2].isKept = true; // by a rule: stays in the list
    LayerPanel panel;
    panel.model().setRows(rows);
    showAt(panel, { 430, 500 });
    const auto* table = panel.findChild<QTableView*>()->model();
    EXPECT_EQ(table->rowCount(), 15);
    const QString shown = shownTexts(panel).join(QLatin1Char('|'));
    EXPECT_TRUE(shown.contains(QStringLiteral("15 layers, 1 more"))) << shown.toStdString();
    QAbstractButton* all = buttonNamed(panel, QStringLiteral("All"));
    ASSERT_NE(all, nullptr);
    all->click();
    EXPECT_EQ(table->rowCount(), 16);
    all->click();
    EXPECT_EQ(table->rowCount(), 15);
    panel.setSelection({ id(1) });
    EXPECT_EQ(panel.currentLayer(), id(1)) << "what is selected comes into view";
    EXPECT_TRUE(panel.areFixedShown());
}

TEST(LayerPanelTest, whereAllStayAsTheyAreAllAreListed)
{
    auto rows = made_up::layers(3);
    for (LayerRow& row : rows) {
        row.isKept = row.isFixed = true;
    }
    LayerPanel panel;
    panel.model().setRows(rows);
    showAt(panel, { 430, 500 });
    EXPECT_EQ(panel.findChild<QTableView*>()->model()->rowCount(), 3);
    EXPECT_EQ(buttonNamed(panel, QStringLiteral("All")), nullptr);
}

TEST(LayerPanelTest, columnsComeBack)
{
    QByteArray state;
    {
        LayerPanel panel;
        panel.findChild<QTableView*>()->setColumnHidden(LayerTableModel::KurtosisColumn, false);
        state = panel.saveState();
    }
    LayerPanel panel;
    EXPECT_TRUE(panel.findChild<QTableView*>()->isColumnHidden(LayerTableModel::KurtosisColumn));
    panel.restoreState(state);
    EXPECT_FALSE(panel.findChild<QTableView*>()->isColumnHidden(LayerTableModel::KurtosisColumn));
}

TEST(JobsPanelTest, rowsFollowTheirJobs)
{
    JobsPanel panel;
    std::vector<qulonglong> cancelled;
    std::vector<qulonglong> dismissed;
    QObject::connect(&panel, &JobsPanel::cancelRequested, &panel, [&](qulonglong job) { cancelled.push_back(job); });
    QObject::connect(&panel, &JobsPanel::dismissRequested, &panel, [&](qulonglong job) {
        dismissed.push_back(job);
        panel.removeJob(job);
    });
    JobRow job;
    job.id = 7;
    job.title = QStringLiteral("Evaluate");
    job.fraction = 0.256;
    job.rate = 120;
    job.unit = QStringLiteral("samples");
    job.secondsLeft = 83;
    panel.updateJob(job);
    showAt(panel, { 700, 200 });
    EXPECT_TRUE(shownTexts(panel).contains(QStringLiteral("25 % · 120 samples/s · 1 min 23 s left")));
    QTest::mouseClick(buttonNamed(panel, QStringLiteral("Cancel")), Qt::LeftButton);
    EXPECT_EQ(cancelled, std::vector<qulonglong>({ 7 }));
    job.state = JobState::Failed;
    job.message = QStringLiteral("No space is left.");
    job.secondsRun = 3;
    panel.updateJob(job);
    QCoreApplication::processEvents();
    EXPECT_EQ(panel.jobs().size(), 1U);
    EXPECT_TRUE(shownTexts(panel).contains(QStringLiteral("No space is left.")));
    EXPECT_EQ(buttonNamed(panel, QStringLiteral("Cancel")), nullptr);
    QTest::mouseClick(buttonNamed(panel, QStringLiteral("Dismiss")), Qt::LeftButton);
    EXPECT_EQ(dismissed, std::vector<qulonglong>({ 7 }));
    EXPECT_TRUE(panel.jobs().empty());
}

TEST(ProblemBarTest, bannersComeOnceAndGo)
{
    QWidget window;
    ProblemBar bar(&window);
    showAt(window, { 700, 200 });
    std::vector<int> actions;
    std::vector<int> dismissed;
    QObject::connect(&bar, &ProblemBar::actionTriggered, &bar, [&](int number) { actions.push_back(number); });
    QObject::connect(&bar, &ProblemBar::dismissed, &bar, [&](int number) { dismissed.push_back(number); });
    EXPECT_FALSE(bar.isVisible());
    const Banner refused { Severity::Error, QStringLiteral("<b>x.pt</b> was refused."), {},
        QStringLiteral("Open another…") };
    const int number = bar.showBanner(refused);
    EXPECT_EQ(bar.showBanner(refused), number);
    EXPECT_EQ(bar.count(), 1);
    bar.resize(700, 60);
    QCoreApplication::processEvents();
    EXPECT_TRUE(bar.isVisible());
    EXPECT_TRUE(shownTexts(bar).contains(QStringLiteral("<b>x.pt</b> was refused.")));
    QTest::mouseClick(bar.findChild<QPushButton*>(), Qt::LeftButton);
    EXPECT_EQ(actions, std::vector<int>({ number }));
    for (int i = 0; i < 5; ++i) {
        bar.showBanner({ Severity::Warning, QString::number(i), {}, {} });
    }
    EXPECT_EQ(bar.count(), 6);
    int visible = 0;
    for (const QWidget* frame : bar.findChildren<QWidget*>(QStringLiteral("banner"))) {
        visible += frame->isVisible() ? 1 : 0;
    }
    EXPECT_EQ(visible, 3);
    bar.findChildren<QToolButton*>(QStringLiteral("dismiss")).last()->click();
    EXPECT_EQ(dismissed.size(), 1U);
    bar.clear();
    EXPECT_FALSE(bar.isVisible());
    EXPECT_EQ(dismissed.size(), 1U) << "clearing is no user's act";
}

TEST(StartPageTest, opensWhatIsDroppedOrChosen)
{
    StartPage page;
    std::vector<QStringList> dropped;
    std::vector<QString> samples;
    std::vector<QString> recent;
    std::vector<QString> removed;
    QObject::connect(
        &page, &StartPage::filesDropped, &page, [&](const QStringList& paths) { dropped.push_back(paths); });
    QObject::connect(
        &page, &StartPage::sampleActivated, &page, [&](const QString& sample) { samples.push_back(sample); });
    QObject::connect(&page, &StartPage::recentActivated, &page, [&](const QString& path) { recent.push_back(path); });
    QObject::connect(&page, &StartPage::recentRemoved, &page, [&](const QString& path) {
        removed.push_back(path);
        page.setRecentFiles({});
    });
    page.setSamples({ { QStringLiteral("s"), QStringLiteral("Shapes"), QStringLiteral("small"), { 1, 2, 1 } } });
    page.setRecentFiles({ { QStringLiteral("/a.pt"), QStringLiteral("a.pt"), {}, false },
        { QStringLiteral("/b.pt"), QStringLiteral("b.pt"), {}, true } });
    showAt(page, { 900, 600 });
    QMimeData data;
    data.setUrls({ QUrl::fromLocalFile(QStringLiteral("/x.pt")), QUrl(QStringLiteral("https://example.org/y.pt")) });
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&page, &enter);
    QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&page, &drop);
    ASSERT_EQ(dropped.size(), 1U);
    EXPECT_EQ(dropped[0], QStringList({ QStringLiteral("/x.pt") }));
    QTest::mouseClick(buttonNamed(page, QStringLiteral("Shapes")), Qt::LeftButton);
    EXPECT_EQ(samples, std::vector<QString>({ QStringLiteral("s") }));
    QAbstractButton* missing = buttonNamed(page, QStringLiteral("b.pt"));
    QTest::mouseClick(missing, Qt::LeftButton, {}, QPoint(60, 10));
    EXPECT_TRUE(recent.empty()) << "a missing file cannot be opened";
    QTest::mouseClick(buttonNamed(page, QStringLiteral("a.pt")), Qt::LeftButton, {}, QPoint(60, 10));
    EXPECT_EQ(recent, std::vector<QString>({ QStringLiteral("/a.pt") }));
    QTest::keyClick(missing, Qt::Key_Delete);
    EXPECT_EQ(removed, std::vector<QString>({ QStringLiteral("/b.pt") }));
}

TEST(TotalsBarTest, accuracyNeverStandsAlone)
{
    TotalsBar bar;
    int requests = 0;
    QObject::connect(&bar, &TotalsBar::evaluateRequested, &bar, [&] { ++requests; });
    Totals totals;
    totals.bytesBefore = 1090000;
    totals.bytesAfter = 283000;
    totals.floatAccuracy = Metric { "top1", 0.818, 0.8005, 0.8343, 2000 };
    bar.setTotals(totals);
    showAt(bar, { 1100, 52 });
    const QString texts = shownTexts(bar).join(QLatin1Char('|'));
    EXPECT_TRUE(texts.contains(QStringLiteral("1.09 MB → 283 kB (−74 %)"))) << texts.toStdString();
    EXPECT_TRUE(texts.contains(QStringLiteral("81.8 % [80.0, 83.4] → —"))) << texts.toStdString();
    EXPECT_TRUE(texts.contains(QStringLiteral("n = 2,000"))) << texts.toStdString();
    auto* evaluate = bar.findChild<QToolButton*>(QStringLiteral("evaluate"));
    EXPECT_FALSE(evaluate->isEnabled());
    totals.canEvaluate = true;
    totals.isStale = true;
    bar.setTotals(totals);
    EXPECT_EQ(evaluate->text(), QStringLiteral("Re-evaluate"));
    evaluate->click();
    EXPECT_EQ(requests, 1);
}

TEST(MetricsStripTest, unknownAndSampledFiguresSaySo)
{
    MetricsStrip strip;
    LayerMetrics metrics;
    metrics.r = 0.0983;
    metrics.bits = 4.13;
    metrics.isExact = false;
    strip.setMetrics(metrics);
    showAt(strip, { 700, 52 });
    QStringList values;
    for (const FigureTile* tile : strip.findChildren<FigureTile*>()) {
        values << tile->value();
    }
    EXPECT_EQ(values,
        QStringList({ QStringLiteral("≈0.0983"), QStringLiteral("—"), QStringLiteral("4.13 bits/weight"),
            QStringLiteral("—"), QStringLiteral("—"), QStringLiteral("—"), QStringLiteral("—") }));
    QTest::mouseClick(strip.findChild<InfoButton*>(), Qt::LeftButton);
    QCoreApplication::processEvents();
    auto* popover = strip.findChild<Popover*>();
    ASSERT_NE(popover, nullptr);
    EXPECT_TRUE(popover->isVisible());
    QTest::keyClick(popover, Qt::Key_Escape);
    EXPECT_FALSE(popover->isVisible());
}

TEST(RunsPanelTest, choosingARunIsAnEditSettingIsNot)
{
    RunsPanel panel;
    int edits = 0;
    QObject::connect(&panel, &RunsPanel::currentRunEdited, &panel, [&] { ++edits; });
    panel.setRuns(made_up::runs());
    showAt(panel, { 1000, 300 });
    panel.setCurrentRun(1);
    EXPECT_EQ(edits, 0);
    const QString texts = shownTexts(panel).join(QLatin1Char('|'));
    EXPECT_TRUE(texts.contains(QStringLiteral("measured with an earlier recipe")));
    EXPECT_TRUE(texts.contains(QStringLiteral("McNemar"))) << texts.toStdString();
    EXPECT_TRUE(texts.contains(QStringLiteral("p = 2.40e−8")));
    panel.setRuns({});
    EXPECT_EQ(panel.currentRun(), -1);
}

} // namespace bw
