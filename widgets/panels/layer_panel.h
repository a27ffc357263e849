#pragma once

#include "widgets/models/layer_table_model.h"

#include <QWidget>

#include <memory>
#include <vector>

namespace bw {

/// Search field, layer table, counts. Owns its LayerTableModel; fill it through model().
class LayerPanel : public QWidget
{
    Q_OBJECT

public:
    explicit LayerPanel(QWidget* parent = nullptr);
    ~LayerPanel() override;

    LayerTableModel& model();
    /// Shown instead of an empty table ("Open a model to see its layers.").
    void setEmptyText(const QString& text);

    /// Selects exactly these layers (those not in the table are ignored); the first becomes current. Never emits.
    void setSelection(const std::vector<LayerId>& layers);
    /// In table order.
    std::vector<LayerId> selection() const;
    LayerId currentLayer() const;
    void setFilterText(const QString& text);
    QString filterText() const;
    /// Lists layers that no recipe can quantize too. They are always listed where there are no others, and come into
    /// view when selected.
    void setFixedShown(bool areShown);
    bool areFixedShown() const;
    void focusFilter();

    /// Column widths, order, visibility and sorting.
    QByteArray saveState() const;
    void restoreState(const QByteArray& state);

    QSize sizeHint() const override;
    bool eventFilter(QObject* watched, QEvent* event) override;

Q_SIGNALS:
    void selectionEdited(const std::vector<bw::LayerId>& layers);
    void currentLayerChanged(bw::LayerId layer);
    /// Double-click or Enter on a line.
    void layerActivated(bw::LayerId layer);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
