#include "widgets/plots/exponent_plot.h"

#include "widgets/empty_note.h"
#include "widgets/plots/plot_header.h"
#include "widgets/plots/plot_page.h"
#include "widgets/plots/plot_view.h"
#include "widgets/text.h"

#include <QPainter>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

constexpr int markerHandle = 0;
constexpr double grabDistance = 8;
constexpr double snapDistance = 8;

/// R between the curve's points, linearly.
double errorAtExponent(const ExponentCurve& curve, double a)
{
    const auto& points = curve.points;
    const auto next = std::lower_bound(
        points.begin(), points.end(), a, [](const auto& point, double x) { return point.first < x; });
    if (next == points.begin()) {
        return points.front().second;
    }
    if (next == points.end()) {
        return points.back().second;
    }
    const auto& left = *(next - 1);
    const double width = next->first - left.first;
    return width <= 0 ? next->second : left.second + (next->second - left.second) * (a - left.first) / width;
}

} // namespace

struct ExponentPlot::Private : PlotPage
{
    ExponentPlot* q;
    ExponentPicture picture;

    bool hasData() const { return picture.curve.points.size() >= 2; }
    bool isOnGhost(QPointF position) const;
    QString gainText() const;
    void showTexts();
    void updateHandles();
    void updateYRange();
    int handleAt(QPointF position) const;
    void paintCurve(QPainter& painter);
    void paintMarks(QPainter& painter);
    void paintPointer(QPainter& painter);
    void paintLineLabel(
        QPainter& painter, double x, double y, const QString& text, const QColor& color, bool prefersLeft = false);
};

ExponentPlot::ExponentPlot(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    d->build(*this, tr("Show the whole curve (Home)"));
    d->view->setObjectName(QStringLiteral("exponentView"));
    d->view->setAccessibleName(tr("Error against the exponent"));
    d->view->setYTitle(d->rect, tr("error R = RMSE / RMS"));
    d->view->setXTitle(tr("exponent a"));
    d->view->addPainter(PlotView::Layer::Data, d->rect, [this](QPainter& p) { d->paintCurve(p); });
    d->view->addPainter(PlotView::Layer::Overlay, d->rect, [this](QPainter& p) { d->paintMarks(p); });
    d->view->addPainter(PlotView::Layer::Overlay, nullptr, [this](QPainter& p) { d->paintPointer(p); });
    d->view->handleAt = [this](QPointF position) { return d->handleAt(position); };
    d->view->handles().edited = [this](const PlotHandle& handle, EditPhase phase) {
        d->picture.current = handle.value;
        d->picture.isFixed = true;
        d->showTexts();
        Q_EMIT exponentEdited(handle.value, phase);
    };
    connect(d->view, &PlotView::viewChanged, this, [this] { d->updateYRange(); });
    connect(d->view, &PlotView::doubleClicked, this, [this](QPointF position) {
        if (d->isOnGhost(position) && d->picture.canEdit) {
            d->view->handles().setValue(markerHandle, d->picture.curve.optimum);
            d->view->repaintOverlay();
        } else {
            d->view->resetZoom();
        }
    });
    d->showTexts();
    d->setFilled(false);
}

ExponentPlot::~ExponentPlot()
{
    // It calls back while it goes.
    delete d->view;
}

void ExponentPlot::setPicture(const ExponentPicture& picture)
{
    d->picture = picture;
    d->updateHandles();
    if (d->hasData()) {
        const auto& points = picture.curve.points;
        d->view->setFullRange(
            points.front().first, points.back().first, (points.back().first - points.front().first) / 50);
        d->updateYRange();
    }
    d->showTexts();
    d->setFilled(d->hasData());
    d->view->replotSoon();
}

const ExponentPicture& ExponentPlot::picture() const
{
    return d->picture;
}

void ExponentPlot::Private::showTexts()
{
    header->setTitle(picture.title);
    empty->setText(picture.emptyText.isEmpty()
            ? tr("Give the layer a power-function format to see how its error depends on the exponent.")
            : picture.emptyText);
    zoomButton->setEnabled(hasData() && view->isZoomed());
    if (!hasData()) {
        header->setNote({});
        return;
    }
    const QString state
        = picture.isFixed ? tr("exponent set to %1").arg(numberText(picture.current)) : tr("exponent searched");
    const QString bits = tr("%n bits", nullptr, picture.curve.bits);
    header->setNote(picture.isExact ? tr("%1, %2").arg(bits, state) : tr("%1, %2; ≈ from a sample").arg(bits, state));
}

void ExponentPlot::Private::updateHandles()
{
    std::vector<PlotHandle> handles;
    if (hasData() && picture.canEdit) {
        const double low = picture.curve.points.front().first;
        const double high = picture.curve.points.back().first;
        handles.push_back({ markerHandle, std::clamp(picture.current, low, high), low, high, 0.01, tr("Exponent"),
            tr("Drag to choose the exponent; double-click the green line for the best one"), 0.01 });
    }
    view->handles().setHandles(std::move(handles));
    if (const PlotHandle* dragged = view->handles().find(view->handles().dragged())) {
        picture.current = dragged->value;
        picture.isFixed = true;
    }
}

void ExponentPlot::Private::updateYRange()
{
    if (!hasData()) {
        return;
    }
    const ExponentCurve& curve = picture.curve;
    double tallest = 0;
    for (const auto& [a, error] : curve.points) {
        if (a >= view->viewLow() && a <= view->viewHigh() && std::isfinite(error)) {
            tallest = std::max(tallest, error);
        }
    }
    // The far ends rise steeply; the interesting part keeps most of the height.
    const double enough = std::max(curve.errorUniform * 1.5, curve.error * 3);
    view->setYRange(rect, 0, std::max(std::min(tallest, enough) * 1.15, 1e-12), false, false);
}

bool ExponentPlot::Private::isOnGhost(QPointF position) const
{
    return hasData() && std::fabs(view->pixelOf(picture.curve.optimum) - position.x()) <= snapDistance;
}

int ExponentPlot::Private::handleAt(QPointF position) const
{
    const PlotHandle* handle = view->handles().find(markerHandle);
    const bool isInside = view->areaOf(rect).adjusted(-8, -4, 8, 8).contains(position);
    const bool isNear = handle != nullptr && std::fabs(view->pixelOf(handle->value) - position.x()) <= grabDistance;
    return isInside && isNear ? markerHandle : HandleSet::none;
}

QString ExponentPlot::Private::gainText() const
{
    const ExponentCurve& curve = picture.curve;
    const QString best = numberText(curve.optimum);
    if (picture.isFixed && (picture.current < curve.flatLow || picture.current > curve.flatHigh)) {
        const double now = errorAtExponent(curve, picture.current);
        return now > 0 ? tr("best a = %1: %2 error").arg(best, signedPercentText(curve.error / now - 1))
                       : tr("best a = %1").arg(best);
    }
    if (curve.errorUniform <= 0) {
        return tr("best a = %1").arg(best);
    }
    return tr("best a = %1: %2 error against a = 1").arg(best, signedPercentText(curve.error / curve.errorUniform - 1));
}

void ExponentPlot::Private::paintCurve(QPainter& painter)
{
    if (!hasData()) {
        return;
    }
    const PlotTheme& theme = view->theme();
    const QRectF area = view->areaOf(rect);
    const ExponentCurve& curve = picture.curve;
    if (curve.flatHigh > curve.flatLow) {
        painter.fillRect(QRectF(QPointF(view->pixelOf(curve.flatLow), area.top()),
                             QPointF(view->pixelOf(curve.flatHigh), area.bottom())),
            theme.interval);
    }
    QPolygonF line;
    for (const auto& [a, error] : curve.points) {
        if (std::isfinite(error)) {
            line.append(QPointF(view->pixelOf(a), view->yPixelOf(rect, error)));
        }
    }
    painter.setPen(QPen(theme.quantized, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPolyline(line);
}

void ExponentPlot::Private::paintLineLabel(
    QPainter& painter, double x, double y, const QString& text, const QColor& color, bool prefersLeft)
{
    const QFont font = scaledFont(tabularFont(view->font()), 0.95);
    const QFontMetricsF metrics(font);
    const QRectF area = view->areaOf(rect);
    const double width = metrics.horizontalAdvance(text) + 8;
    const bool hasRoomLeft = x - width - 6 >= area.left();
    const bool isLeft = (prefersLeft && hasRoomLeft) || x + width + 6 > area.right();
    const QRectF box(isLeft ? x - width - 4 : x + 4, y, width, metrics.height() + 2);
    QColor veil = view->theme().background;
    veil.setAlpha(215);
    painter.fillRect(box, veil);
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(box, Qt::AlignCenter, text);
}

void ExponentPlot::Private::paintMarks(QPainter& painter)
{
    if (!hasData()) {
        return;
    }
    const PlotTheme& theme = view->theme();
    const QRectF area = view->areaOf(rect);
    const ExponentCurve& curve = picture.curve;
    const double lineHeight = QFontMetricsF(view->font()).height() + 4;
    const auto vertical = [&](double a, const QPen& pen) {
        const double x = view->pixelOf(a);
        painter.setPen(pen);
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        return x;
    };
    if (curve.points.front().first < 1 && curve.points.back().first > 1) {
        const double x = vertical(1, QPen(theme.axis, 1, Qt::DotLine));
        paintLineLabel(painter, x, area.top() + 8 + 2 * lineHeight, tr("uniform, a = 1"), theme.mutedText);
    }
    const double ghost = vertical(curve.optimum, QPen(theme.optimum, 1.6, Qt::DashLine));
    const HandleSet& handles = view->handles();
    const bool isActive = handles.dragged() == markerHandle || handles.hovered() == markerHandle
        || (view->hasFocus() && handles.focused() == markerHandle);
    const double x = vertical(picture.current, QPen(theme.text, isActive ? 2.4 : 1.4));
    const QPointF center(x, view->yPixelOf(rect, errorAtExponent(curve, picture.current)));
    // On the side away from the marker.
    paintLineLabel(
        painter, ghost, area.top() + 8, gainText(), readableColor(theme.optimum, theme.background), x > ghost);
    painter.setPen(QPen(theme.text, 1.4));
    painter.setBrush(isActive ? theme.quantized : theme.background);
    painter.drawEllipse(center, isActive ? 7 : 6, isActive ? 7 : 6);
    const QString error
        = (picture.isExact ? QString() : QString(QChar(0x2248))) + numberText(errorAtExponent(curve, picture.current));
    const QString label
        = picture.isFixed ? tr("a = %1: R %2").arg(numberText(picture.current), error) : tr("R %1").arg(error);
    paintLineLabel(
        painter, x + 6, std::max(center.y() - 2 * lineHeight, area.top() + 8 + lineHeight), label, theme.text);
}

void ExponentPlot::Private::paintPointer(QPainter& painter)
{
    if (!hasData()) {
        return;
    }
    const QRectF area = view->areaOf(rect);
    if (const auto band = view->zoomBand()) {
        QColor fill = view->theme().accent;
        fill.setAlpha(50);
        painter.fillRect(QRectF(QPointF(band->first, area.top()), QPointF(band->second, area.bottom())), fill);
        return;
    }
    const HandleSet& handles = view->handles();
    const bool isKeyboard = !view->pointer() && view->hasFocus() && handles.focused() == markerHandle;
    const bool isOnHandle = handles.dragged() == markerHandle || handles.hovered() == markerHandle || isKeyboard;
    if (!isOnHandle && (!view->pointer() || view->isPanning() || !area.contains(*view->pointer()))) {
        return;
    }
    const double a = isOnHandle ? picture.current : view->valueOf(view->pointer()->x());
    const QPointF at(view->pixelOf(a), view->pointer() ? view->pointer()->y() : area.center().y());
    const QString mark = picture.isExact ? QString() : QString(QChar(0x2248));
    QStringList lines { tr("a = %1").arg(numberText(a)) };
    lines << tr("error R") + QLatin1Char('\t') + mark + numberText(errorAtExponent(picture.curve, a));
    if (isOnHandle && !handles.hasMoved()) {
        lines << tr("Drag to choose the exponent");
    }
    if (view->pointer() && isOnGhost(*view->pointer()) && handles.dragged() != markerHandle && picture.canEdit) {
        lines << tr("Double-click to take the best");
    }
    view->paintReadout(painter, at, lines);
}

QSize ExponentPlot::sizeHint() const
{
    return { 700, 480 };
}

QSize ExponentPlot::minimumSizeHint() const
{
    return { 320, 200 };
}

} // namespace bw
