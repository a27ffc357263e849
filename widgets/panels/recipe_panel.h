#pragma once

#include "widgets/editors/format_editor.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <vector>

namespace bw {

/// A post-training method as the picker shows it.
struct MethodChoice
{
    QString id;
    QString title;
    QString explanation;
    ParamSchema schema;
    bool needsCalibration = false;
};

/// What edits apply to.
enum class EditScope
{
    SelectedLayers,
    AllLayers
};

/// What the recipe says about the selected layers.
struct RecipePicture
{
    int selectedCount = 0; ///< quantizable ones among the selected
    int layerCount = 0; ///< quantizable layers of the model
    QString singleName; ///< the layer's name if one is selected
    std::vector<QuantFormat> formats; ///< of the selected layers, in order
    std::vector<QString> methods; ///< ids
    ParamValues methodParams; ///< of the first
    QString reason; ///< why this choice applies: "rule 2 \"conv1\""
    QString keptText; ///< why nothing can be edited: "kept as it is: one dimension"
    bool canReset = false; ///< there are rules just for these layers
    std::vector<Problem> problems; ///< fields of method parameters; format problems come from the checker
};

/// The recipe inspector: format, method, scope, reset, and why.
class RecipePanel : public QWidget
{
    Q_OBJECT

public:
    explicit RecipePanel(QWidget* parent = nullptr);
    ~RecipePanel() override;

    void setChoices(const FormatChoices& formats, const std::vector<MethodChoice>& methods);
    FormatEditor& formatEditor();
    /// Never emits.
    void setPicture(const RecipePicture& picture);
    const RecipePicture& picture() const;
    void setScope(EditScope scope);
    EditScope scope() const;
    QSize sizeHint() const override;

Q_SIGNALS:
    void formatEdited(const bw::QuantFormat& format, bw::EditPhase phase);
    void formatPartEdited(const bw::FormatEdit& edit, bw::EditPhase phase);
    void methodEdited(const QString& method, const bw::ParamValues& params, bw::EditPhase phase);
    void scopeEdited(bw::EditScope scope);
    /// Give the selected layers what the whole model gets.
    void resetRequested();
    /// All formats are to be compared on the layer.
    void compareRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
