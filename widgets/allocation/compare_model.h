#pragma once

#include "widgets/allocation/allocation_values.h"

#include <QAbstractTableModel>

namespace bw {

/// A against B.
class CompareModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;
    void setRows(std::vector<CompareRow> rows);
    const std::vector<CompareRow>& rows() const { return m_rows; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<CompareRow> m_rows;
};

} // namespace bw
