#pragma once

#include "app/controllers/format_rows.h"
#include "app/document/format_survey.h"
#include "app/document/layer_work.h"
#include "core/model/model.h"
#include "widgets/panels/format_picker.h"

#include <QObject>

#include <memory>
#include <optional>

namespace bw {

class EditController;
class InspectController;
struct LayerView;
class LayerViewPage;
class Workbench;

/// Compares formats on the shown layer: fills the picker and the curves, and gives layers what is chosen there.
class FormatController : public QObject
{
    Q_OBJECT
public:
    FormatController(Workbench& bench, EditController& edits, InspectController& inspector, LayerViewPage& view,
        FormatPicker& picker, QObject* parent = nullptr);

    /// Is there a layer to compare formats on?
    bool canCompare() const;
    void openPicker();
    bool isBusy() const { return m_answers.isBusy() || m_curves.isBusy(); }
    /// Shows what is known now.
    void refreshNow();

Q_SIGNALS:
    void canCompareChanged();

private:
    struct CurveKey
    {
        LayerId layer;
        QuantFormat format; ///< without what the curves vary
        friend bool operator==(const CurveKey&, const CurveKey&) = default;
    };
    void ask(PickerQuestion question, double maxBits);
    void choose(const QuantFormat& format, PickerQuestion question);
    void layerChanged();
    void showAnswers();
    ShannonLine limitOf(const LayerView& known);
    bool areCurvesShown() const;
    void askCurves();
    void showCurves();
    QuantFormat currentFormat() const;
    std::vector<QuantFormat> familyFormats() const;

    Workbench& m_bench;
    EditController& m_edits;
    InspectController& m_inspector;
    LayerViewPage& m_view;
    FormatPicker& m_picker;
    FormatSurvey m_answers;
    FormatSurvey m_curves;
    QuantFormat m_base; ///< what families are compared with: the layer's format when the question was asked
    LayerId m_layer;
    ShannonLine m_limit;
    LayerFactsPtr m_limitFacts; ///< what m_limit was made of
    std::optional<CurveKey> m_curveKey;
};

} // namespace bw
