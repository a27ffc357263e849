#pragma once

class QAbstractItemModel;
class QString;
class QTableView;
class QWidget;

namespace bw {

/// A table as all of the window are: whole rows, one at a time, no grid, names first and widest. `name`: its accessible
/// name.
QTableView* makeQuietTable(QWidget* parent, QAbstractItemModel* model, const QString& name);
/// Sorted by a click on a heading, in the model's own order at first and after a third click.
void makeSortable(QTableView& table);

} // namespace bw
