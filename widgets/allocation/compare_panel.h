#pragma once

#include "widgets/allocation/compare_model.h"

#include <QWidget>

class QComboBox;
class QPushButton;
class QTableView;

namespace bw {

class EmptyNote;

/// Two allocations side by side: A, which was kept, and B, the one of now.
class ComparePanel : public QWidget
{
    Q_OBJECT

public:
    explicit ComparePanel(QWidget* parent = nullptr);
    ~ComparePanel() override;

    /// Names that A may be; `current` −1: none.
    void setKept(const QStringList& names, int current);
    void setRows(std::vector<CompareRow> rows);
    CompareModel& model() { return m_model; }

Q_SIGNALS:
    void keepRequested();
    void keptChosen(int index);

private:
    CompareModel m_model;
    QComboBox* m_kept;
    QPushButton* m_keep;
    QTableView* m_table;
    EmptyNote* m_empty;
};

} // namespace bw
