#pragma once

#include "app/document/exponent_results.h"
#include "core/model/model.h"

#include <QObject>
#include <QTimer>
#include <QVector>

#include <optional>
#include <set>
#include <vector>

namespace bw {

class EditController;
class LayerPanel;
class LayerViewPage;
class RecipePanel;
class Workbench;

/// Keeps table, pictures and inspector showing what is known of the selected layers, and sends their gestures to the
/// EditController.
class InspectController : public QObject
{
    Q_OBJECT
public:
    InspectController(Workbench& bench, EditController& edits, LayerPanel& layers, LayerViewPage& view,
        RecipePanel& recipe, QObject* parent = nullptr);

    LayerId currentLayer() const { return m_current; }
    void showLayer(LayerId layer);
    /// Shows everything that waits for the next frame now.
    void refreshNow();
    /// The formats and methods editors offer; also after a change of language.
    void fillChoices();

Q_SIGNALS:
    void currentChanged();
    /// The histogram of the sample's first shown layer is known.
    void thumbnailReady(const QVector<float>& histogram);

private:
    void connectGestures();
    void openModel();
    void selectionChanged();
    void schedule();
    void refreshRows();
    void refreshPictures();
    void refreshRecipe();
    void showFoundValues();
    void jumpTo(double value);
    void offerThumbnail();

    Workbench& m_bench;
    EditController& m_edits;
    LayerPanel& m_layers;
    LayerViewPage& m_view;
    RecipePanel& m_recipe;
    LayerId m_current;
    std::vector<LayerId> m_selected;
    std::set<LayerId> m_changedRows;
    bool m_arePicturesDue = false;
    bool m_isRecipeDue = false;
    bool m_wantsThumbnail = false;
    QTimer m_timer;
};

} // namespace bw
