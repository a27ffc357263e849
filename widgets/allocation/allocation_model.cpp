#include "widgets/allocation/allocation_model.h"

#include "widgets/layer_names.h"
#include "widgets/models/roles.h"
#include "widgets/text.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
constexpr double longestBar = 16.5;
} // namespace

QString constraintText(const AllocationRow& row)
{
    QStringList parts;
    if (row.isExcluded) {
        parts << AllocationModel::tr("excluded: stays as it is");
    }
    if (row.isLocked) {
        parts << AllocationModel::tr("locked");
    }
    if (row.tie > 0) {
        parts << AllocationModel::tr("tied (group %1)").arg(row.tie);
    }
    if (row.minBits) {
        parts << AllocationModel::tr("at least %1 bits").arg(numberText(*row.minBits));
    }
    if (row.maxBits) {
        parts << AllocationModel::tr("at most %1 bits").arg(numberText(*row.maxBits));
    }
    return parts.join(QStringLiteral(", "));
}

AllocationModel::AllocationModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void AllocationModel::setRows(std::vector<AllocationRow> rows)
{
    const bool areSame = rows.size() == m_rows.size()
        && std::equal(rows.begin(), rows.end(), m_rows.begin(),
            [](const AllocationRow& a, const AllocationRow& b) { return a.name == b.name && a.menu == b.menu; });
    if (!areSame) {
        beginResetModel();
        m_rows = std::move(rows);
        std::vector<QString> names;
        for (const AllocationRow& row : m_rows) {
            names.push_back(row.name);
        }
        m_nameEnding = sharedEnding(names);
        m_mostBits = 1;
        for (const AllocationRow& row : m_rows) {
            m_mostBits = std::max(
                { m_mostBits, row.menu->empty() ? 0 : row.menu->back().bits, row.isExcluded ? 0 : row.bits });
        }
        // Tables of tiny layers cost many bits a weight; bars of all others would be hardly there.
        m_mostBits = std::min(m_mostBits, longestBar);
        endResetModel();
        return;
    }
    int first = rowCount();
    int last = -1;
    for (int row = 0; row < rowCount(); ++row) {
        const auto at = static_cast<std::size_t>(row);
        if (m_rows[at] != rows[at]) {
            m_rows[at] = std::move(rows[at]);
            first = std::min(first, row);
            last = row;
        }
    }
    if (last >= 0) {
        Q_EMIT dataChanged(index(first, 0), index(last, ColumnCount - 1));
    }
}

int AllocationModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int AllocationModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QString AllocationModel::text(const AllocationRow& row, int column) const
{
    switch (column) {
    case LayerColumn:
        return row.name;
    case BitsColumn:
        return numberText(row.bits);
    case FormatColumn:
        return row.isExcluded ? tr("kept") : row.format;
    case ShareColumn:
        return percentText(row.share, 2);
    case DamageColumn:
        return numberText(row.damage, true, 2);
    default:
        return {};
    }
}

QVariant AllocationModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const AllocationRow& row = rowAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(row, index.column());
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(
            (index.column() == ShareColumn || index.column() == DamageColumn ? Qt::AlignRight : Qt::AlignLeft)
            | Qt::AlignVCenter));
    case Qt::ToolTipRole: {
        QStringList lines { row.name, constraintText(row), row.reason };
        lines.removeAll(QString());
        return toolTipText(lines.join(u'\n'));
    }
    case Qt::AccessibleTextRole:
        return index.column() == LockColumn ? (row.isLocked ? tr("locked") : tr("not locked"))
            : index.column() == BitsColumn
            ? tr("%1: %2 bits, %3").arg(row.name, numberText(row.bits), row.isExcluded ? tr("kept") : row.format)
            : text(row, index.column());
    case SortRole:
        switch (index.column()) {
        case LayerColumn:
            return index.row();
        case LockColumn:
            return (row.isLocked ? 4 : 0) + (row.isExcluded ? 2 : 0) + (row.tie > 0 ? 1 : 0);
        case BitsColumn:
            return row.bits;
        case FormatColumn:
            return row.format;
        case ShareColumn:
            return row.share;
        default:
            return row.damage ? QVariant(*row.damage) : QVariant();
        }
    case FilterRole:
        return row.name;
    case NameEndingRole:
        return index.column() == LayerColumn ? QVariant(m_nameEnding) : QVariant();
    case IsKeptRole:
        return row.isExcluded;
    default:
        return {};
    }
}

QVariant AllocationModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(Qt::Alignment(
            (section == ShareColumn || section == DamageColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    }
    if (role == Qt::ToolTipRole) {
        switch (section) {
        case LockColumn:
            return tr("Locked layers keep their format whatever the budget");
        case BitsColumn:
            return tr("Bits per weight, scales and tables counted. Drag a bar to give the layer a format and lock it. "
                      "The warmer the colour, the more of the damage this layer does; the thin bar underneath is its "
                      "share of the model's size");
        case ShareColumn:
            return tr("Share of the model's size");
        case DamageColumn:
            return tr("Predicted damage of this layer alone");
        default:
            return {};
        }
    }
    if (role == Qt::AccessibleTextRole && section == LockColumn) {
        return tr("Lock");
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    const QString titles[] = { tr("Layer"), QString(), tr("Bits per weight"), tr("Format"), tr("Size"), tr("Damage") };
    return titles[section];
}

} // namespace bw
