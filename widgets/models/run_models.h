#pragma once

#include "core/evaluate/evaluation.h"

#include <QAbstractTableModel>

#include <optional>

namespace bw {

/// Figures of one evaluation: a row for each metric, the runs side by side, each with its interval.
class RunMetricsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;
    void setResult(const EvalResult& result);
    /// What all figures count, if they count the same; else each row has its own n.
    std::optional<std::uint64_t> commonCount() const { return m_commonCount; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<std::string> m_names;
    std::optional<std::uint64_t> m_commonCount;
    EvalResult m_result;
};

/// Each class: samples, share right in each run, change from first to last.
class RunClassesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;
    void setResult(const EvalResult& result);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::optional<double> share(int row, std::size_t run) const;
    std::optional<double> number(int row, int column) const;
    int runCount() const { return static_cast<int>(m_result.runs.size()); }

    EvalResult m_result;
};

/// "top-1 accuracy" for "top1"; the name itself if unknown.
QString metricTitle(const std::string& name);
/// Whether a metric is a share, shown in percent.
bool isShare(const std::string& name);
/// "float", "quantized" in the user's language; else the label, made safe to show.
QString runTitle(const std::string& label);

} // namespace bw
