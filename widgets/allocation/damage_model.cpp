#include "widgets/allocation/damage_model.h"

#include "widgets/layer_names.h"
#include "widgets/models/roles.h"
#include "widgets/text.h"

#include <cmath>

namespace bw {

namespace {

QVariant aligned(bool isText)
{
    return QVariant::fromValue(Qt::Alignment((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
}

QString withError(const std::optional<double>& value, double error)
{
    return value && error > 0 ? QStringLiteral("%1 ± %2").arg(numberText(*value, 2), numberText(error, 2))
                              : numberText(value, true, 2);
}

} // namespace

void DamageModel::setRows(std::vector<DamageRow> rows)
{
    if (rows == m_rows) {
        return;
    }
    const bool isSameLength = rows.size() == m_rows.size();
    if (!isSameLength) {
        beginResetModel();
    }
    m_rows = std::move(rows);
    std::vector<QString> names;
    for (const DamageRow& row : m_rows) {
        names.push_back(row.layer);
    }
    m_nameEnding = sharedEnding(names);
    if (!isSameLength) {
        endResetModel();
    } else if (!m_rows.empty()) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

int DamageModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int DamageModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant DamageModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const DamageRow& row = m_rows[static_cast<std::size_t>(index.row())];
    // 0: not known.
    const double ratio = row.predicted && row.measured && *row.measured > 0 ? *row.predicted / *row.measured : 0;
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case LayerColumn:
            return row.layer;
        case FormatColumn:
            return row.format;
        case PredictedColumn:
            return withError(row.predicted, row.predictedError);
        case MeasuredColumn:
            return withError(row.measured, row.measuredError);
        default:
            return (row.isFlagged ? QStringLiteral("⚠ ") : QString())
                + (ratio > 0 ? tr("× %1").arg(numberText(ratio, 2)) : unknownText());
        }
    case SortRole:
        switch (index.column()) {
        case LayerColumn:
            return index.row();
        case FormatColumn:
            return row.format;
        case PredictedColumn:
            return row.predicted ? QVariant(*row.predicted) : QVariant();
        case MeasuredColumn:
            return row.measured ? QVariant(*row.measured) : QVariant();
        default:
            return ratio > 0 ? QVariant(std::fabs(std::log(ratio))) : QVariant();
        }
    case Qt::TextAlignmentRole:
        return aligned(index.column() <= FormatColumn);
    case Qt::ToolTipRole:
        return toolTipText(row.note.isEmpty() ? row.layer : QString(row.layer + u'\n' + row.note));
    case NameEndingRole:
        return index.column() == LayerColumn ? QVariant(m_nameEnding) : QVariant();
    case HasFailedRole:
        return row.isFlagged && index.column() == RatioColumn;
    default:
        return {};
    }
}

QVariant DamageModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return aligned(section <= FormatColumn);
    }
    const QString titles[] = { tr("Layer"), tr("Format"), tr("Predicted"), tr("Measured"), tr("Predicted / measured") };
    return role == Qt::DisplayRole ? QVariant(titles[section]) : QVariant();
}

} // namespace bw
