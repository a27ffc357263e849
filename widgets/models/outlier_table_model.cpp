#include "widgets/models/outlier_table_model.h"

#include "widgets/models/roles.h"
#include "widgets/text.h"

namespace bw {

void OutlierTableModel::setPicture(const OutliersPicture& picture)
{
    beginResetModel();
    m_picture = picture;
    endResetModel();
}

double OutlierTableModel::sigmas(std::size_t row) const
{
    return m_picture.std > 0 ? (static_cast<double>(m_picture.outliers[row].value) - m_picture.mean) / m_picture.std
                             : 0;
}

int OutlierTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_picture.outliers.size());
}

int OutlierTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant OutlierTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto row = static_cast<std::size_t>(index.row());
    const Outlier& outlier = m_picture.outliers[row];
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(
            Qt::Alignment((index.column() == CoordinatesColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
    }
    if (role == SortRole) {
        switch (index.column()) {
        case ValueColumn:
            return static_cast<double>(outlier.value);
        case SigmaColumn:
            return sigmas(row);
        case RankColumn:
            return static_cast<qulonglong>(row);
        default:
            return static_cast<qulonglong>(outlier.index);
        }
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (index.column()) {
    case RankColumn:
        return countText(row + 1);
    case ValueColumn:
        return numberText(static_cast<double>(outlier.value), 4);
    case SigmaColumn:
        return m_picture.std > 0 ? tr("%1 σ").arg(numberText(sigmas(row))) : unknownText();
    case CoordinatesColumn: {
        QStringList parts;
        for (const std::int64_t coordinate : coordinatesOf(outlier.index, m_picture.shape)) {
            parts << QString::number(coordinate);
        }
        return parts.isEmpty() ? unknownText() : QLatin1Char('[') + parts.join(QStringLiteral(", ")) + QLatin1Char(']');
    }
    case IndexColumn:
        return countText(outlier.index);
    default:
        return {};
    }
}

QVariant OutlierTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    const std::pair<QString, QString> texts[ColumnCount] = {
        { tr("Rank"), tr("By magnitude, largest first") },
        { tr("Value"), tr("The weight") },
        { tr("Distance"), tr("From the mean, in standard deviations") },
        { tr("Coordinates"), tr("Place in the tensor, outermost dimension first, counted from 0") },
        { tr("Index"), tr("Place in the file's order of values, counted from 0") },
    };
    switch (role) {
    case Qt::DisplayRole:
        return texts[section].first;
    case Qt::ToolTipRole:
        return texts[section].second;
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::Alignment((section == CoordinatesColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
    default:
        return {};
    }
}

} // namespace bw
