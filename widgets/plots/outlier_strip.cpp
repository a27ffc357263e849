#include "widgets/plots/outlier_strip.h"

#include "widgets/plots/plot_theme.h"
#include "widgets/text.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

constexpr double dotRadius = 4;

double axisStep(double reach)
{
    double step = 1;
    for (const double candidate : { 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0 }) {
        step = candidate;
        if (reach / candidate <= 7) {
            break;
        }
    }
    return step;
}

} // namespace

OutlierStrip::OutlierStrip(QWidget* parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Distances of the largest weights from the mean"));
}

void OutlierStrip::setPicture(const OutliersPicture& picture)
{
    m_picture = picture;
    m_selected = -1;
    m_hovered = -1;
    m_reach = 6;
    for (std::size_t i = 0; i < picture.outliers.size(); ++i) {
        m_reach = std::max(m_reach, std::fabs(sigmas(i)) * 1.06);
    }
    update();
}

void OutlierStrip::setSelected(int row)
{
    m_selected = row;
    update();
}

QSize OutlierStrip::sizeHint() const
{
    return { 600, 64 + fontMetrics().height() };
}

QSize OutlierStrip::minimumSizeHint() const
{
    return { 200, sizeHint().height() };
}

double OutlierStrip::sigmas(std::size_t row) const
{
    return m_picture.std > 0 ? (static_cast<double>(m_picture.outliers[row].value) - m_picture.mean) / m_picture.std
                             : 0;
}

double OutlierStrip::pixelOf(double sigma) const
{
    return 20 + (sigma + m_reach) / (2 * m_reach) * (width() - 40);
}

int OutlierStrip::rowAt(QPointF position) const
{
    int best = -1;
    double bestDistance = dotRadius + 4;
    for (std::size_t i = 0; i < m_picture.outliers.size(); ++i) {
        const double distance = std::fabs(pixelOf(sigmas(i)) - position.x());
        if (distance < bestDistance) {
            best = static_cast<int>(i);
            bestDistance = distance;
        }
    }
    return best;
}

void OutlierStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const PlotTheme theme = PlotTheme::fromPalette(palette());
    painter.fillRect(rect(), theme.background);
    if (m_picture.std <= 0) {
        return;
    }
    const double axis = height() - fontMetrics().height() - 10.0;
    const double middle = axis / 2 + 2;
    // The share inside 3 σ is the bulk.
    const QRectF bulk(QPointF(pixelOf(-3), middle - 14), QPointF(pixelOf(3), middle + 14));
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.originalFill);
    painter.drawRoundedRect(bulk, 4, 4);
    painter.setFont(scaledFont(tabularFont(font()), 0.88));
    const QString inside = tr("%1 of the weights lie within 3 σ").arg(percentText(1 - m_picture.share3Sigma, 4));
    const double insideWidth = QFontMetricsF(painter.font()).horizontalAdvance(inside);
    painter.setPen(readableColor(theme.mutedText, theme.originalFill));
    if (insideWidth < bulk.width() - 8) {
        painter.drawText(bulk, Qt::AlignCenter, inside);
    }
    painter.setPen(QPen(theme.axis, 1));
    painter.drawLine(QPointF(pixelOf(-m_reach), axis), QPointF(pixelOf(m_reach), axis));
    const double step = axisStep(m_reach);
    for (double sigma = -std::floor(m_reach / step) * step; sigma <= m_reach; sigma += step) {
        const double x = pixelOf(sigma);
        painter.setPen(QPen(theme.axis, 1));
        painter.drawLine(QPointF(x, axis), QPointF(x, axis + 3));
        painter.setPen(theme.mutedText);
        const QString label
            = sigma == 0 ? tr("mean") : tr("%1 σ").arg(QString::number(sigma).replace(QLatin1Char('-'), QChar(0x2212)));
        painter.drawText(QRectF(x - 40, axis + 4, 80, height() - axis - 4), Qt::AlignHCenter | Qt::AlignTop, label);
    }
    for (std::size_t i = 0; i < m_picture.outliers.size(); ++i) {
        const bool isActive = static_cast<int>(i) == m_selected || static_cast<int>(i) == m_hovered;
        painter.setPen(QPen(isActive ? theme.text : theme.background, isActive ? 1.6 : 1));
        painter.setBrush(theme.outlier);
        const double radius = isActive ? dotRadius + 2 : dotRadius;
        painter.drawEllipse(QPointF(pixelOf(sigmas(i)), middle), radius, radius);
    }
}

void OutlierStrip::mouseMoveEvent(QMouseEvent* event)
{
    m_hovered = rowAt(event->position());
    m_hovered >= 0 ? setCursor(Qt::PointingHandCursor) : unsetCursor();
    setToolTip(m_hovered < 0
            ? QString()
            : numberText(static_cast<double>(m_picture.outliers[static_cast<std::size_t>(m_hovered)].value), 4));
    update();
}

void OutlierStrip::mousePressEvent(QMouseEvent* event)
{
    const int row = rowAt(event->position());
    if (event->button() == Qt::LeftButton && row >= 0) {
        Q_EMIT dotClicked(row);
    }
}

void OutlierStrip::leaveEvent(QEvent* event)
{
    m_hovered = -1;
    update();
    QWidget::leaveEvent(event);
}

} // namespace bw
