#pragma once

#include "core/evaluate/evaluation.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <vector>

namespace bw {

/// One evaluation as the panel lists it.
struct RunsEntry
{
    QString title; ///< "int4/c, 14:05"
    EvalResult result;
    bool isStale = false; ///< the recipe changed since
};

/// Evaluations: figures with interval and n, per-class table, and the test of the difference.
class RunsPanel : public QWidget
{
    Q_OBJECT

public:
    explicit RunsPanel(QWidget* parent = nullptr);
    ~RunsPanel() override;

    /// Newest first; the first is shown.
    void setRuns(const std::vector<RunsEntry>& runs);
    int currentRun() const;
    void setCurrentRun(int index);
    QSize sizeHint() const override;

Q_SIGNALS:
    void evaluateRequested();
    void currentRunEdited(int index);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
