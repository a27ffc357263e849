#pragma once

#include "app/controllers/allocation_drag.h"
#include "app/controllers/allocation_presenter.h"
#include "app/controllers/allocation_settings_controller.h"
#include "app/controllers/measure_follower.h"
#include "widgets/edit_phase.h"

#include <QObject>

#include <optional>
#include <vector>

namespace bw {

class Banners;
class EvaluateController;
class InspectController;

/// Turns gestures in the allocation view into edits: budgets and bars change the recipe, locks and ties the settings;
/// one undo step per gesture.
class AllocateController : public QObject
{
    Q_OBJECT
public:
    AllocateController(Workbench& bench, Banners& banners, EvaluateController& evaluator, InspectController& inspector,
        AllocationView& view, QObject* parent = nullptr);

    /// The view is shown, or left. Damages are computed at the first look if nothing hinders it.
    void setActive(bool isActive);
    void editBudget(const Budget& budget, EditPhase phase);
    void editChoice(int layer, int choice, EditPhase phase) { m_drag.editChoice(layer, choice, phase); }
    void setCalibrationData(const QString& location) { m_settings.setCalibrationData(location); }
    void setImportance(const QString& location) { m_settings.setImportance(location); }
    /// Why the allocation cannot be refined by measuring; empty if it can.
    QString whyNotRefine() const;
    AllocationResults& results() { return m_results; }
    AllocationPresenter& presenter() { return m_presenter; }
    bool isBusy() const
    {
        return m_results.isComputing() || m_results.isBuilding() || m_drag.isWaiting() || m_refineJob != 0;
    }

Q_SIGNALS:
    /// Somebody has to choose calibration data.
    void dataNeeded();
    void matrixNeeded();
    /// A layer is to be looked at on its own.
    void layerOpened(bw::LayerId layer);

private:
    void connectView(AllocationView& view);
    void measureLayers();
    void refine();
    void adoptRefined(const std::vector<std::uint32_t>& groupChoices, const std::string& name);
    void keepAsA();
    void goToStep(int row);
    void wish(const Budget& budget);
    void grantWish();
    LayerId layerAt(int row) const;
    const AllocationSettings& settings() const;

    Workbench& m_bench;
    Banners& m_banners;
    AllocationResults m_results;
    AllocationPresenter m_presenter;
    AllocationSettingsController m_settings;
    AllocationDrag m_drag;
    MeasureFollower m_follower;
    std::optional<Budget> m_wish; ///< asked for before damages were known
    quint64 m_refineJob = 0;
};

} // namespace bw
