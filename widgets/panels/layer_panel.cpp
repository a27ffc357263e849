#include "widgets/panels/layer_panel.h"

namespace bw {

struct LayerPanel::Private
{
    LayerTableModel model;
    std::vector<LayerId> selection;
    QString filter;
};

LayerPanel::LayerPanel(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
LayerPanel::~LayerPanel() = default;

LayerTableModel& LayerPanel::model() { return d->model; }
void LayerPanel::setEmptyText(const QString&) {}
void LayerPanel::setSelection(const std::vector<LayerId>& layers) { d->selection = layers; }
std::vector<LayerId> LayerPanel::selection() const { return d->selection; }
LayerId LayerPanel::currentLayer() const { return d->selection.empty() ? LayerId {} : d->selection.front(); }
void LayerPanel::setFilterText(const QString& text) { d->filter = text; }
QString LayerPanel::filterText() const { return d->filter; }
void LayerPanel::focusFilter() {}
QByteArray LayerPanel::saveState() const { return {}; }
void LayerPanel::restoreState(const QByteArray&) {}
QSize LayerPanel::sizeHint() const { return { 430, 600 }; }

} // namespace bw
