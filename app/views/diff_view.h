#pragma once

#include "widgets/diff/diff_model.h"

#include <QWidget>

#include <set>

class QHBoxLayout;
class QLineEdit;
class QPushButton;
class QTableView;

namespace bw {

class ElidedLabel;
class EmptyNote;
class LayerFilterProxy;
class PairPlot;
class ToneLabel;

/// What the page says above the tensors.
struct DiffHeading
{
    QString a; ///< name, kind of file, number of values
    QString b;
    QString total; ///< over all values both have
};

/// How many tensors got a verdict.
struct DiffGroup
{
    int verdict = 0;
    QString title;
    qulonglong count = 0;
};

/// Two models side by side: verdicts to filter by, a row per tensor, and the histograms of the chosen one over each
/// other. Arrangement only.
class DiffView : public QWidget
{
    Q_OBJECT

public:
    explicit DiffView(QWidget* parent = nullptr);

    /// Nothing to show yet: `text` says what goes on.
    void setWaiting(const DiffHeading& heading, const QString& text);
    void setResult(const DiffHeading& heading, const std::vector<DiffGroup>& groups, std::vector<DiffRow> rows);

    PairPlot& plot() { return *m_plot; }
    DiffModel& tensors() { return *m_model; }
    QTableView& table() { return *m_table; }
    /// Of the model; -1: none.
    int currentRow() const;

Q_SIGNALS:
    void currentRowChanged(int row);
    void swapRequested();
    void closeRequested();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    class Filter;
    QWidget* buildHeading();
    QTableView* buildTable();
    void setHeading(const DiffHeading& heading);
    void fitColumns();
    void setGroups(const std::vector<DiffGroup>& groups);

    ElidedLabel* m_a;
    ElidedLabel* m_b;
    ToneLabel* m_total;
    QPushButton* m_swap;
    QPushButton* m_close;
    QHBoxLayout* m_groups;
    QLineEdit* m_search;
    DiffModel* m_model;
    Filter* m_filter;
    QTableView* m_table;
    PairPlot* m_plot;
    QWidget* m_content;
    EmptyNote* m_wait;
};

} // namespace bw
