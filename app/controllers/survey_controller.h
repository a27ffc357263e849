#pragma once

#include "app/document/format_survey.h"
#include "core/distributions/limit_lines.h"
#include "core/model/model.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace bw {

class CoalescingJob;
class EditController;
class FormatsView;
class InspectController;
class LayerViewPage;
class Workbench;

/// Fills the picture of all format families, on the shown layer or the whole model, with the limits of theory, and
/// gives layers what is chosen there. Works only while the picture is seen.
class SurveyController : public QObject
{
    Q_OBJECT
public:
    SurveyController(Workbench& bench, EditController& edits, InspectController& inspector, LayerViewPage& view,
        QObject* parent = nullptr);
    ~SurveyController() override;

    bool isBusy() const;
    /// Shows what is known now.
    void refreshNow();

private:
    bool isShown() const;
    bool isOfModel() const;
    bool canAsk() const;
    std::vector<LayerId> askedLayers() const;
    std::optional<QuantFormat> currentFormat() const;
    QString whyEmpty() const;
    void ask();
    void askLimits();
    void forget();
    void showSoon();
    void show();

    Workbench& m_bench;
    EditController& m_edits;
    InspectController& m_inspector;
    LayerViewPage& m_page;
    FormatsView& m_view;
    FormatSurvey m_survey;
    std::unique_ptr<CoalescingJob> m_limitJob;
    QTimer m_timer;
    std::vector<LayerId> m_asked; ///< layers of the running or answered question
    std::vector<RateLimits> m_limits; ///< of those layers
    ShannonLine m_shannon;
    bool m_areLimitsAsked = false;
};

} // namespace bw
