#pragma once

#include "widgets/allocation/allocation_model.h"
#include "widgets/edit_phase.h"
#include "widgets/models/layer_filter_proxy.h"

#include <QTableView>

#include <vector>

namespace bw {

class BarDelegate;

/// Layers as bars. Dragging a bar gives the layer the nearest format of its menu; arrow keys left and right step
/// through it, L toggles the lock, T ties what is selected, the context menu does the rest. Rows are those of the
/// model, however they are sorted.
class AllocationBars : public QTableView
{
    Q_OBJECT

public:
    explicit AllocationBars(QWidget* parent = nullptr);
    ~AllocationBars() override;

    AllocationModel& layers() { return m_model; }
    void setFilterText(const QString& text) { m_proxy.setFilterText(text); }
    /// Rows of the model, the current one first.
    std::vector<int> selectedRows() const;
    void selectRow(int row);
    int currentRow() const;
    /// Where the bar of a row ends, in the viewport; for tests.
    QPoint barEnd(int row) const;
    /// While the greedy walk is shown nothing can be edited.
    void setReadOnly(bool isReadOnly) { m_isReadOnly = isReadOnly; }

Q_SIGNALS:
    /// The layer gets this format of its menu and is locked to it.
    void choiceEdited(int row, int choice, bw::EditPhase phase);
    void lockEdited(const std::vector<int>& rows, bool isLocked);
    void tieEdited(const std::vector<int>& rows, bool isTied);
    void excludeEdited(const std::vector<int>& rows, bool isExcluded);
    /// Nothing: no limit. `isMinimum`: at least, else at most.
    void limitEdited(const std::vector<int>& rows, bool isMinimum, std::optional<double> bits);
    void currentRowChanged(int row);
    /// Double click or Enter: the layer is to be looked at on its own.
    void rowActivated(int row);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QModelIndex proxyIndex(int row, int column) const;
    int rowAtPosition(QPoint position, int* column) const;
    bool canDrag(int row) const;
    int nearestChoice(int row, double pixel) const;
    void endDrag(EditPhase phase);
    void setHot(int row, bool isDragged);
    void stepChoice(int direction);
    void fitColumns();
    void addLimitMenus(QMenu& menu, const std::vector<int>& rows);

    AllocationModel m_model;
    LayerFilterProxy m_proxy;
    BarDelegate* m_bars = nullptr;
    int m_draggedRow = -1;
    int m_choiceBefore = -1;
    int m_lastChoice = -1;
    bool m_hasMoved = false;
    int m_pressedX = 0;
    int m_hotRow = -1;
    bool m_isReadOnly = false;
};

} // namespace bw
