#include "widgets/allocation/compare_model.h"

#include "widgets/models/roles.h"
#include "widgets/text.h"

namespace bw {

namespace {

QVariant aligned(bool isText)
{
    return QVariant::fromValue(Qt::Alignment((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
}

} // namespace

void CompareModel::setRows(std::vector<CompareRow> rows)
{
    if (rows != m_rows) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    }
}

int CompareModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CompareModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : 4;
}

QVariant CompareModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const CompareRow& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::TextAlignmentRole) {
        return aligned(index.column() == 0);
    }
    if (role == IsKeptRole) {
        return !row.isTotal && index.column() == 0;
    }
    if (role == NameEndingRole) {
        return row.isTotal || index.column() != 0 ? QVariant() : QVariant(row.nameEnding);
    }
    if (role == Qt::ToolTipRole && !row.isTotal) {
        return toolTipText(row.what);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    const QString texts[] = { row.what, row.a, row.b, row.difference };
    return texts[index.column()];
}

QVariant CompareModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= 4) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return aligned(section == 0);
    }
    const QString titles[] = { tr("What"), tr("A"), tr("B: now"), tr("Difference") };
    return role == Qt::DisplayRole ? QVariant(titles[section]) : QVariant();
}

} // namespace bw
