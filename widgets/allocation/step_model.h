#pragma once

#include "widgets/allocation/allocation_values.h"

#include <QAbstractTableModel>

namespace bw {

/// Roles of StepModel's waterfall: shares of the greatest damage shown, 0…1.
enum StepRole : int
{
    StepFromRole = Qt::UserRole + 100,
    StepToRole
};

/// The next (and the last taken) steps of the greedy walk, in its order.
class StepModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        LayerColumn,
        ChangeColumn,
        CostColumn,
        SavingColumn, ///< the waterfall
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;
    void setRows(std::vector<StepRow> rows);
    const std::vector<StepRow>& rows() const { return m_rows; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<StepRow> m_rows;
    double m_low = 0;
    double m_high = 1;
};

} // namespace bw
