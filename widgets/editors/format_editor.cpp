#include "widgets/editors/format_editor.h"

#include "widgets/editors/param_controls.h"
#include "widgets/editors/param_form.h"
#include "widgets/icons.h"
#include "widgets/plots/value_strip.h"
#include "widgets/text.h"
#include "widgets/tone_label.h"

#include <QClipboard>
#include <QComboBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QGuiApplication>
#include <QIntValidator>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace bw {

namespace {

constexpr int defaultBlockSize = 64;

template <class Get>
bool differs(const std::vector<QuantFormat>& formats, Get get)
{
    return std::any_of(formats.begin(), formats.end(),
        [&](const QuantFormat& format) { return !(get(format) == get(formats.front())); });
}

} // namespace

struct FormatEditor::Private
{
    FormatEditor* q;
    FormatChoices choices;
    std::function<std::string(const QuantFormat&)> spelling;
    std::function<std::vector<Problem>(const QuantFormat&)> checker;
    std::vector<QuantFormat> formats;
    QuantFormat format;

    QComboBox* family = nullptr;
    ToneLabel* explanation = nullptr;
    QPushButton* compare = nullptr;
    ParamForm* params = nullptr;
    QWidget* scalingBox = nullptr;
    QFormLayout* scaling = nullptr;
    QComboBox* granularity = nullptr;
    QComboBox* blockSize = nullptr;
    QComboBox* rule = nullptr;
    ValueStrip* clip = nullptr;
    QComboBox* store = nullptr;
    ToneLabel* extrasTitle = nullptr;
    ExtrasForm* extras = nullptr;
    QLineEdit* text = nullptr;
    QToolButton* copy = nullptr;
    ToneLabel* problem = nullptr;

    void build();
    void buildScaling();
    void buildSpelling(QVBoxLayout* layout);
    QComboBox* addCombo(const QString& label, const QString& name);
    void connectControls();
    const FamilyChoice* familyChoice() const;
    const ScaleRuleChoice* ruleChoice() const;
    void showAll();
    void showScaling();
    void showSpelling();
    void showExtras();
    void edit(
        FormatEdit::Part part, EditPhase phase, const std::string& parameter = {}, std::vector<std::string> gone = {});
    static void select(QComboBox* combo, const QVariant& data, bool isMixed);
    void editBlockSize(int size);
};

FormatEditor::FormatEditor(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    d->build();
    d->connectControls();
    d->showAll();
}

FormatEditor::~FormatEditor() = default;

void FormatEditor::Private::build()
{
    auto* layout = new QVBoxLayout(q);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* top = new QFormLayout;
    top->setHorizontalSpacing(12);
    top->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    top->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    family = new QComboBox(q);
    family->setObjectName(QStringLiteral("family"));
    family->setAccessibleName(tr("Format family"));
    family->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    family->setMinimumContentsLength(10);
    guardWheel(family);
    auto* label = new ToneLabel(tr("Family"), Tone::Normal, q);
    label->setMinimumWidth(ParamForm::labelWidth(q));
    top->addRow(label, family);
    layout->addLayout(top);
    explanation = new ToneLabel(Tone::Muted, q);
    explanation->setWordWrap(true);
    explanation->setScale(0.92);
    layout->addWidget(explanation);
    compare = new QPushButton(themedIcon(IconName::Table), tr("Compare formats…"), q);
    compare->setObjectName(QStringLiteral("compareFormats"));
    compare->setToolTip(tr("All formats on this layer, with their error and size; finds the best within some bits"));
    compare->setAutoDefault(false);
    layout->addWidget(compare, 0, Qt::AlignLeft);
    params = new ParamForm(q);
    layout->addWidget(params);
    buildScaling();
    layout->addWidget(scalingBox);
    extrasTitle = new ToneLabel(tr("Extras"), Tone::Muted, q);
    layout->addWidget(extrasTitle);
    extras = new ExtrasForm(q);
    layout->addWidget(extras);
    buildSpelling(layout);
}

QComboBox* FormatEditor::Private::addCombo(const QString& label, const QString& name)
{
    auto* combo = new QComboBox(scalingBox);
    combo->setObjectName(name);
    combo->setAccessibleName(label);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    combo->setMinimumContentsLength(8);
    guardWheel(combo);
    auto* title = new ToneLabel(label, Tone::Normal, scalingBox);
    title->setMinimumWidth(ParamForm::labelWidth(q));
    scaling->addRow(title, combo);
    return combo;
}

void FormatEditor::Private::buildScaling()
{
    scalingBox = new QWidget(q);
    scaling = new QFormLayout(scalingBox);
    scaling->setContentsMargins(0, 0, 0, 0);
    scaling->setHorizontalSpacing(12);
    scaling->setVerticalSpacing(8);
    scaling->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    scaling->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    granularity = addCombo(tr("Scale per"), QStringLiteral("granularity"));
    granularity->addItem(tr("tensor"), static_cast<int>(Granularity::Tensor));
    granularity->addItem(tr("output channel"), static_cast<int>(Granularity::Channel));
    granularity->addItem(tr("block"), static_cast<int>(Granularity::Block));
    blockSize = addCombo(tr("Block size"), QStringLiteral("blockSize"));
    blockSize->setEditable(true);
    blockSize->setInsertPolicy(QComboBox::NoInsert);
    blockSize->setValidator(new QIntValidator(1, 1 << 20, blockSize));
    rule = addCombo(tr("Scale rule"), QStringLiteral("rule"));
    clip = new ValueStrip(scalingBox);
    clip->setObjectName(QStringLiteral("clip"));
    clip->setRange(0.01, 1, 0.01);
    clip->setAccessibleName(tr("Clip at this share of the largest magnitude"));
    auto* clipTitle = new ToneLabel(tr("Clip at"), Tone::Normal, scalingBox);
    clipTitle->setToolTip(tr("Share of the largest magnitude; larger weights saturate"));
    scaling->addRow(clipTitle, clip);
    store = addCombo(tr("Stored as"), QStringLiteral("store"));
}

void FormatEditor::Private::buildSpelling(QVBoxLayout* layout)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    text = new QLineEdit(q);
    text->setObjectName(QStringLiteral("spelling"));
    text->setReadOnly(true);
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text->setAccessibleName(tr("Format as text"));
    text->setToolTip(tr("This format as recipes and the command line spell it"));
    copy = new QToolButton(q);
    copy->setIcon(themedIcon(IconName::Copy));
    copy->setAutoRaise(true);
    copy->setToolTip(tr("Copy the format"));
    copy->setAccessibleName(tr("Copy the format"));
    row->addWidget(text, 1);
    row->addWidget(copy);
    layout->addLayout(row);
    problem = new ToneLabel(Tone::Error, q);
    problem->setWordWrap(true);
    problem->setScale(0.92);
    layout->addWidget(problem);
}

void FormatEditor::Private::connectControls()
{
    using Part = FormatEdit::Part;
    QObject::connect(family, &QComboBox::activated, q, [this](int index) {
        const FamilyChoice& chosen = choices.families[static_cast<std::size_t>(index)];
        if (const FamilyChoice* before = familyChoice()) {
            format.extras.erase(before->usualCoder.toStdString());
        }
        format.params = carriedOver(format.params, chosen.schema);
        format.family = chosen.id.toStdString();
        format.scaling = fittingScaling(format.scaling, chosen.hasScaling, chosen.hasScale);
        if (!chosen.takesExtras) {
            format.extras.clear();
        } else if (!chosen.usualCoder.isEmpty()) {
            format.extras.insert({ chosen.usualCoder.toStdString(), {} });
        }
        edit(Part::Family, EditPhase::End);
    });
    QObject::connect(params, &ParamForm::valuesEdited, q,
        [this](const ParamValues& values, const QString& parameter, EditPhase phase) {
            format.params = values;
            edit(Part::Parameter, phase, parameter.toStdString());
        });
    QObject::connect(granularity, &QComboBox::activated, q, [this](int index) {
        format.scaling.granularity = static_cast<Granularity>(granularity->itemData(index).toInt());
        const bool isBlock = format.scaling.granularity == Granularity::Block;
        format.scaling.blockSize = !isBlock ? 0
            : format.scaling.blockSize > 0  ? format.scaling.blockSize
                                            : defaultBlockSize;
        edit(Part::Granularity, EditPhase::End);
    });
    QObject::connect(
        blockSize, &QComboBox::activated, q, [this](int index) { editBlockSize(blockSize->itemText(index).toInt()); });
    QObject::connect(blockSize->lineEdit(), &QLineEdit::editingFinished, q,
        [this] { editBlockSize(blockSize->currentText().toInt()); });
    QObject::connect(rule, &QComboBox::activated, q, [this](int index) {
        format.scaling.rule = rule->itemData(index).toString().toStdString();
        const ScaleRuleChoice* chosen = ruleChoice();
        format.scaling.ruleValue = chosen == nullptr || !chosen->hasValue ? 0 : chosen->usualValue;
        edit(Part::Rule, EditPhase::End);
    });
    QObject::connect(clip, &ValueStrip::valueEdited, q, [this](double value, EditPhase phase) {
        format.scaling.ruleValue = value;
        edit(Part::RuleValue, phase);
    });
    QObject::connect(store, &QComboBox::activated, q, [this](int index) {
        format.scaling.store = store->itemData(index).toString().toStdString();
        edit(Part::Store, EditPhase::End);
    });
    QObject::connect(extras, &ExtrasForm::extraEdited, q,
        [this](
            const std::string& id, const ParamValues& values, const std::vector<std::string>& gone, EditPhase phase) {
            format.extras = values;
            edit(Part::Extra, phase, id, gone);
        });
    QObject::connect(compare, &QPushButton::clicked, q, &FormatEditor::compareRequested);
    QObject::connect(copy, &QToolButton::clicked, q, [this] { QGuiApplication::clipboard()->setText(text->text()); });
}

void FormatEditor::Private::editBlockSize(int size)
{
    if (size < 1 || (size == format.scaling.blockSize && !differs(formats, [](const QuantFormat& f) {
            return f.scaling.blockSize;
        }))) {
        return;
    }
    format.scaling.granularity = Granularity::Block;
    format.scaling.blockSize = size;
    edit(FormatEdit::Part::BlockSize, EditPhase::End);
}

const FamilyChoice* FormatEditor::Private::familyChoice() const
{
    const auto found = std::find_if(choices.families.begin(), choices.families.end(),
        [this](const FamilyChoice& choice) { return choice.id.toStdString() == format.family; });
    return found == choices.families.end() ? nullptr : &*found;
}

const ScaleRuleChoice* FormatEditor::Private::ruleChoice() const
{
    const auto found = std::find_if(choices.scaleRules.begin(), choices.scaleRules.end(),
        [this](const ScaleRuleChoice& choice) { return choice.id.toStdString() == format.scaling.rule; });
    return found == choices.scaleRules.end() ? nullptr : &*found;
}

void FormatEditor::Private::edit(
    FormatEdit::Part part, EditPhase phase, const std::string& parameter, std::vector<std::string> gone)
{
    FormatEdit change;
    change.part = part;
    change.gone = std::move(gone);
    change.parameter = parameter;
    change.format = format;
    if (const FamilyChoice* choice = familyChoice()) {
        change.hasScaling = choice->hasScaling;
        change.hasScale = choice->hasScale;
        change.takesExtras = choice->takesExtras;
    }
    for (QuantFormat& each : formats) {
        each = change.appliedTo(each);
    }
    showAll();
    Q_EMIT q->formatPartEdited(change, phase);
    Q_EMIT q->formatEdited(change.format, phase);
}

void FormatEditor::Private::select(QComboBox* combo, const QVariant& data, bool isMixed)
{
    combo->setPlaceholderText(isMixed ? tr("mixed") : QString());
    combo->setCurrentIndex(isMixed ? -1 : combo->findData(data));
}

void FormatEditor::Private::showAll()
{
    q->setEnabled(!formats.empty());
    const FamilyChoice* choice = familyChoice();
    const bool isFamilyMixed = differs(formats, [](const QuantFormat& f) { return f.family; });
    select(family, QString::fromStdString(format.family), isFamilyMixed);
    explanation->setText(isFamilyMixed
            ? tr("The selected layers have formats of different families. Choose one to give it to all of them.")
            : choice != nullptr ? choice->explanation
                                : QString());
    explanation->setVisible(!explanation->text().isEmpty());
    params->setSchema(choice != nullptr && !isFamilyMixed ? choice->schema : ParamSchema {});
    QSet<QString> mixed;
    if (choice != nullptr && !isFamilyMixed) {
        for (const ParamSpec& spec : choice->schema) {
            const auto valueOf = [&](const QuantFormat& f) {
                const auto found = f.params.find(spec.id);
                return found == f.params.end() ? ParamValue {} : found->second;
            };
            if (differs(formats, valueOf)) {
                mixed.insert(QString::fromStdString(spec.id));
            }
        }
    }
    params->setValues(format.params, mixed);
    showScaling();
    showExtras();
    showSpelling();
}

void FormatEditor::Private::showExtras()
{
    const FamilyChoice* choice = familyChoice();
    const bool areOffered = !choices.extras.empty() && (choice == nullptr || choice->takesExtras);
    extrasTitle->setVisible(areOffered);
    extras->setVisible(areOffered);
    std::vector<ParamValues> all;
    for (const QuantFormat& each : formats) {
        all.push_back(each.extras);
    }
    extras->setExtras(all);
}

void FormatEditor::Private::showScaling()
{
    const FamilyChoice* choice = familyChoice();
    const bool isFamilyMixed = differs(formats, [](const QuantFormat& f) { return f.family; });
    scalingBox->setVisible(choice == nullptr || choice->hasScaling || isFamilyMixed);
    const bool isGranularityMixed = differs(formats, [](const QuantFormat& f) { return f.scaling.granularity; });
    select(granularity, static_cast<int>(format.scaling.granularity), isGranularityMixed);
    const bool hasBlocks = format.scaling.granularity == Granularity::Block && !isGranularityMixed;
    const bool isSizeMixed = differs(formats, [](const QuantFormat& f) { return f.scaling.blockSize; });
    scaling->labelForField(blockSize)->setVisible(hasBlocks);
    blockSize->setVisible(hasBlocks);
    blockSize->setEditText(isSizeMixed ? QString() : QString::number(format.scaling.blockSize));
    blockSize->lineEdit()->setPlaceholderText(isSizeMixed ? tr("mixed") : QString());

    const bool hasRule = choice == nullptr || choice->hasScale || isFamilyMixed;
    const bool isRuleMixed = differs(formats, [](const QuantFormat& f) { return f.scaling.rule; });
    scaling->labelForField(rule)->setVisible(hasRule);
    rule->setVisible(hasRule);
    select(rule, QString::fromStdString(format.scaling.rule), isRuleMixed);
    const ScaleRuleChoice* chosen = ruleChoice();
    const bool hasClip = hasRule && !isRuleMixed && chosen != nullptr && chosen->hasValue;
    scaling->labelForField(clip)->setVisible(hasClip);
    clip->setVisible(hasClip);
    if (hasClip) {
        const double step = (chosen->maxValue - chosen->minValue) / 100;
        clip->setRange(chosen->minValue + step, chosen->maxValue, step);
    }
    clip->setValue(hasClip ? std::optional(format.scaling.ruleValue) : std::nullopt);
    clip->setMixed(differs(formats, [](const QuantFormat& f) { return f.scaling.ruleValue; }));
    rule->setToolTip(chosen != nullptr ? chosen->help : QString());
    select(store, QString::fromStdString(format.scaling.store),
        differs(formats, [](const QuantFormat& f) { return f.scaling.store; }));
}

void FormatEditor::Private::showSpelling()
{
    const bool isMixed = q->isMixed();
    const std::vector<Problem> problems
        = checker && !formats.empty() && !isMixed ? checker(format) : std::vector<Problem> {};
    text->setText(isMixed                  ? tr("mixed")
            : spelling && !formats.empty() ? QString::fromStdString(spelling(format))
                                           : QString());
    text->setCursorPosition(0);
    copy->setEnabled(!isMixed && !text->text().isEmpty());
    params->setProblems(problems);
    QStringList others;
    const auto& schema = params->schema();
    for (const Problem& each : problems) {
        if (std::none_of(schema.begin(), schema.end(), [&](const ParamSpec& spec) { return spec.id == each.field; })) {
            others << coreText(each.message);
        }
    }
    problem->setText(others.join(QLatin1Char('\n')));
    problem->setVisible(!others.isEmpty());
}

void FormatEditor::setChoices(const FormatChoices& choices)
{
    d->choices = choices;
    d->family->clear();
    for (const FamilyChoice& choice : choices.families) {
        d->family->addItem(choice.title, choice.id);
        d->family->setItemData(d->family->count() - 1, choice.explanation, Qt::ToolTipRole);
    }
    d->rule->clear();
    for (const ScaleRuleChoice& choice : choices.scaleRules) {
        d->rule->addItem(choice.title, choice.id);
        d->rule->setItemData(d->rule->count() - 1, choice.help, Qt::ToolTipRole);
    }
    d->store->clear();
    for (const ScaleStoreChoice& choice : choices.scaleStores) {
        d->store->addItem(choice.title, choice.id);
    }
    d->extras->setChoices(choices.extras);
    d->blockSize->clear();
    for (const int size : choices.blockSizes) {
        d->blockSize->addItem(QString::number(size));
    }
    d->showAll();
}

void FormatEditor::setSpelling(std::function<std::string(const QuantFormat&)> spelling)
{
    d->spelling = std::move(spelling);
    d->showSpelling();
}

void FormatEditor::setChecker(std::function<std::vector<Problem>(const QuantFormat&)> checker)
{
    d->checker = std::move(checker);
    d->showSpelling();
}

void FormatEditor::setFormat(const QuantFormat& format)
{
    setFormats({ format });
}

void FormatEditor::setFormats(const std::vector<QuantFormat>& formats)
{
    d->formats = formats;
    d->format = formats.empty() ? QuantFormat {} : formats.front();
    d->showAll();
}

void FormatEditor::setResolved(const std::optional<QuantFormat>& resolved)
{
    const bool isSameFamily = resolved && resolved->family == d->format.family;
    d->params->setFound(isSameFamily ? resolved->params : ParamValues {});
}

const QuantFormat& FormatEditor::format() const
{
    return d->format;
}

bool FormatEditor::isMixed() const
{
    return differs(d->formats, [](const QuantFormat& format) { return format; });
}

} // namespace bw
