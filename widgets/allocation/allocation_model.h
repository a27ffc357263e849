#pragma once

#include "widgets/allocation/allocation_values.h"

#include <QAbstractTableModel>

namespace bw {

/// Layers with what they are given. Rows that stay the same are not reported, so that a drag repaints little.
class AllocationModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        LayerColumn,
        LockColumn,
        BitsColumn, ///< the bar
        FormatColumn,
        ShareColumn,
        DamageColumn,
        ColumnCount
    };

    explicit AllocationModel(QObject* parent = nullptr);

    /// Same names in the same order: what differs is updated; else everything is new.
    void setRows(std::vector<AllocationRow> rows);
    const std::vector<AllocationRow>& rows() const { return m_rows; }
    const AllocationRow& rowAt(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    /// Bits of the longest bar there may be.
    double mostBits() const { return m_mostBits; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString text(const AllocationRow& row, int column) const;

    std::vector<AllocationRow> m_rows;
    double m_mostBits = 8;
    int m_nameEnding = 0;
};

/// The state of a row in words: "locked, tied (group 2), at least 3 bits".
QString constraintText(const AllocationRow& row);

} // namespace bw
