#pragma once

#include <QAbstractTableModel>
#include <QString>

#include <optional>
#include <vector>

namespace bw {

/// One tensor of a comparison.
struct DiffRow
{
    QString name; ///< in A; in B if only B has it
    int verdict = 0; ///< which group it belongs to: the comparison's own numbers
    QString verdictTitle; ///< "requantized"
    QString types; ///< "F32 → q4_0"
    QString shape;
    qulonglong values = 0;
    std::optional<double> r; ///< RMSE / RMS; nothing: not compared
    std::optional<double> sqnrDb;
    std::optional<double> maxError;
    QString note;
    bool isStrong = false; ///< more than rounding: shown in the error tone
    friend bool operator==(const DiffRow&, const DiffRow&) = default;
};

/// The tensors of two models side by side.
class DiffModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        NameColumn,
        VerdictColumn,
        TypesColumn,
        ValuesColumn,
        RColumn,
        SqnrColumn,
        MaxErrorColumn,
        NoteColumn,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;
    void setRows(std::vector<DiffRow> rows);
    const std::vector<DiffRow>& rows() const { return m_rows; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<DiffRow> m_rows;
    int m_nameEnding = 0;
};

} // namespace bw
