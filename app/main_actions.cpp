#include "app/main_actions.h"

#include "widgets/icons.h"

#include <QAction>
#include <QKeySequence>
#include <QMenu>
#include <QMenuBar>
#include <QRegularExpression>
#include <QToolBar>
#include <QToolButton>
#include <QUndoStack>

namespace bw {

MainActions::MainActions(QUndoStack& undoStack, QObject* parent)
    : QObject(parent)
    , open(make("open", tr("&Open…"), QKeySequence::Open))
    , openSample(make("openSample", tr("Open &sample")))
    , openData(make("openData", tr("Choose evaluation &data…"), QKeySequence(Qt::CTRL | Qt::Key_D)))
    , compareModels(
          make("compareModels", tr("Compare &with another model…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D)))
    , save(make("save", tr("&Save session"), QKeySequence::Save))
    , saveAs(make("saveAs", tr("Save session &as…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)))
    , exportModel(make("exportModel", tr("&Export model…"), QKeySequence(Qt::CTRL | Qt::Key_E)))
    , exportFloat(make("exportFloat", tr("Export as &float…")))
    , exportReport(make("exportReport", tr("Export re&port…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E)))
    , exportRecipe(make("exportRecipe", tr("Export re&cipe…")))
    , closeDocument(make("close", tr("C&lose"), QKeySequence::Close))
    , quit(make("quit", tr("&Quit"), QKeySequence::Quit))
    , undo(undoStack.createUndoAction(this, tr("Undo")))
    , redo(undoStack.createRedoAction(this, tr("Redo")))
    , resetLayers(make("resetLayers", tr("&Reset selected layers")))
    , compareFormats(make("compareFormats", tr("Compare &formats…"), QKeySequence(Qt::CTRL | Qt::Key_B)))
    , snapshot(make("snapshot", tr("Take &snapshot"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N)))
    , evaluate(make("evaluate", tr("&Evaluate"), QKeySequence(Qt::Key_F5)))
    , allocate(make("allocate", tr("A&llocate bits"), QKeySequence(Qt::CTRL | Qt::Key_L)))
    , calibrationData(make("calibrationData", tr("Choose &calibration data…")))
    , stopEvaluating(make("stopEvaluating", tr("S&top evaluating")))
    , findLayer(make("findLayer", tr("&Find layer"), QKeySequence::Find))
    , goTo(make("goTo", tr("&Go to anything"), QKeySequence(Qt::CTRL | Qt::Key_K)))
    , resetLayout(make("resetLayout", tr("&Reset layout")))
    , shortcuts(make("shortcuts", tr("&Keyboard shortcuts"), QKeySequence(Qt::Key_F2)))
    , about(make("about", tr("&About Bitwright")))
    , recentMenu(new QMenu(tr("Open &recent")))
    , snapshotMenu(new QMenu(tr("S&napshots")))
    , viewMenu(new QMenu(tr("&View")))
    , themeMenu(new QMenu(tr("&Theme")))
{
    undo->setObjectName(QStringLiteral("undo"));
    undo->setShortcuts(QKeySequence::Undo);
    redo->setObjectName(QStringLiteral("redo"));
    redo->setShortcuts({ QKeySequence(QKeySequence::Redo), QKeySequence(Qt::CTRL | Qt::Key_Y) });
    open->setIcon(themedIcon(IconName::Open));
    openSample->setIcon(themedIcon(IconName::Model));
    save->setIcon(themedIcon(IconName::Save));
    undo->setIcon(themedIcon(IconName::Undo));
    redo->setIcon(themedIcon(IconName::Redo));
    evaluate->setIcon(themedIcon(IconName::Play));
    allocate->setIcon(themedIcon(IconName::Allocate));
    allocate->setCheckable(true);
    allocate->setToolTip(tr("Give the model a size and see every layer's format follow (Ctrl+L)"));
    compareFormats->setIcon(themedIcon(IconName::Table));
    exportModel->setIcon(themedIcon(IconName::Export));
    snapshot->setIcon(themedIcon(IconName::Snapshot));
    goTo->setIcon(themedIcon(IconName::Search));
    resetLayout->setIcon(themedIcon(IconName::Reset));
    evaluate->setToolTip(tr("Measure the float and the quantized model on the evaluation data (F5)"));
}

QAction* MainActions::make(const char* name, const QString& text, const QKeySequence& keys)
{
    auto* action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(keys);
    return action;
}

void MainActions::fillMenus(QMenuBar& bar)
{
    QMenu* file = bar.addMenu(tr("&File"));
    file->addActions({ open, openSample });
    file->addMenu(recentMenu);
    file->addActions({ openData, compareModels });
    file->addSeparator();
    file->addActions({ save, saveAs });
    file->addSeparator();
    file->addActions({ exportModel, exportFloat, exportReport, exportRecipe });
    file->addSeparator();
    file->addActions({ closeDocument, quit });

    QMenu* edit = bar.addMenu(tr("&Edit"));
    edit->addActions({ undo, redo });
    edit->addSeparator();
    edit->addActions({ compareFormats, resetLayers, snapshot });
    edit->addMenu(snapshotMenu);
    edit->addSeparator();
    edit->addActions({ findLayer, goTo });

    QMenu* model = bar.addMenu(tr("&Model"));
    model->addActions({ evaluate, stopEvaluating });
    model->addSeparator();
    model->addActions({ allocate, calibrationData });

    bar.addMenu(viewMenu);
    QMenu* help = bar.addMenu(tr("&Help"));
    help->addActions({ shortcuts, about });
    for (QMenu* menu : { recentMenu, snapshotMenu, viewMenu, themeMenu }) {
        menu->setParent(&bar, menu->windowFlags());
    }
}

void MainActions::fillToolBar(QToolBar& bar)
{
    bar.addActions({ open, openSample });
    bar.addSeparator();
    bar.addActions({ undo, redo });
    bar.addSeparator();
    bar.addActions({ evaluate, allocate, exportModel });
    auto* spacer = new QWidget;
    spacer->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar.addWidget(spacer);
    bar.addAction(goTo);
    for (QAction* action : { openSample, evaluate, allocate, exportModel, goTo }) {
        // Chinese menus write the mnemonic behind the text: "Open(&O)"; on a button it would stay there.
        static const QRegularExpression mnemonic(QStringLiteral("\\(&[^)]\\)"));
        action->setIconText(
            action == allocate ? tr("Allocate") : QString(action->text()).remove(mnemonic).remove(QLatin1Char('&')));
        if (auto* button = qobject_cast<QToolButton*>(bar.widgetForAction(action))) {
            button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        }
    }
}

void MainActions::setOpen(bool isOpen, bool canEvaluate, bool isEvaluating)
{
    for (QAction* action : { openData, save, saveAs, exportModel, exportFloat, exportReport, exportRecipe,
             closeDocument, resetLayers, snapshot, findLayer, allocate, calibrationData }) {
        action->setEnabled(isOpen);
    }
    evaluate->setEnabled(canEvaluate && !isEvaluating);
    stopEvaluating->setEnabled(isEvaluating);
}

QList<QAction*> MainActions::named() const
{
    return { open, openSample, openData, compareModels, save, saveAs, exportModel, exportFloat, exportReport,
        exportRecipe, closeDocument, quit, undo, redo, compareFormats, resetLayers, snapshot, evaluate, stopEvaluating,
        allocate, calibrationData, findLayer, goTo, resetLayout, shortcuts, about };
}

} // namespace bw
