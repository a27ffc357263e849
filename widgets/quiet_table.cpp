#include "widgets/quiet_table.h"

#include "widgets/delegates/table_delegate.h"

#include <QHeaderView>
#include <QTableView>

namespace bw {

QTableView* makeQuietTable(QWidget* parent, QAbstractItemModel* model, const QString& name)
{
    auto* table = new QTableView(parent);
    table->setModel(model);
    table->setAccessibleName(name);
    table->setItemDelegate(new TableDelegate(table));
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->setTextElideMode(Qt::ElideLeft);
    table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 8);
    table->horizontalHeader()->setHighlightSections(false);
    if (model->columnCount() > 0) {
        table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    }
    table->horizontalHeader()->setMinimumSectionSize(60);
    return table;
}

void makeSortable(QTableView& table)
{
    table.horizontalHeader()->setSortIndicatorClearable(true);
    table.horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    table.setSortingEnabled(true);
}

} // namespace bw
