#include "widgets/panels/recipe_panel.h"

namespace bw {

struct RecipePanel::Private
{
    RecipePicture picture;
    FormatEditor editor;
    EditScope scope = EditScope::SelectedLayers;
};

RecipePanel::RecipePanel(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
RecipePanel::~RecipePanel() = default;

void RecipePanel::setChoices(const FormatChoices& formats, const std::vector<MethodChoice>&) { d->editor.setChoices(formats); }
FormatEditor& RecipePanel::formatEditor() { return d->editor; }
void RecipePanel::setPicture(const RecipePicture& picture) { d->picture = picture; }
const RecipePicture& RecipePanel::picture() const { return d->picture; }
void RecipePanel::setScope(EditScope scope) { d->scope = scope; }
EditScope RecipePanel::scope() const { return d->scope; }
QSize RecipePanel::sizeHint() const { return { 300, 600 }; }

} // namespace bw
