#include "widgets/panels/popover.h"

#include "widgets/icons.h"
#include "widgets/tone_label.h"

#include <QFontDatabase>
#include <QKeyEvent>
#include <QScreen>
#include <QVBoxLayout>

#include <algorithm>

namespace bw {

Popover::Popover(const Provenance& provenance, QWidget* parent)
    : QFrame(parent, Qt::Popup)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(QStringLiteral("popover"));
    setAccessibleName(tr("Where %1 comes from").arg(provenance.title));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(4);
    const auto add = [&](const QString& text, Tone tone, int spaceBefore) {
        if (text.isEmpty()) {
            return static_cast<ToneLabel*>(nullptr);
        }
        layout->addSpacing(spaceBefore);
        auto* label = new ToneLabel(Tone::Normal, this);
        label->setBackgroundRole(QPalette::Base);
        label->setTone(tone);
        label->setText(text);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        layout->addWidget(label);
        return label;
    };
    if (ToneLabel* title = add(provenance.title, Tone::Normal, 0)) {
        QFont bold = title->font();
        bold.setBold(true);
        title->setFont(bold);
    }
    add(provenance.definition, Tone::Normal, 0);
    if (ToneLabel* formula = add(provenance.formula, Tone::Normal, 8)) {
        QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        fixed.setPointSizeF(font().pointSizeF());
        formula->setFont(fixed);
        formula->setMargin(8);
        formula->setAutoFillBackground(true);
        formula->setBackgroundRole(QPalette::AlternateBase);
    }
    if (!provenance.inputs.isEmpty()) {
        add(tr("Inputs used now"), Tone::Muted, 8);
        add(provenance.inputs, Tone::Normal, 0);
    }
    const int width = fontMetrics().averageCharWidth() * 56;
    setFixedSize(width, layout->totalHeightForWidth(width));
}

void Popover::showBelow(const QWidget* anchor)
{
    const QRect area = anchor->screen()->availableGeometry();
    QPoint at = anchor->mapToGlobal(QPoint(0, anchor->height() + 4));
    if (at.y() + height() > area.bottom()) {
        at.setY(anchor->mapToGlobal(QPoint(0, -4)).y() - height());
    }
    at.setX(std::clamp(at.x() - 16, area.left() + 4, std::max(area.left() + 4, area.right() - width() - 4)));
    at.setY(std::max(at.y(), area.top() + 4));
    move(at);
    show();
}

InfoButton::InfoButton(QWidget* parent)
    : QToolButton(parent)
{
    setAutoRaise(true);
    setIcon(themedIcon(IconName::Info));
    setIconSize({ 14, 14 });
    setFixedSize(20, 20);
    setToolTip(tr("Where does this come from?"));
    connect(this, &QToolButton::clicked, this, [this] { (new Popover(m_provenance, window()))->showBelow(this); });
}

void InfoButton::setProvenance(const Provenance& provenance)
{
    m_provenance = provenance;
    setAccessibleName(tr("Where does %1 come from?").arg(provenance.title));
}

} // namespace bw
