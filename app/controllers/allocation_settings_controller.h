#pragma once

#include "core/session/allocation_settings.h"

#include <QObject>
#include <QString>

#include <functional>
#include <string>
#include <vector>

namespace bw {

class AllocationBars;
class AllocationInputs;
class AllocationPresenter;
class AllocationResults;
class AllocationView;
class Workbench;

/// What is held fast in an allocation, and what it is computed from: edits of the session's settings, one undo step
/// each. Where that changes what can be chosen, the recipe follows within the same step.
class AllocationSettingsController : public QObject
{
    Q_OBJECT
public:
    AllocationSettingsController(Workbench& bench, AllocationResults& results, AllocationPresenter& presenter,
        AllocationView& view, QObject* parent = nullptr);

    void setCalibrationData(const QString& location);
    void setImportance(const QString& location);
    /// A new ground stands: settles what waited for it.
    void grounded();

Q_SIGNALS:
    /// Somebody has to choose calibration data.
    void dataNeeded();
    /// Somebody has to choose an importance matrix.
    void matrixNeeded();

private:
    void connectBars(AllocationBars& bars);
    void connectInputs(AllocationInputs& inputs);
    /// `resolves`: the recipe follows within the same step, once it is known what can be chosen from now.
    void editSettings(const QString& label, bool resolves, const std::function<void(AllocationSettings&)>& change);
    void editLayers(const std::vector<int>& layers, const QString& label, bool resolves,
        const std::function<void(AllocationSettings::Layer&, int layer)>& change);
    void lock(const std::vector<int>& layers, bool isLocked);
    void tie(const std::vector<int>& layers, bool isTied);
    void addFormat(const QString& text);
    std::string nameOf(int layer) const;
    QString layerText(const std::vector<int>& layers) const;
    const AllocationSettings& settings() const;
    QString mergeKey() const { return QStringLiteral("allocation settings %1").arg(m_number); }

    Workbench& m_bench;
    AllocationResults& m_results;
    AllocationPresenter& m_presenter;
    QString m_label; ///< of the step that waits for grounded()
    bool m_isResolveDue = false;
    int m_number = 0;
};

} // namespace bw
