#include "widgets/panels/start_cards.h"

#include "widgets/delegates/histogram_sparkline.h"
#include "widgets/icons.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/tone_label.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>

namespace bw {

namespace {

/// Common frame of things that can be clicked: base colour, thin border, accent when focused or under the pointer.
void paintCardFrame(QPainter& painter, const QAbstractButton& button, const PlotTheme& theme)
{
    painter.setRenderHint(QPainter::Antialiasing);
    const bool isLive = button.isEnabled() && (button.hasFocus() || button.underMouse());
    painter.setBrush(button.isDown() ? theme.grid : theme.background);
    painter.setPen(QPen(isLive ? theme.accent : theme.panelBorder, isLive ? 2 : 1));
    painter.drawRoundedRect(QRectF(button.rect()).adjusted(1, 1, -1, -1), 6, 6);
}

QString elided(const QFont& font, const QString& text, double width)
{
    return QFontMetricsF(font).elidedText(text, Qt::ElideMiddle, width);
}

} // namespace

DropZone::DropZone(QWidget* parent)
    : QFrame(parent)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(24, 20, 24, 20);
    row->setSpacing(16);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(4);
    auto* title = new ToneLabel(tr("Drop a model here"), Tone::Normal, this);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto* text = new ToneLabel(tr("TorchScript, PyTorch, safetensors, GGUF, ONNX, HDF5, NumPy, or a saved session; two "
                                  "models are compared. With a model open, a folder of images "
                                  "or a data file becomes its evaluation data."),
        Tone::Muted, this);
    text->setWordWrap(true);
    texts->addWidget(title);
    texts->addWidget(text);
    auto* open = new QPushButton(themedIcon(IconName::Open), tr("Open a model…"), this);
    open->setObjectName(QStringLiteral("openButton"));
    open->setDefault(true);
    open->setMinimumHeight(36);
    row->addLayout(texts, 1);
    row->addWidget(open, 0, Qt::AlignVCenter);
    connect(open, &QPushButton::clicked, this, &DropZone::openRequested);
}

void DropZone::setActive(bool isActive)
{
    m_isActive = isActive;
    update();
}

void DropZone::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const PlotTheme theme = PlotTheme::fromPalette(palette());
    QColor fill = m_isActive ? theme.accent : theme.background;
    fill.setAlpha(m_isActive ? 40 : 255);
    painter.setBrush(fill);
    painter.setPen(QPen(m_isActive ? theme.accent : theme.axis, m_isActive ? 2 : 1.4, Qt::DashLine));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
}

SampleCardButton::SampleCardButton(const SampleCard& card, QWidget* parent)
    : QAbstractButton(parent)
    , m_card(card)
{
    setText(card.title);
    setAccessibleName(card.title);
    setAccessibleDescription(card.text);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

QSize SampleCardButton::sizeHint() const
{
    constexpr int width = 320;
    const int line = fontMetrics().height() + 2;
    // Measured, as lines in a fallback font (Chinese) are higher than the font's own.
    const QRect text
        = fontMetrics().boundingRect(QRect(0, 0, width - 24, 1000), Qt::AlignLeft | Qt::TextWordWrap, m_card.text);
    return { width, (m_card.histogram.isEmpty() ? 24 : 76) + line + std::max(2 * line, text.height() + 4) };
}

QSize SampleCardButton::minimumSizeHint() const
{
    return { 160, sizeHint().height() };
}

void SampleCardButton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const PlotTheme theme = PlotTheme::fromPalette(palette());
    paintCardFrame(painter, *this, theme);
    const QRectF inside = QRectF(rect()).adjusted(12, 12, -12, -12);
    QRectF picture(inside.left(), inside.top() - 8, inside.width(), 0);
    if (!m_card.histogram.isEmpty()) {
        picture = QRectF(inside.left(), inside.top(), inside.width(), 44);
        paintSparkline(painter, picture, m_card.histogram, theme);
        painter.setPen(QPen(theme.panelBorder, 1));
        painter.drawLine(picture.bottomLeft(), picture.bottomRight());
    }
    QFont bold = font();
    bold.setBold(true);
    const double line = fontMetrics().height() + 2;
    painter.setFont(bold);
    painter.setPen(theme.text);
    painter.drawText(QRectF(inside.left(), picture.bottom() + 8, inside.width(), line), Qt::AlignLeft,
        elided(bold, m_card.title, inside.width()));
    painter.setFont(font());
    painter.setPen(theme.mutedText);
    painter.drawText(QRectF(inside.left(), picture.bottom() + 8 + line, inside.width(),
                         rect().bottom() - picture.bottom() - 8 - line),
        Qt::AlignLeft | Qt::TextWordWrap, m_card.text);
}

RecentFileRow::RecentFileRow(const RecentFile& file, QWidget* parent)
    : QAbstractButton(parent)
    , m_file(file)
{
    setText(file.name);
    setAccessibleName(file.isMissing ? tr("%1, missing").arg(file.name) : file.name);
    setAccessibleDescription(file.path);
    setToolTip(QStringLiteral("<qt>%1</qt>").arg(file.path.toHtmlEscaped()));
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 8, 0);
    row->addStretch(1);
    auto* remove = new QToolButton(this);
    remove->setIcon(themedIcon(IconName::Close));
    remove->setAutoRaise(true);
    remove->setToolTip(tr("Remove from this list"));
    remove->setAccessibleName(tr("Remove %1 from this list").arg(file.name));
    remove->setFocusPolicy(Qt::NoFocus);
    row->addWidget(remove);
    connect(remove, &QToolButton::clicked, this, &RecentFileRow::removeRequested);
}

QSize RecentFileRow::sizeHint() const
{
    return { 400, std::max(40, fontMetrics().height() + 20) };
}

void RecentFileRow::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const PlotTheme theme = PlotTheme::fromPalette(palette());
    const bool isLive = hasFocus() || underMouse();
    if (isLive) {
        paintCardFrame(painter, *this, theme);
    }
    const double ratio = devicePixelRatioF();
    const QColor quiet = PlotTheme::mutedTextColor(palette().color(QPalette::Text), palette().color(QPalette::Window));
    painter.drawPixmap(QPointF(12, (height() - 16) / 2.0),
        iconPixmap(m_file.isMissing ? IconName::Missing : IconName::File, quiet, 16, ratio));
    const double right = width() - 44;
    const QString note = m_file.isMissing ? tr("missing: %1").arg(m_file.path) : m_file.note;
    const QFontMetricsF metrics(font());
    const double nameWidth = std::min(metrics.horizontalAdvance(m_file.name), (right - 40) * 0.55);
    painter.setPen(m_file.isMissing ? quiet : palette().color(QPalette::WindowText));
    painter.drawText(QRectF(40, 0, nameWidth + 2, height()), Qt::AlignVCenter | Qt::AlignLeft,
        elided(font(), m_file.name, nameWidth + 1));
    const QRectF rest(40 + nameWidth + 16, 0, right - 56 - nameWidth, height());
    painter.setPen(quiet);
    painter.drawText(rest, Qt::AlignVCenter | Qt::AlignRight, elided(font(), note, rest.width()));
}

void RecentFileRow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Delete) {
        Q_EMIT removeRequested();
        return;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        click();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

} // namespace bw
