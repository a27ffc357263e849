#pragma once

#include "core/model/model.h"

#include <QAbstractTableModel>
#include <QString>

#include <optional>
#include <unordered_map>
#include <vector>

namespace bw {

/// One line of the layer table. Unknown figures are empty and shown as "—".
struct LayerRow
{
    LayerId id;
    QString name; ///< plain text, made safe to show
    QString kind;
    QString shape;
    qulonglong parameters = 0;
    QString format; ///< canonical spelling; empty when kept
    std::optional<double> bits; ///< per weight, scales and tables counted
    std::optional<double> r; ///< RMSE/RMS
    std::optional<double> sqnr; ///< dB
    std::optional<double> kurtosis;
    std::optional<double> outlierShare; ///< share beyond 3 sigma
    std::vector<float> sparkline; ///< bin heights, any scale; empty: not known yet
    bool isKept = false; ///< stays in the file's own type
    bool isFixed = false; ///< no recipe can quantize it
    QString note; ///< why kept, or what failed
    bool hasFailed = false;
    bool isStale = false; ///< figures belong to an earlier recipe
    friend bool operator==(const LayerRow&, const LayerRow&) = default;
};

class LayerTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        NameColumn,
        SparklineColumn,
        FormatColumn,
        BitsColumn,
        ErrorColumn,
        SqnrColumn,
        KindColumn,
        ShapeColumn,
        ParametersColumn,
        KurtosisColumn,
        OutliersColumn,
        ColumnCount
    };

    explicit LayerTableModel(QObject* parent = nullptr);

    /// Replaces everything (a model reset).
    void setRows(std::vector<LayerRow> rows);
    /// Changes one line in place; ignored if the id is not in the table.
    void updateRow(LayerId id, const LayerRow& row);
    /// Changes many lines with one notice. Ids that are not in the table are ignored.
    void updateRows(const std::vector<LayerRow>& rows);
    /// nullptr if absent.
    const LayerRow* row(LayerId id) const;
    const LayerRow& rowAt(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    /// -1 if absent.
    int rowOf(LayerId id) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QVariant displayText(const LayerRow& row, int column) const;
    QVariant sortValue(const LayerRow& row, int column) const;
    QString toolTip(const LayerRow& row, int column) const;

    std::vector<LayerRow> m_rows;
    int m_nameEnding = 0;
    std::unordered_map<LayerId, int> m_rowOfId;
};

} // namespace bw
