#include "widgets/allocation/allocation_bars.h"

#include "widgets/allocation/bar_delegate.h"
#include "widgets/delegates/table_delegate.h"
#include "widgets/text.h"

#include <QHeaderView>
#include <QMenu>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace bw {

namespace {

constexpr int grabDistance = 7;
constexpr int dragThreshold = 3;
constexpr double offeredLimits[] = { 2, 3, 4, 5, 6, 8 };

} // namespace

AllocationBars::AllocationBars(QWidget* parent)
    : QTableView(parent)
    , m_bars(new BarDelegate(this))
{
    m_proxy.setSourceModel(&m_model);
    setModel(&m_proxy);
    setObjectName(QStringLiteral("allocationBars"));
    setAccessibleName(tr("Bits of each layer"));
    setItemDelegate(new TableDelegate(this));
    setItemDelegateForColumn(AllocationModel::LockColumn, m_bars);
    setItemDelegateForColumn(AllocationModel::BitsColumn, m_bars);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setMouseTracking(true);
    // The end of a layer's name tells it from its neighbours.
    setTextElideMode(Qt::ElideLeft);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    QHeaderView* header = horizontalHeader();
    header->setHighlightSections(false);
    header->setSortIndicatorClearable(true);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    header->setMinimumSectionSize(28);
    header->setSectionResizeMode(QHeaderView::Fixed);
    header->setSectionResizeMode(AllocationModel::BitsColumn, QHeaderView::Stretch);
    setSortingEnabled(true);
    connect(this, &QAbstractItemView::activated, this, [this](const QModelIndex& index) {
        if (index.column() != AllocationModel::LockColumn) {
            Q_EMIT rowActivated(m_proxy.mapToSource(index).row());
        }
    });
    fitColumns();
}

AllocationBars::~AllocationBars()
{
    // The view lets go of the models before they go.
    setModel(nullptr);
}

void AllocationBars::fitColumns()
{
    const QFontMetrics metrics(font());
    verticalHeader()->setDefaultSectionSize(metrics.height() + 10);
    const int width = viewport()->width();
    const auto textWidth = [&](const char* sample) { return metrics.horizontalAdvance(QLatin1String(sample)) + 16; };
    // Narrow windows keep name and bar.
    const bool isNarrow = width < 620;
    setColumnHidden(AllocationModel::ShareColumn, isNarrow);
    setColumnHidden(AllocationModel::FormatColumn, width < 400);
    setColumnWidth(AllocationModel::LayerColumn, std::clamp(width * 27 / 100, 90, 260));
    setColumnWidth(AllocationModel::LockColumn, 34);
    setColumnWidth(AllocationModel::FormatColumn, textWidth("lloyd8/b64"));
    setColumnWidth(AllocationModel::ShareColumn, textWidth("00.0 %000"));
    setColumnWidth(AllocationModel::DamageColumn, textWidth("0.00000000"));
}

void AllocationBars::resizeEvent(QResizeEvent* event)
{
    fitColumns();
    QTableView::resizeEvent(event);
}

void AllocationBars::changeEvent(QEvent* event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        fitColumns();
    }
}

QModelIndex AllocationBars::proxyIndex(int row, int column) const
{
    return m_proxy.mapFromSource(m_model.index(row, column));
}

std::vector<int> AllocationBars::selectedRows() const
{
    std::vector<int> rows;
    const int current = currentRow();
    for (const QModelIndex& index : selectionModel()->selectedRows()) {
        const int row = m_proxy.mapToSource(index).row();
        if (row == current) {
            rows.insert(rows.begin(), row);
        } else {
            rows.push_back(row);
        }
    }
    if (rows.empty() && current >= 0) {
        rows.push_back(current);
    }
    return rows;
}

void AllocationBars::selectRow(int row)
{
    const QModelIndex index = proxyIndex(row, AllocationModel::BitsColumn);
    if (index.isValid()) {
        selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        scrollTo(index);
    }
}

int AllocationBars::currentRow() const
{
    return currentIndex().isValid() ? m_proxy.mapToSource(currentIndex()).row() : -1;
}

QPoint AllocationBars::barEnd(int row) const
{
    const QRect cell = visualRect(proxyIndex(row, AllocationModel::BitsColumn));
    const BarScale scale = BarDelegate::scaleOf(cell, m_model.mostBits());
    return { static_cast<int>(std::lround(scale.pixelOf(m_model.rowAt(row).bits))), cell.center().y() };
}

int AllocationBars::rowAtPosition(QPoint position, int* column) const
{
    const QModelIndex index = indexAt(position);
    *column = index.column();
    return index.isValid() ? m_proxy.mapToSource(index).row() : -1;
}

bool AllocationBars::canDrag(int row) const
{
    return !m_isReadOnly && row >= 0 && row < m_model.rowCount() && m_model.rowAt(row).menu->size() > 1
        && !m_model.rowAt(row).isExcluded;
}

int AllocationBars::nearestChoice(int row, double pixel) const
{
    const QRect cell = visualRect(proxyIndex(row, AllocationModel::BitsColumn));
    const double bits = BarDelegate::scaleOf(cell, m_model.mostBits()).bitsAt(pixel);
    const auto& menu = *m_model.rowAt(row).menu;
    const auto nearest = std::min_element(menu.begin(), menu.end(),
        [bits](const BarChoice& a, const BarChoice& b) { return std::fabs(a.bits - bits) < std::fabs(b.bits - bits); });
    return static_cast<int>(nearest - menu.begin());
}

void AllocationBars::setHot(int row, bool isDragged)
{
    if (row != m_hotRow || isDragged != (m_draggedRow >= 0)) {
        for (const int each : { m_hotRow, row }) {
            if (each >= 0 && each < m_model.rowCount()) {
                update(proxyIndex(each, AllocationModel::BitsColumn));
                update(proxyIndex(each, AllocationModel::LockColumn));
            }
        }
    }
    m_hotRow = row;
    m_bars->setHotRow(row, isDragged);
}

void AllocationBars::mousePressEvent(QMouseEvent* event)
{
    int column = -1;
    const int row = rowAtPosition(event->position().toPoint(), &column);
    if (event->button() == Qt::LeftButton && row >= 0 && column == AllocationModel::LockColumn && !m_isReadOnly) {
        const auto selected = selectedRows();
        const bool isPart = std::find(selected.begin(), selected.end(), row) != selected.end();
        if (!m_model.rowAt(row).isExcluded) {
            Q_EMIT lockEdited(isPart ? selected : std::vector<int> { row }, !m_model.rowAt(row).isLocked);
        }
        return;
    }
    QTableView::mousePressEvent(event);
    if (event->button() == Qt::LeftButton && column == AllocationModel::BitsColumn && canDrag(row)) {
        m_draggedRow = row;
        m_choiceBefore = m_model.rowAt(row).chosen;
        m_lastChoice = -1;
        m_hasMoved = false;
        m_pressedX = event->position().toPoint().x();
        // Rows stay where they are as long as one of them is held.
        m_proxy.setDynamicSortFilter(false);
        setHot(row, true);
    }
}

void AllocationBars::mouseMoveEvent(QMouseEvent* event)
{
    const QPoint position = event->position().toPoint();
    if (m_draggedRow >= 0) {
        if (!m_hasMoved && std::abs(position.x() - m_pressedX) < dragThreshold) {
            return;
        }
        const int choice = nearestChoice(m_draggedRow, position.x());
        if (!m_hasMoved) {
            m_hasMoved = true;
            Q_EMIT choiceEdited(m_draggedRow, choice, EditPhase::Begin);
        }
        if (choice != m_lastChoice) {
            m_lastChoice = choice;
            Q_EMIT choiceEdited(m_draggedRow, choice, EditPhase::Move);
        }
        return;
    }
    int column = -1;
    const int row = rowAtPosition(position, &column);
    setHot(row, false);
    const bool isOnEnd = column == AllocationModel::BitsColumn && canDrag(row)
        && std::abs(position.x() - barEnd(row).x()) <= grabDistance;
    if (isOnEnd) {
        viewport()->setCursor(Qt::SizeHorCursor);
    } else if (column == AllocationModel::LockColumn && row >= 0 && !m_isReadOnly) {
        viewport()->setCursor(Qt::PointingHandCursor);
    } else {
        viewport()->unsetCursor();
    }
    if (event->buttons() == Qt::NoButton || column != AllocationModel::BitsColumn) {
        QTableView::mouseMoveEvent(event);
    }
}

void AllocationBars::endDrag(EditPhase phase)
{
    const int row = std::exchange(m_draggedRow, -1);
    setHot(m_hotRow, false);
    m_proxy.setDynamicSortFilter(true);
    if (row >= 0 && m_hasMoved) {
        Q_EMIT choiceEdited(row, phase == EditPhase::Cancel ? m_choiceBefore : m_lastChoice, phase);
    }
}

void AllocationBars::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_draggedRow >= 0 && event->button() == Qt::LeftButton) {
        endDrag(EditPhase::End);
    }
    QTableView::mouseReleaseEvent(event);
}

void AllocationBars::leaveEvent(QEvent* event)
{
    if (m_draggedRow < 0) {
        setHot(-1, false);
    }
    QTableView::leaveEvent(event);
}

void AllocationBars::stepChoice(int direction)
{
    const int row = currentRow();
    if (!canDrag(row)) {
        return;
    }
    const auto& now = m_model.rowAt(row);
    const int last = static_cast<int>(now.menu->size()) - 1;
    const int next = now.chosen < 0 ? (direction > 0 ? 0 : last) : std::clamp(now.chosen + direction, 0, last);
    if (next != now.chosen) {
        Q_EMIT choiceEdited(row, next, EditPhase::End);
    }
}

void AllocationBars::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && m_draggedRow >= 0) {
        endDrag(EditPhase::Cancel);
        return;
    }
    const auto rows = selectedRows();
    if (m_isReadOnly || rows.empty() || (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier)) != 0) {
        QTableView::keyPressEvent(event);
        return;
    }
    const AllocationRow& row = m_model.rowAt(rows.front());
    switch (event->key()) {
    case Qt::Key_Left:
        stepChoice(-1);
        break;
    case Qt::Key_Right:
        stepChoice(1);
        break;
    case Qt::Key_L:
        Q_EMIT lockEdited(rows, !row.isLocked);
        break;
    case Qt::Key_T:
        Q_EMIT tieEdited(rows, row.tie == 0);
        break;
    case Qt::Key_X:
        Q_EMIT excludeEdited(rows, !row.isExcluded);
        break;
    default:
        QTableView::keyPressEvent(event);
    }
}

void AllocationBars::addLimitMenus(QMenu& menu, const std::vector<int>& rows)
{
    const AllocationRow& row = m_model.rowAt(rows.front());
    for (const bool isMinimum : { true, false }) {
        QMenu* limits = menu.addMenu(isMinimum ? tr("At least") : tr("At most"));
        const auto& now = isMinimum ? row.minBits : row.maxBits;
        const auto add = [&](const QString& title, std::optional<double> bits) {
            QAction* action = limits->addAction(
                title, this, [this, rows, isMinimum, bits] { Q_EMIT limitEdited(rows, isMinimum, bits); });
            action->setCheckable(true);
            action->setChecked(now == bits);
        };
        add(tr("No limit"), std::nullopt);
        for (const double bits : offeredLimits) {
            add(tr("%n bits", nullptr, static_cast<int>(bits)), bits);
        }
    }
}

void AllocationBars::contextMenuEvent(QContextMenuEvent* event)
{
    const auto rows = selectedRows();
    if (rows.empty() || m_isReadOnly) {
        return;
    }
    const AllocationRow row = m_model.rowAt(rows.front());
    QMenu menu(this);
    menu.setObjectName(QStringLiteral("allocationMenu"));
    QAction* lock = menu.addAction(row.isLocked ? tr("Unlock") : tr("Lock to %1").arg(row.format), this,
        [&] { Q_EMIT lockEdited(rows, !row.isLocked); });
    lock->setShortcut(Qt::Key_L);
    lock->setEnabled(!row.isExcluded);
    QAction* tie = menu.addAction(row.tie > 0 ? tr("Untie") : tr("Tie with selected: all get the same format"), this,
        [&] { Q_EMIT tieEdited(rows, row.tie == 0); });
    tie->setShortcut(Qt::Key_T);
    tie->setEnabled(row.tie > 0 || rows.size() > 1);
    QAction* exclude = menu.addAction(row.isExcluded ? tr("Quantize again") : tr("Exclude: leave as it is"), this,
        [&] { Q_EMIT excludeEdited(rows, !row.isExcluded); });
    exclude->setShortcut(Qt::Key_X);
    menu.addSeparator();
    addLimitMenus(menu, rows);
    if (canDrag(rows.front())) {
        QMenu* formats = menu.addMenu(tr("Format"));
        for (int choice = 0; choice < static_cast<int>(row.menu->size()); ++choice) {
            const BarChoice& each = (*row.menu)[static_cast<std::size_t>(choice)];
            QAction* action = formats->addAction(tr("%1, %2 bits").arg(each.format, numberText(each.bits)), this,
                [this, at = rows.front(), choice] { Q_EMIT choiceEdited(at, choice, EditPhase::End); });
            action->setCheckable(true);
            action->setChecked(choice == row.chosen);
        }
    }
    menu.exec(event->globalPos());
}

void AllocationBars::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    Q_EMIT currentRowChanged(current.isValid() ? m_proxy.mapToSource(current).row() : -1);
}

} // namespace bw
