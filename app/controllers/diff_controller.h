#pragma once

#include "app/jobs/coalescing_job.h"
#include "core/diff/model_diff.h"

#include <QObject>
#include <QString>

#include <memory>

namespace bw {

class Banners;
class DiffView;
class Workbench;

/// Compares two model files and shows the result. What is open stays open and as it is.
class DiffController : public QObject
{
    Q_OBJECT
public:
    DiffController(Workbench& bench, Banners& banners, DiffView& view, QObject* parent = nullptr);

    void compare(const QString& pathA, const QString& pathB);
    /// Stops what runs, and forgets the models.
    void close();
    bool isShown() const { return m_isShown; }
    bool isBusy() const { return m_job != 0 || m_histograms.isBusy(); }

Q_SIGNALS:
    /// Shown now, or no longer.
    void shownChanged();

private:
    /// Both models and what became of their tensors; shared with jobs.
    struct Comparison
    {
        ModelPtr a;
        ModelPtr b;
        ModelDiff diff;
        std::vector<std::size_t> order; ///< rows: indices into diff.tensors
    };
    void show(std::shared_ptr<const Comparison> comparison);
    void showProgress();
    void showTensor(int row);
    void setShown(bool isShown);

    Workbench& m_bench;
    Banners& m_banners;
    DiffView& m_view;
    CoalescingJob m_histograms;
    std::shared_ptr<const Comparison> m_comparison;
    QString m_pathA;
    QString m_pathB;
    quint64 m_job = 0;
    bool m_isShown = false;
};

} // namespace bw
