#pragma once

#include "app/banners.h"
#include "app/controllers/allocate_controller.h"
#include "app/controllers/diff_controller.h"
#include "app/controllers/edit_controller.h"
#include "app/controllers/evaluate_controller.h"
#include "app/controllers/export_controller.h"
#include "app/controllers/format_controller.h"
#include "app/controllers/inspect_controller.h"
#include "app/controllers/open_controller.h"
#include "app/controllers/session_controller.h"
#include "app/controllers/status_controller.h"
#include "app/controllers/survey_controller.h"
#include "app/document/autosave.h"
#include "app/main_actions.h"
#include "app/main_window.h"
#include "app/settings.h"
#include "app/views/allocation_view.h"
#include "app/views/bottom_drawer.h"
#include "app/views/diff_view.h"
#include "app/views/goto_box.h"
#include "app/views/layer_view.h"
#include "app/views/shortcuts_overlay.h"
#include "app/workbench.h"
#include "widgets/panels/format_picker.h"
#include "widgets/panels/layer_panel.h"
#include "widgets/panels/recipe_panel.h"
#include "widgets/panels/start_page.h"
#include "widgets/panels/totals_bar.h"

#include <QDockWidget>
#include <QStackedWidget>

namespace bw {

/// Everything the window is made of; for main_window*.cpp only.
struct MainWindow::Private
{
    explicit Private(MainWindow& window, bool withoutSettings)
        : isForPictures(withoutSettings)
        , picker(new FormatPicker(&window))
        , actions(bench.document.undoStack(), &window)
        , autosave(bench.document, bench.lanes, stateFolder())
        , banners(*bar)
        , edits(bench.document, bench.derived)
        , opener(bench, banners, edits, autosave)
        , sessions(bench, banners, autosave, opener)
        , evaluator(bench, banners)
        , exporter(bench, banners)
        , inspector(bench, edits, *layers, *view, *recipe)
        , formats(bench, edits, inspector, *view, *picker)
        , surveys(bench, edits, inspector, *view)
        , allocation(bench, banners, evaluator, inspector, *allocationView)
        , diff(bench, banners, *diffView)
        , status(bench, evaluator, banners, { *totals, drawer->jobs(), drawer->runs(), drawer->problems() })
    {
    }

    bool isForPictures;
    QVector<float> sampleThumbnail;
    // Views; the window owns them through the layout.
    ProblemBar* bar = new ProblemBar;
    QStackedWidget* pages = new QStackedWidget;
    StartPage* start = new StartPage;
    LayerViewPage* view = new LayerViewPage;
    AllocationView* allocationView = new AllocationView;
    DiffView* diffView = new DiffView;
    bool hidesRecipe = false; ///< the recipe panel makes room for the allocation, and comes back after it
    bool hidesLayers = false; ///< so does the list of layers
    bool wasOpen = false; ///< when the pages were last updated
    LayerPanel* layers = new LayerPanel;
    RecipePanel* recipe = new RecipePanel;
    BottomDrawer* drawer = new BottomDrawer;
    TotalsBar* totals = new TotalsBar;
    QDockWidget* layersDock = nullptr;
    QDockWidget* recipeDock = nullptr;
    QDockWidget* drawerDock = nullptr;
    FormatPicker* picker = nullptr;
    GotoBox* gotoBox = nullptr;
    ShortcutsOverlay* shortcuts = nullptr;
    // Model and controllers; torn down from the last to the first, before the views.
    Workbench bench;
    MainActions actions;
    Autosave autosave;
    Banners banners;
    EditController edits;
    OpenController opener;
    SessionController sessions;
    EvaluateController evaluator;
    ExportController exporter;
    InspectController inspector;
    FormatController formats;
    SurveyController surveys;
    AllocateController allocation;
    DiffController diff;
    StatusController status;
};

} // namespace bw
