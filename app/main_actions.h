#pragma once

#include <QKeySequence>
#include <QList>
#include <QObject>

class QAction;
class QMenu;
class QMenuBar;
class QToolBar;
class QUndoStack;

namespace bw {

/// All commands of the window with their names, icons and shortcuts, and where they stand in menus and tool bar.
class MainActions : public QObject
{
    Q_OBJECT
public:
    MainActions(QUndoStack& undoStack, QObject* parent);

    void fillMenus(QMenuBar& bar);
    void fillToolBar(QToolBar& bar);
    /// What needs an open document, and what needs a graph.
    void setOpen(bool isOpen, bool canEvaluate, bool isEvaluating);
    /// Everything with a name, for "go to anything" and the list of shortcuts.
    QList<QAction*> named() const;

    QAction* open;
    QAction* openSample;
    QAction* openData;
    QAction* compareModels;
    QAction* save;
    QAction* saveAs;
    QAction* exportModel;
    QAction* exportFloat;
    QAction* exportReport;
    QAction* exportRecipe;
    QAction* closeDocument;
    QAction* quit;
    QAction* undo;
    QAction* redo;
    QAction* resetLayers;
    QAction* compareFormats;
    QAction* snapshot;
    QAction* evaluate;
    QAction* allocate; ///< checkable: the work area of the whole model, else that of a layer
    QAction* calibrationData;
    QAction* stopEvaluating;
    QAction* findLayer;
    QAction* goTo;
    QAction* resetLayout;
    QAction* shortcuts;
    QAction* about;
    QMenu* recentMenu;
    QMenu* snapshotMenu;
    QMenu* viewMenu;
    QMenu* themeMenu;

private:
    QAction* make(const char* name, const QString& text, const QKeySequence& keys = {});
};

} // namespace bw
