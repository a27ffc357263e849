#pragma once

#include "app/document/derived_results.h"
#include "app/document/session_document.h"
#include "widgets/edit_phase.h"
#include "widgets/editors/format_editor.h"
#include "widgets/panels/recipe_panel.h"

#include <QObject>

#include <functional>
#include <vector>

namespace bw {

/// Turns gestures into edits of the recipe: what the selected layers (or all) get, one undo step per gesture with a
/// readable name.
class EditController : public QObject
{
    Q_OBJECT
public:
    EditController(SessionDocument& document, DerivedResults& derived, QObject* parent = nullptr);

    /// The layers that edits apply to, and the one whose pictures are dragged on.
    void setSelection(std::vector<LayerId> selected, LayerId current);
    void setScope(EditScope scope) { m_scope = scope; }
    EditScope scope() const { return m_scope; }
    bool isDragging() const { return m_isDragging; }

    void editFormatPart(const FormatEdit& edit, EditPhase phase);
    /// A whole format for the selected layers, or for all.
    void applyFormat(const QuantFormat& format, EditScope scope);
    void editMethod(const QString& method, const ParamValues& params, EditPhase phase);
    void editExponent(double exponent, EditPhase phase);
    void editClip(double low, double high, EditPhase phase);
    void editLevel(int index, double value, EditPhase phase);
    /// A level typed in: it may pass its neighbours.
    void typeLevel(int index, double value);
    void addLevel(double value);
    /// The levels as they are become a codebook of the user's own.
    void ownLevels();
    void removeLevel(int index);
    /// The selected layers get what the whole model gets.
    void resetLayers();
    void replaceRecipe(const Recipe& recipe, const QString& label);
    void takeSnapshot(const QString& name);

private:
    using FormatChange = std::function<QuantFormat(const QuantFormat&)>;
    void edit(const QString& what, EditPhase phase, const FormatChange& change);
    void begin();
    void end(EditPhase phase);
    Recipe changedRecipe(const FormatChange& change) const;
    std::vector<std::string> targetNames() const;
    QString targetText() const;
    void setLevels(const QString& what, EditPhase phase, std::vector<double> levels);

    SessionDocument& m_document;
    DerivedResults& m_derived;
    std::vector<LayerId> m_selected;
    LayerId m_current;
    EditScope m_scope = EditScope::SelectedLayers;
    bool m_isDragging = false;
    int m_dragNumber = 0;
    // From before the drag: every move starts from these, so that nothing adds up.
    Plan m_basePlan;
    Recipe m_baseRecipe;
    LayerResultPtr m_baseResult;
};

} // namespace bw
