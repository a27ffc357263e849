#include "widgets/plots/inline_edit.h"

#include "widgets/text.h"

#include <QKeyEvent>
#include <QLocale>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace bw {

std::optional<double> typedNumber(QString text)
{
    text = text.trimmed().replace(QChar(0x2212), QLatin1Char('-'));
    bool isNumber = false;
    double value = QLocale().toDouble(text, &isNumber);
    if (!isNumber) {
        value = QLocale::c().toDouble(text, &isNumber);
    }
    return isNumber && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

InlineEdit* InlineEdit::open(QWidget* parent, const Request& request)
{
    auto* edit = new InlineEdit(parent, request);
    edit->show();
    edit->setFocus(Qt::PopupFocusReason);
    edit->selectAll();
    return edit;
}

InlineEdit::InlineEdit(QWidget* parent, const Request& request)
    : QLineEdit(parent)
    , m_request(request)
{
    setObjectName(QStringLiteral("inlineEdit"));
    setAccessibleName(request.name);
    setText(QLocale().toString(request.value, 'g', 6));
    setAlignment(Qt::AlignRight);
    setFixedWidth(fontMetrics().horizontalAdvance(QStringLiteral("-0.0000000")) + 24);
    adjustSize();
    const QPoint wanted = request.position + QPoint(12, -height() / 2);
    move(std::clamp(wanted.x(), 4, std::max(4, parent->width() - width() - 4)),
        std::clamp(wanted.y(), 4, std::max(4, parent->height() - height() - 4)));
    connect(this, &QLineEdit::returnPressed, this, &InlineEdit::commit);
}

void InlineEdit::commit()
{
    const auto value = typedNumber(text());
    if (!value || *value < m_request.low || *value > m_request.high) {
        QToolTip::showText(mapToGlobal(QPoint(0, height())),
            tr("Type a number from %1 to %2.").arg(numberText(m_request.low), numberText(m_request.high)), this);
        selectAll();
        return;
    }
    const auto handler = m_request.commit;
    m_request.commit = nullptr;
    hide();
    deleteLater();
    if (handler) {
        handler(*value);
    }
}

void InlineEdit::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        hide();
        deleteLater();
        event->accept();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void InlineEdit::focusOutEvent(QFocusEvent* event)
{
    QLineEdit::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason) {
        hide();
        deleteLater();
    }
}

} // namespace bw
