#include "widgets/models/layer_table_model.h"

#include "widgets/layer_names.h"
#include "widgets/models/roles.h"
#include "widgets/text.h"

#include <QVector>

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

QVariant orUnknown(const std::optional<double>& value)
{
    // NaN cannot be ordered; it counts as unknown.
    return value && !std::isnan(*value) ? QVariant(*value) : QVariant();
}

QVariant alignment(int column)
{
    using C = LayerTableModel;
    const bool isText = column == C::NameColumn || column == C::KindColumn || column == C::FormatColumn
        || column == C::ShapeColumn || column == C::SparklineColumn;
    return QVariant::fromValue(Qt::Alignment((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
}

} // namespace

LayerTableModel::LayerTableModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void LayerTableModel::setRows(std::vector<LayerRow> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    m_rowOfId.clear();
    m_rowOfId.reserve(m_rows.size());
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        m_rowOfId.emplace(m_rows[i].id, static_cast<int>(i));
    }
    std::vector<QString> names;
    for (const LayerRow& row : m_rows) {
        if (!row.isFixed) {
            names.push_back(row.name);
        }
    }
    m_nameEnding = sharedEnding(names);
    endResetModel();
}

void LayerTableModel::updateRow(LayerId id, const LayerRow& row)
{
    LayerRow copy = row;
    copy.id = id;
    updateRows({ copy });
}

void LayerTableModel::updateRows(const std::vector<LayerRow>& rows)
{
    int first = rowCount();
    int last = -1;
    for (const LayerRow& row : rows) {
        const int at = rowOf(row.id);
        if (at < 0 || rowAt(at) == row) {
            continue;
        }
        m_rows[static_cast<std::size_t>(at)] = row;
        first = std::min(first, at);
        last = std::max(last, at);
    }
    if (last >= 0) {
        Q_EMIT dataChanged(index(first, 0), index(last, ColumnCount - 1));
    }
}

const LayerRow* LayerTableModel::row(LayerId id) const
{
    const int at = rowOf(id);
    return at < 0 ? nullptr : &rowAt(at);
}

int LayerTableModel::rowOf(LayerId id) const
{
    const auto found = m_rowOfId.find(id);
    return found == m_rowOfId.end() ? -1 : found->second;
}

int LayerTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int LayerTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant LayerTableModel::displayText(const LayerRow& row, int column) const
{
    switch (column) {
    case NameColumn:
        return row.name;
    case FormatColumn:
        return row.isKept ? tr("kept") : row.format.isEmpty() ? unknownText() : row.format;
    case BitsColumn:
        return numberText(row.bits, true);
    case ErrorColumn:
        return row.hasFailed ? tr("failed") : numberText(row.r, true);
    case SqnrColumn:
        return numberText(row.sqnr, true);
    case KindColumn:
        return row.kind;
    case ShapeColumn:
        return row.shape;
    case ParametersColumn:
        return countText(row.parameters);
    case KurtosisColumn:
        return numberText(row.kurtosis, true);
    case OutliersColumn:
        return row.outlierShare ? percentText(*row.outlierShare, 2) : unknownText();
    default:
        return {};
    }
}

QVariant LayerTableModel::sortValue(const LayerRow& row, int column) const
{
    switch (column) {
    case NameColumn:
        return row.name;
    case FormatColumn:
        return row.isKept || row.format.isEmpty() ? QVariant() : QVariant(row.format);
    case BitsColumn:
        return orUnknown(row.bits);
    case ErrorColumn:
        return orUnknown(row.r);
    case SqnrColumn:
        return orUnknown(row.sqnr);
    case KindColumn:
        return row.kind;
    case ShapeColumn:
    case ParametersColumn:
        return row.parameters;
    case SparklineColumn:
    case KurtosisColumn:
        return orUnknown(row.kurtosis);
    case OutliersColumn:
        return orUnknown(row.outlierShare);
    default:
        return {};
    }
}

QString LayerTableModel::toolTip(const LayerRow& row, int column) const
{
    QString text;
    switch (column) {
    case NameColumn:
    case SparklineColumn:
        text = tr(
            "%1\n%2, %3, %n parameters", nullptr, static_cast<int>(std::min<qulonglong>(row.parameters, 2000000000)))
                   .arg(row.name, row.kind, row.shape);
        break;
    case FormatColumn:
        text = row.isKept ? tr("Kept in the file's own type") : row.format;
        break;
    case ErrorColumn:
        text = tr("Error of the quantized weights: RMSE / RMS");
        break;
    default:
        break;
    }
    if (!row.note.isEmpty()) {
        text += (text.isEmpty() ? QString() : QStringLiteral("\n")) + row.note;
    }
    if (row.isStale) {
        text += (text.isEmpty() ? QString() : QStringLiteral("\n")) + tr("Being computed again for the changed recipe");
    }
    return toolTipText(text);
}

QVariant LayerTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const LayerRow& row = rowAt(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return displayText(row, column);
    case Qt::ToolTipRole:
        return toolTip(row, column);
    case Qt::AccessibleTextRole:
        return column == SparklineColumn ? tr("histogram of %1").arg(row.name) : displayText(row, column).toString();
    case Qt::TextAlignmentRole:
        return alignment(column);
    case SortRole:
        return sortValue(row, column);
    case FilterRole:
        return QVariant(row.name + QLatin1Char(' ') + row.kind + QLatin1Char(' ') + row.format);
    case NameEndingRole:
        return column == NameColumn ? QVariant(row.isFixed ? 0 : m_nameEnding) : QVariant();
    case LayerIdRole:
        return row.id.value;
    case SparklineRole:
        return QVariant::fromValue(QVector<float>(row.sparkline.begin(), row.sparkline.end()));
    case IsFixedRole:
        return row.isFixed;
    case IsKeptRole:
        return row.isKept;
    case HasFailedRole:
        return row.hasFailed;
    case IsStaleRole:
        return row.isStale;
    default:
        return {};
    }
}

QVariant LayerTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    const std::pair<QString, QString> texts[ColumnCount] = {
        { tr("Name"), tr("Name of the tensor in the file") },
        { tr("Weights"), tr("Histogram of the weights; sorts by kurtosis") },
        { tr("Format"), tr("Number format of the recipe") },
        { tr("Bits"), tr("Bits per weight, with scales and tables") },
        { tr("R"), tr("Error of the quantized weights: RMSE / RMS") },
        { tr("SQNR"), tr("Signal to quantization noise, in dB") },
        { tr("Kind"), tr("What the tensor is for") },
        { tr("Shape"), tr("Sizes of each dimension") },
        { tr("Parameters"), tr("Number of weights") },
        { tr("Kurtosis"), tr("Weight of the tails: 3 for a normal distribution") },
        { tr("Outliers"), tr("Share of the weights farther than 3 standard deviations from the mean") },
    };
    switch (role) {
    case Qt::DisplayRole:
        return texts[section].first;
    case Qt::ToolTipRole:
        return texts[section].second;
    case Qt::TextAlignmentRole:
        return alignment(section);
    default:
        return {};
    }
}

} // namespace bw
