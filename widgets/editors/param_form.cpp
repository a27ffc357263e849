#include "widgets/editors/param_form.h"

#include "widgets/editors/param_controls.h"
#include "widgets/text.h"
#include "widgets/tone_label.h"

#include <QFormLayout>

namespace bw {

struct ParamForm::Private
{
    struct Field
    {
        std::string id;
        ToneLabel* label = nullptr;
        ParamControl* control = nullptr;
        ToneLabel* problem = nullptr;
    };

    ParamForm* q;
    ParamSchema schema;
    ParamValues values;
    QSet<QString> mixed;
    std::vector<Field> fields;
    QWidget* body = nullptr;

    static bool isSameSchema(const ParamSchema& a, const ParamSchema& b);
    void build();
    void addField(const ParamSpec& spec, QFormLayout* layout);
    void showValues();
};

ParamForm::ParamForm(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
}

ParamForm::~ParamForm() = default;

bool ParamForm::Private::isSameSchema(const ParamSchema& a, const ParamSchema& b)
{
    const auto isSame = [](const ParamSpec& x, const ParamSpec& y) {
        return x.id == y.id && x.title == y.title && x.type == y.type && x.min == y.min && x.max == y.max
            && x.step == y.step && x.choices == y.choices && x.canBeSearched == y.canBeSearched && x.unit == y.unit;
    };
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), isSame);
}

void ParamForm::setSchema(const ParamSchema& schema)
{
    if (d->body != nullptr && Private::isSameSchema(schema, d->schema)) {
        return;
    }
    d->schema = schema;
    d->values = withDefaults(schema, {});
    d->mixed.clear();
    d->build();
    d->showValues();
}

void ParamForm::Private::build()
{
    delete body;
    fields.clear();
    body = new QWidget(q);
    auto* layout = new QFormLayout(body);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setHorizontalSpacing(12);
    layout->setVerticalSpacing(8);
    layout->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    layout->setRowWrapPolicy(QFormLayout::DontWrapRows);
    layout->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (const ParamSpec& spec : schema) {
        addField(spec, layout);
    }
    q->layout()->addWidget(body);
    q->setVisible(!schema.empty());
}

void ParamForm::Private::addField(const ParamSpec& spec, QFormLayout* layout)
{
    Field field;
    field.id = spec.id;
    field.label = new ToneLabel(coreText(spec.title), Tone::Normal, body);
    // All forms of a panel line up.
    field.label->setMinimumWidth(labelWidth(body));
    field.control = makeParamControl(spec, body);
    field.control->setObjectName(QStringLiteral("param-") + QString::fromStdString(spec.id));
    const QString help = QStringLiteral("<qt>%1</qt>").arg(coreText(spec.help).toHtmlEscaped());
    field.label->setToolTip(spec.help.empty() ? QString() : help);
    field.control->setToolTip(field.label->toolTip());
    field.problem = new ToneLabel(Tone::Error, body);
    field.problem->setWordWrap(true);
    field.problem->setScale(0.92);
    field.problem->hide();
    layout->addRow(field.label, field.control);
    layout->addRow(field.problem);
    QObject::connect(
        field.control, &ParamControl::valueEdited, q, [this, id = spec.id](const ParamValue& value, EditPhase phase) {
            values[id] = value;
            mixed.remove(QString::fromStdString(id));
            Q_EMIT q->valuesEdited(values, QString::fromStdString(id), phase);
        });
    fields.push_back(field);
}

void ParamForm::Private::showValues()
{
    for (const Field& field : fields) {
        const auto value = values.find(field.id);
        if (value != values.end()) {
            field.control->setValue(value->second, mixed.contains(QString::fromStdString(field.id)));
        }
    }
}

const ParamSchema& ParamForm::schema() const
{
    return d->schema;
}

void ParamForm::setValues(const ParamValues& values, const QSet<QString>& mixed)
{
    d->values = withDefaults(d->schema, values);
    d->mixed = mixed;
    d->showValues();
}

ParamValues ParamForm::values() const
{
    return d->values;
}

void ParamForm::setFound(const ParamValues& found)
{
    for (const Private::Field& field : d->fields) {
        const auto value = found.find(field.id);
        field.control->setFound(value == found.end() ? ParamValue {} : value->second);
    }
}

void ParamForm::setProblems(const std::vector<Problem>& problems)
{
    for (const Private::Field& field : d->fields) {
        QStringList texts;
        for (const Problem& problem : problems) {
            if (problem.field == field.id) {
                texts << coreText(problem.message);
            }
        }
        field.problem->setText(texts.join(QLatin1Char('\n')));
        field.problem->setVisible(!texts.isEmpty());
    }
}

bool ParamForm::isEmpty() const
{
    return d->schema.empty();
}

int ParamForm::labelWidth(const QWidget* widget)
{
    return widget->fontMetrics().averageCharWidth() * 11;
}

} // namespace bw
