#include "widgets/models/format_table_model.h"

#include "widgets/models/roles.h"
#include "widgets/text.h"

#include <algorithm>

namespace bw {

namespace {

std::optional<double> figure(const FormatRow& row, int column)
{
    switch (column) {
    case FormatTableModel::ErrorColumn:
        return row.r;
    case FormatTableModel::BitsColumn:
        return row.bits;
    case FormatTableModel::ProductColumn:
        return row.rTimes2b;
    case FormatTableModel::LimitColumn:
        return row.fromLimit;
    default:
        return std::nullopt;
    }
}

QString shownFigure(const FormatRow& row, int column)
{
    const auto value = figure(row, column);
    if (value && column == FormatTableModel::LimitColumn) {
        return FormatTableModel::tr("%1 dB").arg(numberText(value, row.isExact, *value < 1 ? 2 : 3));
    }
    return numberText(value, row.isExact);
}

/// All that a row says, for those who hear it.
QString spokenRow(const FormatRow& row)
{
    const QString name = row.spelling + QStringLiteral(", ") + row.heading;
    if (!row.reason.isEmpty()) {
        return FormatTableModel::tr("%1: cannot be used. %2").arg(name, row.reason);
    }
    const QString figures = FormatTableModel::tr("%1: error %2, %3 bits per weight")
                                .arg(name, numberText(row.r, row.isExact), numberText(row.bits, row.isExact));
    const QString limit = row.fromLimit
        ? FormatTableModel::tr("%1, %2 dB from the limit").arg(figures, numberText(row.fromLimit, row.isExact))
        : figures;
    return row.isCurrent ? FormatTableModel::tr("%1, in use").arg(limit) : limit;
}

} // namespace

FormatTableModel::FormatTableModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void FormatTableModel::setRows(std::vector<FormatRow> rows)
{
    if (rows == m_rows) {
        return;
    }
    const bool isSameList = std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
        [](const FormatRow& a, const FormatRow& b) { return a.spelling == b.spelling; });
    if (isSameList) {
        m_rows = std::move(rows);
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int FormatTableModel::rowOf(const QString& spelling) const
{
    const auto found
        = std::find_if(m_rows.begin(), m_rows.end(), [&](const FormatRow& row) { return row.spelling == spelling; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int FormatTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FormatTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant FormatTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const FormatRow& row = rowAt(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return column == FormatColumn ? QVariant(row.heading)
            : column == LevelsColumn  ? QVariant()
                                      : QVariant(shownFigure(row, column));
    case Qt::ToolTipRole:
        return row.reason.isEmpty() ? row.detail : row.reason;
    case Qt::AccessibleTextRole:
        return spokenRow(row);
    case Qt::TextAlignmentRole:
        return QVariant(column <= LevelsColumn ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    case SortRole:
        if (column == FormatColumn) {
            return row.heading;
        }
        if (column == LevelsColumn) {
            return static_cast<int>(row.levels.size());
        }
        return figure(row, column) ? QVariant(*figure(row, column)) : QVariant();
    case FilterRole:
        return QString(row.heading + u' ' + row.spelling + u' ' + row.detail);
    case FormatDetailRole:
        return row.reason.isEmpty() ? row.detail : row.reason;
    case FormatSpellingRole:
        return row.spelling;
    case FormatLevelsRole:
        return QVariant::fromValue(row.levels);
    case IsCurrentRole:
        return row.isCurrent;
    case IsKeptRole:
        return !row.reason.isEmpty();
    default:
        return {};
    }
}

QVariant FormatTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant(section <= LevelsColumn ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    }
    static const char* const titles[ColumnCount] = { QT_TR_NOOP("Format"), QT_TR_NOOP("Levels on this layer"),
        QT_TR_NOOP("Error R"), QT_TR_NOOP("Bits/weight"), QT_TR_NOOP("R·2^b"), QT_TR_NOOP("From the limit") };
    static const char* const helps[ColumnCount] = { QT_TR_NOOP("What the format is called"),
        QT_TR_NOOP("The values a weight can become, over the layer's histogram"),
        QT_TR_NOOP("RMSE over RMS of the weights: less is better"),
        QT_TR_NOOP("Everything that has to be stored: codes, scales and tables"),
        QT_TR_NOOP("Error times 2 to the bits: compares formats of different size; less is better"),
        QT_TR_NOOP("How far the error is above the least that any code of this size can have on weights of this "
                   "distribution (Shannon)") };
    return role == Qt::DisplayRole ? QVariant(tr(titles[section]))
        : role == Qt::ToolTipRole  ? QVariant(tr(helps[section]))
                                   : QVariant();
}

Qt::ItemFlags FormatTableModel::flags(const QModelIndex& index) const
{
    return index.isValid() ? Qt::ItemIsSelectable | Qt::ItemIsEnabled | Qt::ItemNeverHasChildren : Qt::NoItemFlags;
}

} // namespace bw
