#include "widgets/panels/recipe_panel.h"

#include "widgets/editors/param_controls.h"
#include "widgets/editors/param_form.h"
#include "widgets/elided_label.h"
#include "widgets/empty_note.h"
#include "widgets/icons.h"
#include "widgets/text.h"
#include "widgets/tone_label.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QEvent>
#include <QFormLayout>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace bw {

struct RecipePanel::Private
{
    RecipePanel* q;
    RecipePicture picture;
    std::vector<MethodChoice> methodChoices;

    ElidedLabel* heading = nullptr;
    ToneLabel* reason = nullptr;
    QStackedLayout* pages = nullptr;
    QScrollArea* scroll = nullptr;
    EmptyNote* empty = nullptr;
    QWidget* form = nullptr;
    FormatEditor* editor = nullptr;
    QComboBox* method = nullptr;
    ToneLabel* methodNote = nullptr;
    ParamForm* methodParams = nullptr;
    QRadioButton* selected = nullptr;
    QRadioButton* all = nullptr;
    QPushButton* reset = nullptr;

    void build();
    void buildForm(QVBoxLayout* layout);
    void buildScope(QVBoxLayout* layout);
    ToneLabel* sectionTitle(const QString& text) const;
    void showPicture();
    void showMethod();
    const MethodChoice* choiceOf(const QString& id) const;
};

RecipePanel::RecipePanel(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    d->build();
    d->showPicture();
}

RecipePanel::~RecipePanel() = default;

/// A scroll area asks for no width of its own; cut controls help nobody.
bool RecipePanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == d->form && event->type() == QEvent::LayoutRequest) {
        d->scroll->setMinimumWidth(
            d->form->minimumSizeHint().width() + d->scroll->verticalScrollBar()->sizeHint().width());
    }
    return QWidget::eventFilter(watched, event);
}

ToneLabel* RecipePanel::Private::sectionTitle(const QString& text) const
{
    auto* label = new ToneLabel(text, Tone::Muted, form);
    QFont font = label->font();
    font.setBold(true);
    label->setFont(font);
    label->setScale(0.92);
    return label;
}

void RecipePanel::Private::build()
{
    auto* layout = new QVBoxLayout(q);
    layout->setContentsMargins(12, 8, 0, 4);
    layout->setSpacing(4);
    heading = new ElidedLabel(q);
    QFont bold = heading->font();
    bold.setBold(true);
    heading->setFont(bold);
    layout->addWidget(heading);
    reason = new ToneLabel(Tone::Muted, q);
    reason->setWordWrap(true);
    reason->setScale(0.92);
    layout->addWidget(reason);
    scroll = new QScrollArea(q);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    form = new QWidget(scroll);
    form->setAutoFillBackground(false);
    auto* column = new QVBoxLayout(form);
    column->setContentsMargins(0, 8, 12, 8);
    column->setSpacing(8);
    buildForm(column);
    buildScope(column);
    column->addStretch(1);
    scroll->setWidget(form);
    form->installEventFilter(q);
    empty = new EmptyNote(q);
    empty->setBackgroundRole(QPalette::Window);
    pages = new QStackedLayout;
    pages->addWidget(scroll);
    pages->addWidget(empty);
    layout->addLayout(pages, 1);
}

void RecipePanel::Private::buildForm(QVBoxLayout* layout)
{
    layout->addWidget(sectionTitle(tr("Format")));
    editor = new FormatEditor(form);
    layout->addWidget(editor);
    QObject::connect(editor, &FormatEditor::formatEdited, q, &RecipePanel::formatEdited);
    QObject::connect(editor, &FormatEditor::formatPartEdited, q, &RecipePanel::formatPartEdited);
    QObject::connect(editor, &FormatEditor::compareRequested, q, &RecipePanel::compareRequested);

    layout->addSpacing(8);
    layout->addWidget(sectionTitle(tr("Method")));
    method = new QComboBox(form);
    method->setObjectName(QStringLiteral("method"));
    method->setAccessibleName(tr("Method that chooses the codes"));
    method->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    method->setMinimumContentsLength(10);
    guardWheel(method);
    layout->addWidget(method);
    methodNote = new ToneLabel(Tone::Muted, form);
    methodNote->setWordWrap(true);
    methodNote->setScale(0.92);
    layout->addWidget(methodNote);
    methodParams = new ParamForm(form);
    layout->addWidget(methodParams);
    QObject::connect(method, &QComboBox::activated, q, [this](int index) {
        const MethodChoice& chosen = methodChoices[static_cast<std::size_t>(index)];
        picture.methods.assign(std::max<std::size_t>(1, picture.methods.size()), chosen.id);
        picture.methodParams = withDefaults(chosen.schema, {});
        showMethod();
        Q_EMIT q->methodEdited(chosen.id, picture.methodParams, EditPhase::End);
    });
    QObject::connect(
        methodParams, &ParamForm::valuesEdited, q, [this](const ParamValues& values, const QString&, EditPhase phase) {
            picture.methodParams = values;
            Q_EMIT q->methodEdited(picture.methods.empty() ? QString() : picture.methods.front(), values, phase);
        });
}

void RecipePanel::Private::buildScope(QVBoxLayout* layout)
{
    layout->addSpacing(8);
    layout->addWidget(sectionTitle(tr("Edits apply to")));
    selected = new QRadioButton(form);
    all = new QRadioButton(form);
    selected->setChecked(true);
    auto* group = new QButtonGroup(form);
    group->addButton(selected);
    group->addButton(all);
    layout->addWidget(selected);
    layout->addWidget(all);
    QObject::connect(group, &QButtonGroup::buttonClicked, q, [this] { Q_EMIT q->scopeEdited(q->scope()); });
    reset = new QPushButton(themedIcon(IconName::Reset), tr("Use the model's format"), form);
    reset->setObjectName(QStringLiteral("reset"));
    reset->setToolTip(tr("Remove the rules made just for the selected layers"));
    reset->setAutoDefault(false);
    layout->addSpacing(4);
    layout->addWidget(reset, 0, Qt::AlignLeft);
    QObject::connect(reset, &QPushButton::clicked, q, &RecipePanel::resetRequested);
}

const MethodChoice* RecipePanel::Private::choiceOf(const QString& id) const
{
    const auto found = std::find_if(
        methodChoices.begin(), methodChoices.end(), [&](const MethodChoice& choice) { return choice.id == id; });
    return found == methodChoices.end() ? nullptr : &*found;
}

void RecipePanel::Private::showMethod()
{
    const bool isMixed = std::any_of(picture.methods.begin(), picture.methods.end(),
        [this](const QString& id) { return id != picture.methods.front(); });
    const MethodChoice* choice = picture.methods.empty() || isMixed ? nullptr : choiceOf(picture.methods.front());
    method->setPlaceholderText(isMixed ? tr("mixed") : QString());
    method->setCurrentIndex(choice == nullptr ? -1 : method->findData(choice->id));
    methodNote->setText(choice != nullptr ? choice->explanation : QString());
    methodNote->setVisible(!methodNote->text().isEmpty());
    methodParams->setSchema(choice != nullptr ? choice->schema : ParamSchema {});
    methodParams->setValues(picture.methodParams);
    methodParams->setProblems(picture.problems);
}

void RecipePanel::Private::showPicture()
{
    const bool hasEditable = picture.selectedCount > 0;
    heading->setText(!picture.singleName.isEmpty() ? picture.singleName
            : picture.selectedCount > 1            ? tr("%n layers selected", nullptr, picture.selectedCount)
                                                   : tr("Recipe"));
    reason->setText(picture.reason);
    reason->setVisible(!picture.reason.isEmpty() && hasEditable);
    empty->setText(!picture.keptText.isEmpty() ? picture.keptText
            : picture.layerCount > 0           ? tr("Select one or more layers to choose their number format.")
                                               : tr("Open a model to choose number formats for its layers."));
    pages->setCurrentIndex(hasEditable ? 0 : 1);
    editor->setFormats(hasEditable ? picture.formats : std::vector<QuantFormat> {});
    selected->setText(picture.selectedCount == 1 ? tr("the selected layer")
                                                 : tr("the %n selected layers", nullptr, picture.selectedCount));
    all->setText(tr("all %n layers of the model", nullptr, picture.layerCount));
    reset->setEnabled(picture.canReset);
    showMethod();
}

void RecipePanel::setChoices(const FormatChoices& formats, const std::vector<MethodChoice>& methods)
{
    d->methodChoices = methods;
    d->method->clear();
    for (const MethodChoice& choice : methods) {
        d->method->addItem(
            choice.needsCalibration ? tr("%1 (needs calibration data)").arg(choice.title) : choice.title, choice.id);
        d->method->setItemData(d->method->count() - 1, choice.explanation, Qt::ToolTipRole);
    }
    d->editor->setChoices(formats);
    d->showPicture();
}

FormatEditor& RecipePanel::formatEditor()
{
    return *d->editor;
}

void RecipePanel::setPicture(const RecipePicture& picture)
{
    d->picture = picture;
    d->showPicture();
}

const RecipePicture& RecipePanel::picture() const
{
    return d->picture;
}

void RecipePanel::setScope(EditScope scope)
{
    (scope == EditScope::AllLayers ? d->all : d->selected)->setChecked(true);
}

EditScope RecipePanel::scope() const
{
    return d->all->isChecked() ? EditScope::AllLayers : EditScope::SelectedLayers;
}

QSize RecipePanel::sizeHint() const
{
    return { 300, 600 };
}

} // namespace bw
