#pragma once

#include "widgets/allocation/allocation_values.h"

#include <QAbstractTableModel>

namespace bw {

/// Predicted and measured damage, layer by layer.
class DamageModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        LayerColumn,
        FormatColumn,
        PredictedColumn,
        MeasuredColumn,
        RatioColumn,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;
    void setRows(std::vector<DamageRow> rows);
    const std::vector<DamageRow>& rows() const { return m_rows; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<DamageRow> m_rows;
    int m_nameEnding = 0;
};

} // namespace bw
