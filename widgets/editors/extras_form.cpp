#include "widgets/editors/extras_form.h"

#include "widgets/editors/param_controls.h"
#include "widgets/editors/param_form.h"
#include "widgets/text.h"
#include "widgets/tone_label.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace bw {

struct ExtrasForm::Private
{
    struct Field
    {
        ExtraChoice choice;
        QCheckBox* box = nullptr;
        QWidget* row = nullptr; ///< of the value; null if it has none
        ParamControl* control = nullptr;
        std::string id() const { return choice.id.toStdString(); }
    };

    ExtrasForm* q;
    std::vector<Field> fields;
    ParamValues extras; ///< of the first format, as edited
    QWidget* body = nullptr;

    void addField(const ExtraChoice& choice, QVBoxLayout* layout);
    void edit(const Field& field, bool isOn, const ParamValue& value, EditPhase phase);
};

ExtrasForm::ExtrasForm(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
}

ExtrasForm::~ExtrasForm() = default;

void ExtrasForm::setChoices(const std::vector<ExtraChoice>& choices)
{
    delete d->body;
    d->fields.clear();
    d->body = new QWidget(this);
    auto* layout = new QVBoxLayout(d->body);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    for (const ExtraChoice& choice : choices) {
        d->addField(choice, layout);
    }
    this->layout()->addWidget(d->body);
    setVisible(!choices.empty());
}

void ExtrasForm::Private::addField(const ExtraChoice& choice, QVBoxLayout* layout)
{
    Field field;
    field.choice = choice;
    const QString help = QStringLiteral("<qt>%1</qt>").arg(choice.help.toHtmlEscaped());
    field.box = new QCheckBox(choice.title, body);
    field.box->setObjectName(QStringLiteral("extra-") + choice.id);
    field.box->setToolTip(help);
    layout->addWidget(field.box);
    const ParamValue usual = choice.value ? choice.value->defaultValue : ParamValue {};
    if (choice.value) {
        field.row = new QWidget(body);
        auto* row = new QHBoxLayout(field.row);
        row->setContentsMargins(20, 0, 0, 4);
        row->setSpacing(12);
        auto* label = new ToneLabel(coreText(choice.value->title), Tone::Normal, field.row);
        label->setMinimumWidth(ParamForm::labelWidth(body) - 20);
        label->setToolTip(coreText(choice.value->help));
        field.control = makeParamControl(*choice.value, field.row);
        field.control->setToolTip(coreText(choice.value->help));
        row->addWidget(label);
        row->addWidget(field.control, 1);
        layout->addWidget(field.row);
        QObject::connect(field.control, &ParamControl::valueEdited, q,
            [this, field](const ParamValue& value, EditPhase phase) { edit(field, true, value, phase); });
    }
    // What only some of the formats have, all get at the first click.
    QObject::connect(field.box, &QCheckBox::clicked, q, [this, field, usual] {
        field.box->setTristate(false);
        edit(field, field.box->isChecked(), usual, EditPhase::End);
    });
    fields.push_back(field);
}

void ExtrasForm::Private::edit(const Field& field, bool isOn, const ParamValue& value, EditPhase phase)
{
    std::vector<std::string> gone;
    for (const Field& other : fields) {
        const bool isExcluded = !field.choice.kind.isEmpty() && other.choice.kind == field.choice.kind;
        if (isOn && isExcluded && other.choice.id != field.choice.id) {
            extras.erase(other.id());
            gone.push_back(other.id());
        }
    }
    if (isOn) {
        extras[field.id()] = value;
    } else {
        extras.erase(field.id());
    }
    // A copy: the editor that hears of it shows its formats anew.
    Q_EMIT q->extraEdited(field.id(), ParamValues(extras), gone, phase);
}

void ExtrasForm::setExtras(const std::vector<ParamValues>& extras)
{
    d->extras = extras.empty() ? ParamValues {} : extras.front();
    for (const Private::Field& field : d->fields) {
        const auto having = std::count_if(
            extras.begin(), extras.end(), [&](const ParamValues& values) { return values.contains(field.id()); });
        const bool hasAll = !extras.empty() && static_cast<std::size_t>(having) == extras.size();
        field.box->setTristate(having > 0 && !hasAll);
        field.box->setCheckState(hasAll ? Qt::Checked : having > 0 ? Qt::PartiallyChecked : Qt::Unchecked);
        field.box->setVisible(field.choice.isOffered || having > 0);
        if (field.row == nullptr) {
            continue;
        }
        field.row->setVisible(having > 0);
        const auto own = std::find_if(
            extras.begin(), extras.end(), [&](const ParamValues& values) { return values.contains(field.id()); });
        if (own != extras.end()) {
            const ParamValue& value = own->at(field.id());
            const bool isMixed = std::any_of(extras.begin(), extras.end(), [&](const ParamValues& values) {
                const auto found = values.find(field.id());
                return found == values.end() || found->second != value;
            });
            field.control->setValue(value, isMixed);
        }
    }
}

} // namespace bw
