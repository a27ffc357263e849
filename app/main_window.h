#pragma once

#include <QMainWindow>
#include <QStringList>

#include <memory>

class QAction;

namespace bw {

class BottomDrawer;
class DiffController;
class DiffView;
class HistogramPlot;
class LayerPanel;
class LayerViewPage;
class MainActions;
class RecipePanel;
class Workbench;
class AllocateController;
class AllocationView;
class EditController;
class EvaluateController;
class ExportController;
class FormatController;
class FormatPicker;
class InspectController;
class OpenController;
class SessionController;
class StatusController;
class SurveyController;

/// The window: arranges panels, owns document and controllers, and connects commands to them. Computes nothing.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    /// `isForPictures`: neither reads nor writes what is kept between starts.
    explicit MainWindow(bool isForPictures = false, QWidget* parent = nullptr);
    ~MainWindow() override;

    void openPaths(const QStringList& paths);
    /// After the first paint: what earlier programs left.
    void offerRecovery();
    void resetLayout();
    /// Side panels get their share of the window's width.
    void fitDocks();
    void showDrawer(int tab);
    /// The picture on the sample's card: the histogram of its largest layer.
    void setSampleThumbnail(const QVector<float>& histogram);

    Workbench& bench();
    MainActions& actions();
    LayerPanel& layers();
    LayerViewPage& layerView();
    RecipePanel& recipe();
    BottomDrawer& drawer();
    EditController& edits();
    OpenController& opener();
    EvaluateController& evaluator();
    ExportController& exporter();
    FormatController& formats();
    SurveyController& surveys();
    FormatPicker& picker();
    SessionController& sessions();
    InspectController& inspector();
    StatusController& status();
    AllocateController& allocation();
    AllocationView& allocationView();
    DiffController& diff();
    DiffView& diffView();
    /// The work area of the whole model, or that of one layer.
    void showAllocation(bool isShown);

Q_SIGNALS:
    void themeChosen(const QString& theme);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildLayout();
    void buildViewMenu();
    void connectActions();
    void connectControllers();
    void updateTitle();
    void updateActions();
    void updateStartPage();
    void updatePages();
    void chooseFile();
    void chooseData();
    void chooseComparison();
    void chooseCalibration();
    void chooseImportance();
    void makeRoom(bool isNeeded);
    void saveSession(bool isAs);
    void chooseExport(bool dequantized);
    void openGotoBox();
    void showShortcuts();
    void showAbout();
    void fillRecentMenu();
    void fillSnapshotMenu();

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
