// The commands that ask for a file or show something over the window.

#include "app/core_text.h"
#include "app/main_window_p.h"
#include "core/base/version.h"
#include "widgets/allocation/budget_editor.h"
#include "widgets/text.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>

#include <utility>

namespace bw {

void MainWindow::chooseFile()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open"), settings::lastFolder(), OpenController::fileFilters().join(QStringLiteral(";;")));
    if (!path.isEmpty()) {
        settings::setLastFolder(QFileInfo(path).absolutePath());
        openPaths({ path });
    }
}

void MainWindow::chooseData()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Choose evaluation data"), settings::lastFolder(),
        tr("Samples (*.safetensors *.npz *.h5 *.hdf5 *.gz *-ubyte)") % QStringLiteral(";;") % tr("All files (*)"));
    if (!path.isEmpty()) {
        settings::setLastFolder(QFileInfo(path).absolutePath());
        d->opener.setData(path);
    }
}

/// The open model with another one, or any two.
void MainWindow::chooseComparison()
{
    const QString filters = OpenController::fileFilters().join(QStringLiteral(";;"));
    QStringList paths;
    if (d->bench.document.isOpen()) {
        const QString path
            = QFileDialog::getOpenFileName(this, tr("Compare with another model"), settings::lastFolder(), filters);
        paths = path.isEmpty() ? QStringList() : QStringList { pathText(d->bench.document.session().modelPath), path };
    } else {
        paths
            = QFileDialog::getOpenFileNames(this, tr("Choose two models to compare"), settings::lastFolder(), filters);
        if (paths.size() == 1 || paths.size() > 2) {
            d->banners.inform(tr("To compare, choose two files: hold Ctrl while you click the second one."));
            return;
        }
    }
    if (paths.size() == 2) {
        settings::setLastFolder(QFileInfo(paths.back()).absolutePath());
        d->diff.compare(paths.front(), paths.back());
    }
}

void MainWindow::chooseCalibration()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Choose calibration data"), settings::lastFolder(),
        tr("Samples (*.safetensors *.npz *.h5 *.hdf5 *.gz *-ubyte)") % QStringLiteral(";;") % tr("All files (*)"));
    if (!path.isEmpty()) {
        settings::setLastFolder(QFileInfo(path).absolutePath());
        d->allocation.setCalibrationData(path);
    }
}

void MainWindow::chooseImportance()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Choose importance matrix"), settings::lastFolder(),
        tr("Importance matrices (*.dat *.gguf)") % QStringLiteral(";;") % tr("All files (*)"));
    if (!path.isEmpty()) {
        settings::setLastFolder(QFileInfo(path).absolutePath());
        d->allocation.setImportance(path);
    }
}

/// Bars and front need the room of the panels that speak of single layers, and list them once more.
void MainWindow::makeRoom(bool isNeeded)
{
    for (auto& [dock, wasShown] : { std::pair<QDockWidget*, bool&>(d->layersDock, d->hidesLayers),
             std::pair<QDockWidget*, bool&>(d->recipeDock, d->hidesRecipe) }) {
        if (isNeeded) {
            wasShown = wasShown || dock->isVisible();
            dock->hide();
        } else if (std::exchange(wasShown, false) && d->bench.document.isOpen()) {
            dock->show();
        }
    }
    d->totals->setSizesShown(!isNeeded);
}

void MainWindow::showAllocation(bool isShown)
{
    if (d->actions.allocate->isChecked() != isShown) {
        // Comes back here.
        d->actions.allocate->setChecked(isShown);
        return;
    }
    d->diff.close();
    makeRoom(isShown);
    updatePages();
    d->allocation.setActive(isShown);
    if (isShown) {
        d->allocationView->budget().focusField();
    }
}

void MainWindow::saveSession(bool isAs)
{
    QString path = d->bench.document.filePath();
    if (isAs || path.isEmpty()) {
        path = QFileDialog::getSaveFileName(this, tr("Save session"),
            path.isEmpty() ? d->sessions.suggestedPath() : path, tr("Bitwright sessions (*.bitw)"));
    }
    if (!path.isEmpty()) {
        d->sessions.save(path);
    }
}

void MainWindow::chooseExport(bool dequantized)
{
    const QStringList filters = ExportController::modelFilters();
    QString filter;
    const QString path = QFileDialog::getSaveFileName(this, dequantized ? tr("Export as float") : tr("Export model"),
        d->exporter.suggestedPath(QStringLiteral(".safetensors")), filters.join(QStringLiteral(";;")), &filter);
    if (!path.isEmpty()) {
        d->exporter.exportModel(path, dequantized, filter);
    }
}

void MainWindow::openGotoBox()
{
    std::vector<GotoTarget> targets;
    if (const ModelPtr& model = d->bench.document.model()) {
        for (const LayerInfo& layer : model->layers()) {
            targets.push_back(
                { shownName(layer.name), QString::fromStdString(shapeText(layer.view.shape)), [this, id = layer.id] {
                     d->inspector.showLayer(id);
                     showAllocation(false);
                 } });
        }
    }
    for (QAction* action : d->actions.named()) {
        if (action->isEnabled() && action != d->actions.goTo) {
            QString title = action->text();
            targets.push_back({ title.remove(u'&'), action->shortcut().toString(QKeySequence::NativeText),
                [action] { action->trigger(); } });
        }
    }
    d->gotoBox->open(std::move(targets));
}

void MainWindow::showShortcuts()
{
    std::vector<ShortcutLine> lines;
    for (const QAction* action : d->actions.named()) {
        if (!action->shortcut().isEmpty()) {
            QString title = action->text();
            lines.push_back({ action->shortcut().toString(QKeySequence::NativeText), title.remove(u'&') });
        }
    }
    lines.push_back({ tr("Arrow keys"), tr("Nudge the focused handle (Shift: coarse, Alt: fine)") });
    lines.push_back({ tr("Tab"), tr("Next handle of a picture") });
    lines.push_back({ tr("Esc"), tr("Put a drag back") });
    lines.push_back({ tr("Double-click"), tr("Snap to the optimum, or reset the zoom") });
    lines.push_back({ tr("Right-click"), tr("Type a value") });
    lines.push_back({ tr("Wheel"), tr("Zoom at the pointer (Ctrl: the other axis)") });
    d->shortcuts->open(lines);
}

void MainWindow::showAbout()
{
    d->banners.inform(
        tr("Bitwright %1: a workbench for quantizing neural networks. Free software under the GPL, version 3 or later.")
            .arg(QString::fromLatin1(toolVersion())));
}

void MainWindow::fillRecentMenu()
{
    QMenu* menu = d->actions.recentMenu;
    menu->clear();
    for (const QString& path : settings::recentFiles()) {
        QAction* action = menu->addAction(modelNameText(toStdPath(path)), this, [this, path] { openPaths({ path }); });
        action->setEnabled(QFileInfo::exists(path));
    }
    if (menu->isEmpty()) {
        menu->addAction(tr("No recent files"))->setEnabled(false);
    }
}

void MainWindow::fillSnapshotMenu()
{
    QMenu* menu = d->actions.snapshotMenu;
    menu->clear();
    for (const Snapshot& snapshot : *d->bench.document.session().snapshots) {
        const QString name = QString::fromStdString(snapshot.name);
        menu->addAction(shownName(snapshot.name), this,
            [this, name, recipe = snapshot.recipe] { d->edits.replaceRecipe(recipe, tr("Back to %1").arg(name)); });
    }
    if (menu->isEmpty()) {
        menu->addAction(tr("No snapshots yet"))->setEnabled(false);
    }
}

} // namespace bw
