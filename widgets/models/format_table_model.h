#pragma once

#include "core/formats/quant_format.h"

#include <QAbstractTableModel>
#include <QString>
#include <QVector>

#include <optional>
#include <vector>

namespace bw {

/// One format in the picker. Unknown figures are empty and shown as "—".
struct FormatRow
{
    QuantFormat format;
    QString heading; ///< what it is called
    QString detail; ///< one sentence under it
    QString spelling; ///< "int3s/b64"
    QVector<double> levels; ///< weight units, ascending
    std::optional<double> r; ///< RMSE/RMS
    std::optional<double> bits; ///< per weight, scales and tables counted
    std::optional<double> rTimes2b;
    std::optional<double> fromLimit; ///< dB above the Shannon limit
    bool isExact = true; ///< false: from a sample
    bool isCurrent = false; ///< the layer has this format now
    QString reason; ///< not empty: it cannot be chosen, and why
    friend bool operator==(const FormatRow&, const FormatRow&) = default;
};

class FormatTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        FormatColumn,
        LevelsColumn,
        ErrorColumn,
        BitsColumn,
        ProductColumn,
        LimitColumn,
        ColumnCount
    };

    explicit FormatTableModel(QObject* parent = nullptr);

    /// Keeps what is the same, so that a list that grows does not jump.
    void setRows(std::vector<FormatRow> rows);
    const std::vector<FormatRow>& rows() const { return m_rows; }
    const FormatRow& rowAt(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    /// -1 if there is none of this spelling.
    int rowOf(const QString& spelling) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    std::vector<FormatRow> m_rows;
};

} // namespace bw
