#pragma once

#include "widgets/plots/outliers_view.h"

#include <QAbstractTableModel>

namespace bw {

/// The largest magnitudes: rank, value, distance from the mean in standard deviations, coordinates.
class OutlierTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        RankColumn,
        ValueColumn,
        SigmaColumn,
        CoordinatesColumn,
        IndexColumn,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;
    void setPicture(const OutliersPicture& picture);
    const OutliersPicture& picture() const { return m_picture; }
    /// Distance from the mean in standard deviations, with its sign; 0 if unknown.
    double sigmas(std::size_t row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    OutliersPicture m_picture;
};

} // namespace bw
