#include "widgets/allocation/budget_editor.h"

#include "widgets/allocation/budget_text.h"
#include "widgets/icons.h"
#include "widgets/panels/figure_tile.h"
#include "widgets/plots/value_strip.h"
#include "widgets/text.h"
#include "widgets/tone_label.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
/// Finer than any model of less than 10^9 weights can tell apart in the picture.
constexpr double finestStep = 0.01;
} // namespace

BudgetEditor::BudgetEditor(QWidget* parent)
    : QWidget(parent)
    , m_strip(new ValueStrip(this))
    , m_field(new QLineEdit(this))
    , m_measure(new QPushButton(themedIcon(IconName::Play), tr("Measure"), this))
    , m_follow(new QCheckBox(tr("after each change"), this))
    , m_size(new FigureTile(tr("File size"), this))
    , m_bits(new FigureTile(tr("Bits per weight"), this))
    , m_damage(new FigureTile(tr("Predicted damage"), this))
    , m_accuracy(new FigureTile(tr("Measured accuracy"), this))
    , m_note(new ToneLabel(Tone::Warning, this))
{
    setObjectName(QStringLiteral("budgetEditor"));
    m_strip->setTitle(tr("Budget"));
    m_strip->setUnit(tr("bits"));
    m_strip->setObjectName(QStringLiteral("budgetSlider"));
    m_field->setObjectName(QStringLiteral("budgetField"));
    m_field->setAccessibleName(tr("Budget as text"));
    m_field->setPlaceholderText(tr("4.1 bits, 3.2 GB, 25 %, half"));
    m_field->setToolTip(tr("Bits per weight, a size, a share of the model's own size, or half; Enter"));
    m_field->setMinimumWidth(m_field->fontMetrics().horizontalAdvance(m_field->placeholderText()) + 24);
    m_field->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_measure->setObjectName(QStringLiteral("measurePoint"));
    m_measure->setAutoDefault(false);
    m_follow->setObjectName(QStringLiteral("measureFollows"));
    m_follow->setAccessibleName(tr("Measure after each change"));
    m_follow->setToolTip(
        tr("Once something was measured: measure again by itself, in the background, when the budget, a bar or a lock "
           "has changed"));
    connect(m_follow, &QCheckBox::toggled, this, &BudgetEditor::followingChanged);
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(m_strip, 1);
    top->addWidget(m_field);
    const std::pair<QString, double> shares[]
        = { { tr("Half"), 0.5 }, { tr("Quarter"), 0.25 }, { QStringLiteral("⅛"), 0.125 } };
    for (const auto& [title, share] : shares) {
        auto* button = new QToolButton(this);
        button->setText(title);
        button->setToolTip(tr("%1 of the model's own size").arg(percentText(share)));
        button->setAccessibleName(tr("Budget: %1 of the model's own size").arg(percentText(share)));
        button->setFocusPolicy(Qt::StrongFocus);
        button->setMinimumHeight(m_field->sizeHint().height());
        button->setObjectName(QStringLiteral("share%1").arg(static_cast<int>(std::lround(1 / share))));
        connect(button, &QToolButton::clicked, this, [this, each = share] {
            m_field->setText(percentText(each));
            commitText();
        });
        m_shares.push_back(button);
        top->addWidget(button);
    }
    auto* figures = new QHBoxLayout;
    figures->setSpacing(16);
    for (FigureTile* tile : { m_size, m_bits, m_damage, m_accuracy }) {
        figures->addWidget(tile);
    }
    figures->addStretch(1);
    figures->addWidget(m_measure, 0, Qt::AlignVCenter);
    figures->addWidget(m_follow, 0, Qt::AlignVCenter);
    m_note->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 4);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addLayout(figures);
    layout->addWidget(m_note);
    m_accuracy->setProvenance({ tr("Measured accuracy"),
        tr("Share of the evaluation samples the quantized model gets right, with its 95 % interval. Measuring runs the "
           "model on all of them."),
        tr("correct / n, Wilson interval"), {} });
    connect(m_strip, &ValueStrip::valueEdited, this, [this](double bits, EditPhase phase) {
        // What was typed before is no longer what is asked for.
        m_field->clear();
        m_problem.clear();
        Q_EMIT budgetEdited({ Budget::Kind::BitsPerWeight, bits }, phase);
    });
    connect(m_field, &QLineEdit::returnPressed, this, &BudgetEditor::commitText);
    connect(m_field, &QLineEdit::textEdited, this, [this] {
        m_problem.clear();
        showNote();
    });
    m_size->setProvenance({ tr("File size"),
        tr("The file that is exported, all of it: codes, scales and tables, layers that stay as they are, and the "
           "header with names and recipe."),
        tr("header + Σ bits / 8"), {} });
    connect(m_measure, &QPushButton::clicked, this, [this] {
        if (m_isMeasuring) {
            Q_EMIT measureStopped();
        } else {
            Q_EMIT measureRequested();
        }
    });
    setPicture({});
    setMeasured({}, {}, false);
}

QString BudgetEditor::sizeText() const
{
    if (m_picture.bytesBefore == 0) {
        return unknownText();
    }
    return tr("%1 → %2 (%3)", "size before and now, share of it")
        .arg(bytesText(m_picture.bytesBefore), bytesText(m_picture.bytes),
            percentText(static_cast<double>(m_picture.bytes) / static_cast<double>(m_picture.bytesBefore)));
}

void BudgetEditor::setPicture(const BudgetPicture& picture)
{
    if (picture == m_picture && m_isFilled) {
        // A gesture that changed nothing leaves the handle where it was put.
        m_strip->setValue(picture.isEnabled ? std::optional(picture.askedBits) : std::nullopt);
        return;
    }
    m_isFilled = true;
    const bool isFirst = m_picture.lowBits != picture.lowBits || m_picture.highBits != picture.highBits
        || m_picture.isEnabled != picture.isEnabled;
    m_picture = picture;
    if (isFirst) {
        m_strip->setRange(picture.lowBits, std::max(picture.highBits, picture.lowBits + finestStep), finestStep);
        m_strip->setEditable(picture.isEnabled);
    }
    m_field->setEnabled(picture.isEnabled || picture.canAsk);
    for (QToolButton* button : m_shares) {
        button->setEnabled(picture.isEnabled || picture.canAsk);
    }
    m_strip->setValue(picture.isEnabled ? std::optional(picture.askedBits) : std::nullopt);
    const bool isKnown = picture.isEnabled;
    m_size->setValue(isKnown ? sizeText() : unknownText());
    m_bits->setValue(isKnown ? bitsText(picture.bits) : unknownText());
    m_damage->setValue(!picture.damage ? unknownText()
            : picture.damageUnit.isEmpty()
            ? numberText(*picture.damage, 2)
            : tr("%1 %2", "number, unit").arg(numberText(*picture.damage, 2), picture.damageUnit));
    m_damage->setStale(picture.isStale, tr("The inputs have changed since the damages were computed."));
    m_damage->setProvenance({ tr("Predicted damage"),
        tr("The damages of all layers at their formats, added up. Interactions between layers are left out; below "
           "three bits they matter. Measure to know."),
        QStringLiteral("Σ D(layer, format)"), picture.damageTitle });
    showNote();
}

void BudgetEditor::setMeasured(const QString& text, const QString& help, bool isStale)
{
    m_accuracy->setValue(text.isEmpty() ? unknownText() : text);
    m_accuracy->setStale(isStale && !text.isEmpty(), help);
    m_accuracy->setToolTip(help);
}

void BudgetEditor::setCanMeasure(const QString& whyNot, bool isMeasuring)
{
    m_isMeasuring = isMeasuring;
    m_measure->setEnabled(whyNot.isEmpty() || isMeasuring);
    m_measure->setText(isMeasuring ? tr("Stop measuring") : tr("Measure"));
    m_measure->setIcon(themedIcon(isMeasuring ? IconName::Close : IconName::Play));
    m_measure->setToolTip(isMeasuring ? tr("Stop; nothing is kept of this measurement")
            : whyNot.isEmpty() ? tr("Run the float model and this allocation on the evaluation data, in the background")
                               : whyNot);
}

void BudgetEditor::setFollowing(bool isFollowing)
{
    const QSignalBlocker quiet(m_follow);
    m_follow->setChecked(isFollowing);
}

bool BudgetEditor::isFollowing() const
{
    return m_follow->isChecked();
}

void BudgetEditor::focusField()
{
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

void BudgetEditor::commitText()
{
    const QString text = m_field->text();
    if (text.trimmed().isEmpty()) {
        return;
    }
    const TypedBudget typed = typedBudget(text);
    m_problem = typed.problem;
    showNote();
    if (typed.problem.isEmpty()) {
        m_field->selectAll();
        Q_EMIT budgetEdited(typed.budget, EditPhase::End);
    }
}

void BudgetEditor::showNote()
{
    const QString note = m_problem.isEmpty() ? m_picture.note : m_problem;
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

} // namespace bw
