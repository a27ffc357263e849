#include "widgets/diff/diff_model.h"

#include "widgets/layer_names.h"
#include "widgets/models/roles.h"
#include "widgets/text.h"

#include <cmath>

namespace bw {

namespace {

bool isText(int column)
{
    return column == DiffModel::NameColumn || column == DiffModel::VerdictColumn || column == DiffModel::TypesColumn
        || column == DiffModel::NoteColumn;
}

QVariant sortValue(const std::optional<double>& value)
{
    return value && !std::isnan(*value) ? QVariant(*value) : QVariant();
}

QString shown(const std::optional<double>& value)
{
    return value ? numberText(*value) : QString();
}

QString textOf(const DiffRow& row, int column)
{
    switch (column) {
    case DiffModel::NameColumn:
        return row.name;
    case DiffModel::VerdictColumn:
        return row.verdictTitle;
    case DiffModel::TypesColumn:
        return row.types;
    case DiffModel::ValuesColumn:
        return countText(row.values);
    case DiffModel::RColumn:
        return shown(row.r);
    case DiffModel::SqnrColumn:
        return shown(row.sqnrDb);
    case DiffModel::MaxErrorColumn:
        return shown(row.maxError);
    default:
        return row.note;
    }
}

} // namespace

void DiffModel::setRows(std::vector<DiffRow> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    std::vector<QString> names;
    for (const DiffRow& row : m_rows) {
        names.push_back(row.name);
    }
    m_nameEnding = sharedEnding(names);
    endResetModel();
}

int DiffModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int DiffModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant DiffModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const DiffRow& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return textOf(row, index.column());
    case SortRole:
        switch (index.column()) {
        case ValuesColumn:
            return static_cast<double>(row.values);
        case RColumn:
            return sortValue(row.r);
        case SqnrColumn:
            return sortValue(row.sqnrDb);
        case MaxErrorColumn:
            return sortValue(row.maxError);
        default:
            return textOf(row, index.column());
        }
    case FilterRole:
        return row.name;
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::Alignment((isText(index.column()) ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
    case Qt::ToolTipRole:
        return toolTipText(QStringLiteral("%1\n%2").arg(row.name, row.shape)
            + (row.note.isEmpty() ? QString() : QString(u'\n' + row.note)));
    case NameEndingRole:
        return index.column() == NameColumn ? QVariant(m_nameEnding) : QVariant();
    case HasFailedRole:
        return row.isStrong && index.column() == VerdictColumn;
    default:
        return {};
    }
}

QVariant DiffModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(
            Qt::Alignment((isText(section) ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
    }
    if (role == Qt::ToolTipRole && section == RColumn) {
        return tr("Root mean square of the differences, as a share of A's own");
    }
    const QString titles[] = { tr("Tensor"), tr("Verdict"), tr("Types"), tr("Values"), tr("R"), tr("SQNR, dB"),
        tr("Largest Δ"), tr("Note") };
    return role == Qt::DisplayRole ? QVariant(titles[section]) : QVariant();
}

} // namespace bw
