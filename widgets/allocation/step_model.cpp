#include "widgets/allocation/step_model.h"

#include "widgets/models/roles.h"
#include "widgets/text.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

QVariant aligned(bool isText)
{
    return QVariant::fromValue(Qt::Alignment((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
}

QString signedBytes(double bytes)
{
    const QString size = bytesText(static_cast<qulonglong>(std::llround(std::fabs(bytes))));
    return (bytes < 0 ? QString(QChar(0x2212)) : QStringLiteral("+")) + size;
}

} // namespace

void StepModel::setRows(std::vector<StepRow> rows)
{
    if (rows == m_rows) {
        return;
    }
    const bool isSameLength = rows.size() == m_rows.size();
    if (!isSameLength) {
        beginResetModel();
    }
    m_rows = std::move(rows);
    m_low = m_rows.empty() ? 0 : m_rows.back().after;
    m_high = m_rows.empty() ? 1 : m_rows.front().before;
    if (!isSameLength) {
        endResetModel();
    } else if (!m_rows.empty()) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

int StepModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int StepModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant StepModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const StepRow& row = m_rows[static_cast<std::size_t>(index.row())];
    const auto share = [this](double damage) {
        return m_high > m_low ? std::clamp((damage - m_low) / (m_high - m_low), 0.0, 1.0) : 0.0;
    };
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case LayerColumn:
            return row.layer;
        case ChangeColumn:
            return tr("%1 → %2").arg(row.from, row.to);
        case CostColumn:
            return signedBytes(row.bytes);
        default:
            return numberText(row.after - row.before, 2);
        }
    case Qt::TextAlignmentRole:
        return aligned(index.column() != CostColumn);
    case Qt::ToolTipRole:
        return toolTipText(row.layer + u'\n' + row.reason);
    case NameEndingRole:
        return index.column() == LayerColumn ? QVariant(row.nameEnding) : QVariant();
    case IsKeptRole:
    case IsCurrentRole:
        return row.isTaken;
    case StepFromRole:
        return share(row.before);
    case StepToRole:
        return share(row.after);
    default:
        return {};
    }
}

QVariant StepModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return aligned(section != CostColumn);
    }
    const QString titles[] = { tr("Layer"), tr("Step"), tr("Costs"), tr("Damage falls by") };
    return role == Qt::DisplayRole ? QVariant(titles[section]) : QVariant();
}

} // namespace bw
