#include "app/main_window.h"

#include "app/core_text.h"
#include "app/main_window_p.h"
#include "app/sample.h"
#include "widgets/text.h"

#include <QActionGroup>
#include <QCloseEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QScreen>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace bw {

namespace {
constexpr int layoutVersion = 1;
constexpr QSize startSize { 1440, 900 };
constexpr QSize smallestSize { 800, 500 };

QDockWidget* makeDock(const char* name, const QString& title, QWidget* content)
{
    auto* dock = new QDockWidget(title);
    dock->setObjectName(QLatin1String(name));
    dock->setWidget(content);
    return dock;
}

QStringList localFiles(const QMimeData& data)
{
    QStringList paths;
    for (const QUrl& url : data.urls()) {
        if (url.isLocalFile()) {
            paths.append(url.toLocalFile());
        }
    }
    return paths;
}
} // namespace

MainWindow::MainWindow(bool isForPictures, QWidget* parent)
    : QMainWindow(parent)
    , d(std::make_unique<Private>(*this, isForPictures))
{
    setObjectName(QStringLiteral("MainWindow"));
    setAcceptDrops(true);
    setMinimumSize(smallestSize);
    buildLayout();
    buildViewMenu();
    connectActions();
    connectControllers();
    resetLayout();
    if (!isForPictures) {
        restoreGeometry(settings::windowGeometry());
        restoreState(settings::windowState(), layoutVersion);
        d->layers->restoreState(settings::layerTableState());
        d->sampleThumbnail = settings::sampleThumbnail();
    }
    updateStartPage();
    updatePages();
    updateTitle();
    updateActions();
    d->status.refreshNow();
}

MainWindow::~MainWindow()
{
    // Views may still signal while they are destroyed; nobody listens any more.
    d->bench.document.disconnect();
    d->bench.derived.disconnect();
    d->bench.jobs.disconnect();
}

Workbench& MainWindow::bench()
{
    return d->bench;
}
MainActions& MainWindow::actions()
{
    return d->actions;
}
LayerPanel& MainWindow::layers()
{
    return *d->layers;
}
LayerViewPage& MainWindow::layerView()
{
    return *d->view;
}
RecipePanel& MainWindow::recipe()
{
    return *d->recipe;
}
BottomDrawer& MainWindow::drawer()
{
    return *d->drawer;
}
EditController& MainWindow::edits()
{
    return d->edits;
}
OpenController& MainWindow::opener()
{
    return d->opener;
}
EvaluateController& MainWindow::evaluator()
{
    return d->evaluator;
}
ExportController& MainWindow::exporter()
{
    return d->exporter;
}
FormatController& MainWindow::formats()
{
    return d->formats;
}
SurveyController& MainWindow::surveys()
{
    return d->surveys;
}
FormatPicker& MainWindow::picker()
{
    return *d->picker;
}
SessionController& MainWindow::sessions()
{
    return d->sessions;
}
InspectController& MainWindow::inspector()
{
    return d->inspector;
}
StatusController& MainWindow::status()
{
    return d->status;
}

AllocateController& MainWindow::allocation()
{
    return d->allocation;
}
AllocationView& MainWindow::allocationView()
{
    return *d->allocationView;
}

DiffController& MainWindow::diff()
{
    return d->diff;
}
DiffView& MainWindow::diffView()
{
    return *d->diffView;
}

void MainWindow::buildLayout()
{
    auto* center = new QWidget;
    auto* column = new QVBoxLayout(center);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(d->bar);
    column->addWidget(d->pages, 1);
    d->pages->addWidget(d->start);
    d->pages->addWidget(d->view);
    d->pages->addWidget(d->allocationView);
    d->pages->addWidget(d->diffView);
    setCentralWidget(center);

    d->actions.fillMenus(*menuBar());
    auto* toolBar = new QToolBar(tr("Tool bar"));
    toolBar->setObjectName(QStringLiteral("toolBar"));
    toolBar->setMovable(false);
    toolBar->setContextMenuPolicy(Qt::PreventContextMenu);
    d->actions.fillToolBar(*toolBar);
    addToolBar(toolBar);

    d->layersDock = makeDock("layersDock", tr("Layers"), d->layers);
    d->recipeDock = makeDock("recipeDock", tr("Recipe"), d->recipe);
    d->drawerDock = makeDock("drawerDock", tr("Jobs, runs and problems"), d->drawer);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addPermanentWidget(d->totals, 1);
    d->gotoBox = new GotoBox(this);
    d->shortcuts = new ShortcutsOverlay(this);
}

void MainWindow::resetLayout()
{
    const QSize screenSize = screen() != nullptr ? screen()->availableSize() : startSize;
    resize(startSize.boundedTo(screenSize));
    addDockWidget(Qt::LeftDockWidgetArea, d->layersDock);
    addDockWidget(Qt::RightDockWidgetArea, d->recipeDock);
    addDockWidget(Qt::BottomDockWidgetArea, d->drawerDock);
    for (QDockWidget* dock : { d->layersDock, d->recipeDock, d->drawerDock }) {
        dock->setFloating(false);
    }
    d->drawerDock->hide();
    updatePages();
    fitDocks();
}

void MainWindow::fitDocks()
{
    const int layersWidth = std::clamp(width() * 31 / 100, 240, 480);
    const int recipeWidth = std::clamp(width() * 22 / 100, 276, 320);
    resizeDocks({ d->layersDock, d->recipeDock }, { layersWidth, recipeWidth }, Qt::Horizontal);
    resizeDocks({ d->drawerDock }, { std::clamp(height() / 3, 140, 300) }, Qt::Vertical);
}

void MainWindow::buildViewMenu()
{
    QMenu* menu = d->actions.viewMenu;
    menu->addActions(
        { d->layersDock->toggleViewAction(), d->recipeDock->toggleViewAction(), d->drawerDock->toggleViewAction() });
    menu->addAction(d->actions.resetLayout);
    menu->addSeparator();
    menu->addMenu(d->actions.themeMenu);
    auto* group = new QActionGroup(this);
    const std::pair<QString, QString> themes[] = { { QStringLiteral("system"), tr("Like the system") },
        { QStringLiteral("light"), tr("Light") }, { QStringLiteral("dark"), tr("Dark") } };
    for (const auto& [id, title] : themes) {
        QAction* action = d->actions.themeMenu->addAction(title);
        action->setCheckable(true);
        action->setChecked(settings::theme() == id);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, theme = id] {
            settings::setTheme(theme);
            Q_EMIT themeChosen(theme);
        });
    }
}

void MainWindow::connectActions()
{
    MainActions& act = d->actions;
    connect(act.open, &QAction::triggered, this, &MainWindow::chooseFile);
    connect(act.openSample, &QAction::triggered, &d->opener, &OpenController::openSample);
    connect(act.openData, &QAction::triggered, this, &MainWindow::chooseData);
    connect(act.compareModels, &QAction::triggered, this, &MainWindow::chooseComparison);
    connect(act.save, &QAction::triggered, this, [this] { saveSession(false); });
    connect(act.saveAs, &QAction::triggered, this, [this] { saveSession(true); });
    connect(act.exportModel, &QAction::triggered, this, [this] { chooseExport(false); });
    connect(act.exportFloat, &QAction::triggered, this, [this] { chooseExport(true); });
    connect(act.exportReport, &QAction::triggered, this, [this] {
        const QString path = QFileDialog::getSaveFileName(
            this, tr("Export report"), d->exporter.suggestedPath(QStringLiteral(".h5")), tr("HDF5 reports (*.h5)"));
        if (!path.isEmpty()) {
            d->exporter.exportReport(path);
        }
    });
    connect(act.exportRecipe, &QAction::triggered, this, [this] {
        const QString path = QFileDialog::getSaveFileName(
            this, tr("Export recipe"), d->exporter.suggestedPath(QStringLiteral(".json")), tr("Recipes (*.json)"));
        if (!path.isEmpty()) {
            d->exporter.exportRecipe(path);
        }
    });
    connect(act.closeDocument, &QAction::triggered, &d->opener, &OpenController::closeDocument);
    connect(act.quit, &QAction::triggered, this, &QWidget::close);
    connect(act.resetLayers, &QAction::triggered, &d->edits, &EditController::resetLayers);
    connect(act.compareFormats, &QAction::triggered, &d->formats, &FormatController::openPicker);
    connect(act.snapshot, &QAction::triggered, this, [this] {
        const auto count = static_cast<int>(d->bench.document.session().snapshots->size());
        d->edits.takeSnapshot(tr("Snapshot %1").arg(count + 1));
    });
    connect(act.snapshotMenu, &QMenu::aboutToShow, this, &MainWindow::fillSnapshotMenu);
    connect(act.recentMenu, &QMenu::aboutToShow, this, &MainWindow::fillRecentMenu);
    connect(act.evaluate, &QAction::triggered, &d->evaluator, &EvaluateController::evaluate);
    connect(act.allocate, &QAction::toggled, this, &MainWindow::showAllocation);
    connect(act.calibrationData, &QAction::triggered, this, &MainWindow::chooseCalibration);
    connect(&d->allocation, &AllocateController::dataNeeded, this, &MainWindow::chooseCalibration);
    connect(&d->allocation, &AllocateController::matrixNeeded, this, &MainWindow::chooseImportance);
    connect(&d->allocation, &AllocateController::layerOpened, this, [this](LayerId layer) {
        d->inspector.showLayer(layer);
        showAllocation(false);
    });
    connect(act.stopEvaluating, &QAction::triggered, &d->evaluator, &EvaluateController::cancel);
    connect(act.findLayer, &QAction::triggered, this, [this] {
        d->layersDock->show();
        d->layers->focusFilter();
    });
    connect(act.goTo, &QAction::triggered, this, &MainWindow::openGotoBox);
    connect(act.resetLayout, &QAction::triggered, this, &MainWindow::resetLayout);
    connect(act.shortcuts, &QAction::triggered, this, &MainWindow::showShortcuts);
    connect(act.about, &QAction::triggered, this, &MainWindow::showAbout);
}

void MainWindow::connectControllers()
{
    connect(d->start, &StartPage::openRequested, this, &MainWindow::chooseFile);
    connect(d->start, &StartPage::filesDropped, &d->opener, &OpenController::openPaths);
    connect(d->start, &StartPage::sampleActivated, &d->opener, &OpenController::openSample);
    connect(d->start, &StartPage::recentActivated, this, [this](const QString& path) { openPaths({ path }); });
    connect(d->start, &StartPage::recentRemoved, this, [this](const QString& path) {
        settings::removeRecentFile(path);
        updateStartPage();
    });
    connect(&d->opener, &OpenController::ended, this, &MainWindow::updateStartPage);
    connect(&d->opener, &OpenController::comparisonRequested, &d->diff, &DiffController::compare);
    connect(&d->opener, &OpenController::modelOpened, &d->diff, &DiffController::close);
    connect(&d->diff, &DiffController::shownChanged, this, [this] {
        makeRoom(d->diff.isShown() || d->actions.allocate->isChecked());
        updatePages();
    });
    connect(&d->bench.jobs, &JobRunner::changed, this, [this] {
        if (!d->bench.document.isOpen()) {
            updatePages();
        }
    });
    connect(&d->inspector, &InspectController::thumbnailReady, this, &MainWindow::setSampleThumbnail);
    connect(&d->evaluator, &EvaluateController::changed, this, &MainWindow::updateActions);
    connect(&d->evaluator, &EvaluateController::dataNeeded, this, [this] {
        d->banners.inform(tr("Evaluation needs labelled data: a folder of images by class, IDX files, or safetensors "
                             "with inputs and labels."),
            tr("Choose data…"), [this] { chooseData(); });
    });
    connect(&d->evaluator, &EvaluateController::evaluated, this, [this] {
        // The allocation shows what was measured itself.
        if (!d->actions.allocate->isChecked()) {
            showDrawer(BottomDrawer::RunsTab);
        }
    });
    connect(&d->sessions, &SessionController::closeRequested, this, &QWidget::close);
    connect(&d->status, &StatusController::problemCountChanged, d->drawer, &BottomDrawer::setProblemCount);
    connect(d->recipe, &RecipePanel::compareRequested, &d->formats, &FormatController::openPicker);
    connect(&d->formats, &FormatController::canCompareChanged, this,
        [this] { d->actions.compareFormats->setEnabled(d->formats.canCompare()); });
    connect(d->totals, &TotalsBar::jobsRequested, this, [this] { showDrawer(BottomDrawer::JobsTab); });
    connect(&d->bench.document, &SessionDocument::modelChanged, this, [this] {
        updatePages();
        updateTitle();
        updateActions();
    });
    connect(&d->bench.document, &SessionDocument::dirtyChanged, this, &MainWindow::updateTitle);
    connect(&d->bench.document, &SessionDocument::filePathChanged, this, &MainWindow::updateTitle);
}

void MainWindow::showDrawer(int tab)
{
    d->drawer->setCurrentTab(static_cast<BottomDrawer::Tab>(tab));
    d->drawerDock->show();
}

void MainWindow::openPaths(const QStringList& paths)
{
    d->opener.openPaths(paths);
}
void MainWindow::offerRecovery()
{
    d->sessions.offerRecovery();
}

void MainWindow::updateTitle()
{
    if (!d->bench.document.isOpen()) {
        setWindowTitle(QStringLiteral("Bitwright"));
        setWindowModified(false);
        return;
    }
    const QString& file = d->bench.document.filePath();
    const QString name = modelNameText(file.isEmpty() ? d->bench.document.session().modelPath : toStdPath(file));
    setWindowTitle(QStringLiteral("%1[*] — Bitwright").arg(name));
    setWindowModified(d->bench.document.isDirty());
}

void MainWindow::updateActions()
{
    d->actions.setOpen(d->bench.document.isOpen(), d->evaluator.whyNot().isEmpty(), d->evaluator.isEvaluating());
    d->actions.compareFormats->setEnabled(d->formats.canCompare());
    d->actions.openSample->setEnabled(findSample().exists());
}

/// The docks belong to an open model; the start page stands alone.
void MainWindow::updatePages()
{
    const bool isOpen = d->bench.document.isOpen();
    const bool wasOpen = std::exchange(d->wasOpen, isOpen);
    if (!isOpen) {
        d->actions.allocate->setChecked(false);
    }
    const bool isAllocating = d->actions.allocate->isChecked();
    d->pages->setCurrentWidget(d->diff.isShown() ? static_cast<QWidget*>(d->diffView)
            : !isOpen                            ? d->start
            : isAllocating                       ? static_cast<QWidget*>(d->allocationView)
                                                 : d->view);
    for (int page = 0; page < d->pages->count(); ++page) {
        // A page nobody sees takes no room from the panels.
        QWidget* each = d->pages->widget(page);
        const auto policy = each == d->pages->currentWidget() ? QSizePolicy::Preferred : QSizePolicy::Ignored;
        each->setSizePolicy(policy, policy);
    }
    if (!isOpen) {
        d->layersDock->hide();
        d->recipeDock->hide();
    } else if (!wasOpen) {
        d->layersDock->show();
        d->recipeDock->show();
    }
    d->layersDock->toggleViewAction()->setEnabled(isOpen);
    d->recipeDock->toggleViewAction()->setEnabled(isOpen);
    // An empty line of figures says nothing; while the first file is read, it tells what goes on.
    statusBar()->setVisible(isOpen || d->bench.jobs.activeCount() > 0);
}

void MainWindow::updateStartPage()
{
    std::vector<SampleCard> samples;
    if (findSample().exists()) {
        samples.push_back({ QStringLiteral("shapes"), tr("Shapes"),
            tr("A small image classifier, trained for Bitwright: see it, quantize it, measure it."),
            d->sampleThumbnail });
    }
    d->start->setSamples(samples);
    std::vector<RecentFile> recent;
    const QStringList paths = d->isForPictures ? QStringList() : settings::recentFiles();
    for (const QString& path : paths) {
        const QFileInfo file(path);
        recent.push_back({ path, modelNameText(toStdPath(path)),
            file.exists() ? tr("%1, %2", "size, date")
                                .arg(bytesText(static_cast<qulonglong>(file.size())),
                                    QLocale().toString(file.lastModified().date(), QLocale::ShortFormat))
                          : tr("missing"),
            !file.exists() });
    }
    d->start->setRecentFiles(recent);
}

void MainWindow::setSampleThumbnail(const QVector<float>& histogram)
{
    d->sampleThumbnail = histogram;
    if (!d->isForPictures) {
        settings::setSampleThumbnail(histogram);
    }
    updateStartPage();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!d->isForPictures && !d->sessions.mayClose()) {
        event->ignore();
        return;
    }
    if (!d->isForPictures) {
        settings::setWindowGeometry(saveGeometry());
        if (d->bench.document.isOpen()) {
            // Panels that only made room are there again next time.
            makeRoom(false);
            settings::setWindowState(saveState(layoutVersion));
            settings::setLayerTableState(d->layers->saveState());
        }
    }
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localFiles(*event->mimeData()).isEmpty()) {
        event->acceptProposedAction();
    }
}

void MainWindow::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    openPaths(localFiles(*event->mimeData()));
}

} // namespace bw
