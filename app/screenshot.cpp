#include "app/screenshot.h"

#include "app/controllers/allocate_controller.h"
#include "app/controllers/diff_controller.h"
#include "app/controllers/edit_controller.h"
#include "app/controllers/evaluate_controller.h"
#include "app/controllers/export_controller.h"
#include "app/controllers/format_controller.h"
#include "app/controllers/inspect_controller.h"
#include "app/controllers/open_controller.h"
#include "app/controllers/status_controller.h"
#include "app/controllers/survey_controller.h"
#include "app/core_text.h"
#include "app/main_actions.h"
#include "app/main_window.h"
#include "app/sample.h"
#include "app/views/allocation_view.h"
#include "app/views/bottom_drawer.h"
#include "app/views/diff_view.h"
#include "app/views/formats_view.h"
#include "app/views/layer_view.h"
#include "app/wait_until.h"
#include "app/workbench.h"
#include "widgets/allocation/allocation_bars.h"
#include "widgets/panels/format_picker.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/layer_panel.h"
#include "widgets/plots/formats_plot.h"
#include "widgets/plots/pair_plot.h"
#include "widgets/plots/survey_plot.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QPixmap>
#include <QTemporaryDir>

#include <cstdio>
#include <vector>

namespace bw {

namespace {

constexpr QSize usualSize { 1440, 900 };
constexpr QSize smallSize { 1024, 640 };
constexpr int patienceMs = 1500000;
constexpr const char* familiesScene = "families";

template <class Condition>
bool waitFor(Condition isDone)
{
    return waitUntil(isDone, patienceMs);
}

bool waitUntilSettled(MainWindow& window)
{
    Workbench& bench = window.bench();
    const bool isSettled = waitFor([&] {
        return bench.document.isOpen() && !bench.derived.isBusy() && bench.derived.staleCount() == 0
            && bench.jobs.activeCount() == 0;
    });
    // Curves come in two steps, and views draw a frame later.
    QElapsedTimer clock;
    clock.start();
    waitFor([&] { return clock.elapsed() > 150 && !bench.exponents.isBusy(); });
    window.inspector().refreshNow();
    window.status().refreshNow();
    return isSettled;
}

/// What the pictures are taken of: the convolutions at four bits, each with the exponent that fits it best.
bool openSampleAtFourBits(MainWindow& window)
{
    window.opener().openSample();
    if (!waitUntilSettled(window)) {
        return false;
    }
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat("pow4/c");
    window.edits().replaceRecipe(recipe, QStringLiteral("pow4/c"));
    return waitUntilSettled(window);
}

LayerId shownLayer(MainWindow& window)
{
    return window.inspector().currentLayer();
}

bool showTab(MainWindow& window, LayerViewPage::Tab tab)
{
    if (!openSampleAtFourBits(window)) {
        return false;
    }
    window.layerView().setCurrentTab(tab);
    return waitUntilSettled(window);
}

bool dragExponent(MainWindow& window)
{
    if (!showTab(window, LayerViewPage::ExponentTab)) {
        return false;
    }
    for (const double exponent : { 0.9, 0.85, 0.8 }) {
        window.edits().editExponent(exponent, exponent == 0.9 ? EditPhase::Begin : EditPhase::Move);
        waitFor([&] {
            return !window.bench().derived.isBusy() && !window.bench().derived.layer(shownLayer(window)).isStale;
        });
    }
    window.inspector().refreshNow();
    window.status().refreshNow();
    return true;
}

/// Times and rates differ from run to run.
void fixTimes(JobsPanel& panel)
{
    std::vector<JobRow> rows = panel.jobs();
    for (JobRow& row : rows) {
        row.secondsRun = 2;
        if (row.state == JobState::Running) {
            row.fraction = 0.5;
            row.rate = row.rate ? std::optional(500.0) : std::nullopt;
            row.secondsLeft = 2;
        }
    }
    panel.setJobs(rows);
}

bool evaluateToTheHalf(MainWindow& window)
{
    if (!openSampleAtFourBits(window)) {
        return false;
    }
    window.showDrawer(BottomDrawer::JobsTab);
    bool hasReachedHalf = false;
    window.evaluator().evaluate();
    waitFor([&] {
        const auto jobs = window.bench().jobs.jobs();
        hasReachedHalf = !jobs.isEmpty() && jobs.front().progress.fraction >= 0.5;
        return hasReachedHalf || !window.evaluator().isEvaluating();
    });
    window.status().refreshNow();
    fixTimes(window.drawer().jobs());
    return hasReachedHalf;
}

bool showRuns(MainWindow& window)
{
    if (!openSampleAtFourBits(window)) {
        return false;
    }
    window.evaluator().evaluate();
    waitFor([&] { return !window.evaluator().isEvaluating(); });
    Session session = window.bench().document.session();
    if (session.runs->empty()) {
        return false;
    }
    auto runs = *session.runs;
    for (auto& run : runs.back().result.runs) {
        run.seconds = 2;
    }
    session.runs = std::make_shared<const std::vector<StoredRun>>(std::move(runs));
    window.bench().document.record(std::move(session));
    window.showDrawer(BottomDrawer::RunsTab);
    return waitUntilSettled(window);
}

bool refuseBadFile(MainWindow& window)
{
    const QTemporaryDir folder;
    const QString before = QDir::currentPath();
    QDir::setCurrent(folder.path());
    QFile file(QStringLiteral("downloaded.safetensors"));
    if (!file.open(QIODevice::WriteOnly)) {
        return false;
    }
    file.write(QByteArray::fromHex("ffffffffffffff7f") + "{}");
    file.close();
    bool isOpen = openSampleAtFourBits(window);
    window.openPaths({ file.fileName() });
    isOpen = isOpen && waitUntilSettled(window);
    QDir::setCurrent(before);
    return isOpen;
}

/// With the sample's histogram on its card, as after the first visit.
bool showStartPage(MainWindow& window)
{
    MainWindow other(true);
    other.opener().openSample();
    const bool isOpen = waitUntilSettled(other);
    const LayerRow* row = isOpen ? other.layers().model().row(shownLayer(other)) : nullptr;
    if (row != nullptr) {
        window.setSampleThumbnail({ row->sparkline.begin(), row->sparkline.end() });
    }
    return row != nullptr;
}

bool openPicker(MainWindow& window, PickerQuestion question)
{
    window.opener().openSample();
    if (!waitUntilSettled(window)) {
        return false;
    }
    window.formats().openPicker();
    if (question != PickerQuestion::Families) {
        window.picker().ask(question);
    }
    const bool isAnswered = waitFor([&] { return !window.formats().isBusy(); });
    window.formats().refreshNow();
    return isAnswered && window.picker().isVisible();
}

/// Block sizes and scale types of a 3-bit format, with the read-out of one that is worth having.
bool showCurves(MainWindow& window)
{
    window.opener().openSample();
    if (!waitUntilSettled(window)) {
        return false;
    }
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat("int3s/b64:search");
    window.edits().replaceRecipe(recipe, QStringLiteral("int3s/b64:search"));
    window.layerView().setCurrentTab(LayerViewPage::FormatsTab);
    const bool isAnswered = waitUntilSettled(window) && waitFor([&] { return !window.formats().isBusy(); });
    window.formats().refreshNow();
    const auto& points = window.layerView().formats().picture().points;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (points[i].isOnFront && points[i].format.scaling.blockSize == 32) {
            window.layerView().formats().setSelectedPoint(static_cast<int>(i));
        }
    }
    return isAnswered && !points.empty();
}

/// All families on the whole model, the sample or a file, as R·2^b, where they are far enough apart to be told.
bool showFamilies(MainWindow& window, const QString& file)
{
    if (file.isEmpty()) {
        window.opener().openSample();
    } else {
        window.openPaths({ file });
    }
    if (!waitUntilSettled(window)) {
        return false;
    }
    FormatsView& view = window.layerView().formatsView();
    view.setExtent(FormatsView::Model);
    view.setShownPicture(FormatsView::Families);
    view.survey().setProductShown(true);
    window.layerView().setCurrentTab(LayerViewPage::FormatsTab);
    const bool isAnswered = waitFor([&] { return !window.surveys().isBusy(); });
    window.surveys().refreshNow();
    return isAnswered && !view.survey().picture().points.empty();
}

/// The sample at three and a half bits, one layer locked, the allocation measured.
bool showAllocation(MainWindow& window)
{
    window.opener().openSample();
    if (!waitUntilSettled(window)) {
        return false;
    }
    AllocateController& allocation = window.allocation();
    const auto isReady = [&] { return !allocation.isBusy() && allocation.results().ground() != nullptr; };
    window.showAllocation(true);
    if (!waitFor(isReady)) {
        return false;
    }
    allocation.editBudget({ Budget::Kind::BitsPerWeight, 3.5 }, EditPhase::End);
    allocation.editChoice(
        0, static_cast<int>(allocation.results().ground()->open.layers[0].options.size()) / 2, EditPhase::End);
    if (!waitFor(isReady)) {
        return false;
    }
    window.evaluator().evaluate();
    waitFor([&] { return !window.evaluator().isEvaluating(); });
    waitUntilSettled(window);
    allocation.presenter().refreshNow();
    return !window.bench().document.session().runs->empty();
}

/// The sample against what three bits make of it.
bool showComparison(MainWindow& window)
{
    window.opener().openSample();
    if (!waitUntilSettled(window)) {
        return false;
    }
    window.edits().applyFormat(parseFormat("int3/c"), EditScope::AllLayers);
    if (!waitUntilSettled(window)) {
        return false;
    }
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("shapes-int3.safetensors"));
    window.exporter().exportModel(path, false);
    if (!waitFor([&] { return QFileInfo::exists(path) && window.bench().jobs.activeCount() == 0; })) {
        return false;
    }
    window.diff().compare(pathText(window.bench().document.session().modelPath), path);
    return waitFor([&] { return !window.diff().isBusy() && window.diffView().plot().picture().b != nullptr; });
}

struct Scene
{
    QString name;
    std::function<bool(MainWindow&)> prepare;
    QSize size = usualSize;
};

std::vector<Scene> scenes(const QString& file)
{
    return {
        { QStringLiteral("start"), showStartPage },
        { QStringLiteral("distribution"),
            [](MainWindow& window) { return showTab(window, LayerViewPage::DistributionTab); } },
        { QStringLiteral("exponent-drag"), dragExponent },
        { QStringLiteral("codebook"), [](MainWindow& window) { return showTab(window, LayerViewPage::CodebookTab); } },
        { QStringLiteral("formats"), [](MainWindow& window) { return openPicker(window, PickerQuestion::Families); } },
        { QStringLiteral("best-formats"),
            [](MainWindow& window) { return openPicker(window, PickerQuestion::BestForLayer); } },
        { QStringLiteral("format-curves"), showCurves },
        { QLatin1String(familiesScene), [file](MainWindow& window) { return showFamilies(window, file); } },
        { QStringLiteral("channels"), [](MainWindow& window) { return showTab(window, LayerViewPage::ChannelsTab); } },
        { QStringLiteral("outliers"), [](MainWindow& window) { return showTab(window, LayerViewPage::OutliersTab); } },
        { QStringLiteral("jobs"), evaluateToTheHalf },
        { QStringLiteral("runs"), showRuns },
        { QStringLiteral("allocation"), showAllocation },
        { QStringLiteral("allocation-small"), showAllocation, smallSize },
        { QStringLiteral("comparison"), showComparison },
        { QStringLiteral("comparison-small"), showComparison, smallSize },
        { QStringLiteral("error-banner"), refuseBadFile },
        { QStringLiteral("small-window"),
            [](MainWindow& window) { return showTab(window, LayerViewPage::DistributionTab); }, smallSize },
    };
}

bool takeOne(const Scene& scene, const QDir& folder)
{
    MainWindow window(true);
    window.resize(scene.size);
    window.show();
    window.fitDocks();
    const bool isReady = scene.prepare(window);
    window.fitDocks();
    QCoreApplication::processEvents();
    const QString path = folder.filePath(scene.name + QStringLiteral(".png"));
    const bool isWritten = isReady && window.grab().save(path);
    std::fprintf(stderr, "%s\n",
        qPrintable(isWritten ? path : QStringLiteral("bitwright: the scene %1 could not be drawn").arg(scene.name)));
    return isWritten;
}

} // namespace

int takeScreenshots(const QString& folder, const QString& scene, const QString& file)
{
    if (!file.isEmpty() && scene != QLatin1String(familiesScene)) {
        std::fprintf(stderr, "bitwright: only the scene %s takes a file\n", familiesScene);
        return 2;
    }
    const QDir target(folder);
    if (!target.mkpath(QStringLiteral("."))) {
        std::fprintf(stderr, "bitwright: the folder %s cannot be made\n", qPrintable(folder));
        return 5;
    }
    bool isKnown = false;
    bool areAllDrawn = true;
    for (const Scene& one : scenes(file)) {
        if (scene.isEmpty() || one.name == scene) {
            isKnown = true;
            areAllDrawn = takeOne(one, target) && areAllDrawn;
        }
    }
    if (!isKnown) {
        std::fprintf(stderr, "bitwright: there is no scene %s\n", qPrintable(scene));
        return 2;
    }
    return areAllDrawn ? 0 : 1;
}

} // namespace bw
