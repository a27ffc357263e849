#include "widgets/plots/front_plot.h"

#include "widgets/allocation/budget_text.h"
#include "widgets/empty_note.h"
#include "widgets/plots/plot_header.h"
#include "widgets/plots/plot_legend.h"
#include "widgets/plots/plot_page.h"
#include "widgets/plots/plot_view.h"
#include "widgets/text.h"

#include <QPainter>
#include <QPainterPath>
#include <QToolButton>

#include <algorithm>
#include <cmath>
#include <limits>

namespace bw {

namespace {

constexpr int pointHandle = 0;
constexpr double grabDistance = 8;
constexpr double markRadius = 4.5;

QPainterPath markPath(FrontMark::Kind kind)
{
    QPainterPath path;
    const double r = markRadius;
    switch (kind) {
    case FrontMark::Kind::Uniform:
        path.addRect(-r * 0.85, -r * 0.85, r * 1.7, r * 1.7);
        break;
    case FrontMark::Kind::Snapshot:
    case FrontMark::Kind::Kept:
        path.addPolygon(QPolygonF { { 0, -r * 1.2 }, { r * 1.15, r * 0.8 }, { -r * 1.15, r * 0.8 }, { 0, -r * 1.2 } });
        break;
    case FrontMark::Kind::Measured:
        path.addPolygon(
            QPolygonF { { 0, -r * 1.3 }, { r * 1.3, 0 }, { 0, r * 1.3 }, { -r * 1.3, 0 }, { 0, -r * 1.3 } });
        break;
    case FrontMark::Kind::Recipe:
        path.addEllipse(QPointF(), r, r);
        break;
    }
    return path;
}

/// A range on a logarithmic axis that holds at least two decades.
std::pair<double, double> roomy(double low, double high)
{
    if (!(low > 0) || !std::isfinite(high)) {
        return { 1e-3, 1 };
    }
    const double missing = std::max(0.0, 2 - std::log10(high / low)) / 2 + 0.12;
    return { low * std::pow(10, -missing), high * std::pow(10, missing) };
}

} // namespace

struct FrontPlot::Private : PlotPage
{
    FrontPlot* q;
    FrontPicture picture;
    std::optional<std::pair<double, double>> walk;

    bool sharesAxis(const FrontMark& mark) const
    {
        return mark.kind != FrontMark::Kind::Measured || picture.measuredTitle.isEmpty();
    }
    QPointF at(double bits, double damage) const { return { view->pixelOf(bits), view->yPixelOf(rect, damage) }; }
    double heightOf(const FrontMark& mark, double damage) const
    {
        return sharesAxis(mark) ? view->yPixelOf(rect, damage) : view->rightPixelOf(rect, damage);
    }
    QPointF at(const FrontMark& mark) const { return { view->pixelOf(mark.bits), heightOf(mark, mark.damage) }; }
    int handleAt(QPointF position) const;
    int markAt(QPointF position) const;
    void showTexts();
    void updateHandle();
    void updateRanges();
    void paintFront(QPainter& painter);
    void paintMark(QPainter& painter, const FrontMark& mark);
    void paintNames(QPainter& painter);
    void paintLegend(QPainter& painter);
    void paintPointer(QPainter& painter);
    void clickAt(QPointF position);
};

FrontPlot::FrontPlot(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    d->build(*this, tr("Show the whole front (Home)"));
    d->header->setTitle(tr("Damage against size"));
    d->view->setObjectName(QStringLiteral("frontView"));
    d->view->setAccessibleName(tr("Damage against size: drag the point along the front"));
    d->view->setXTitle(tr("bits per weight, scales and tables counted"));
    d->view->addPainter(PlotView::Layer::Data, d->rect, [this](QPainter& p) { d->paintFront(p); });
    d->view->addPainter(PlotView::Layer::Overlay, nullptr, [this](QPainter& p) { d->paintPointer(p); });
    d->view->handleAt = [this](QPointF position) { return d->handleAt(position); };
    d->view->handles().edited
        = [this](const PlotHandle& handle, EditPhase phase) { Q_EMIT bitsEdited(handle.value, phase); };
    connect(d->view, &PlotView::clicked, this, [this](QPointF position) { d->clickAt(position); });
    connect(d->view, &PlotView::stepRequested, this, [this](int direction) {
        d->view->handles().setFocused(pointHandle);
        d->view->handles().nudgeFocused(direction);
    });
    d->showTexts();
}

FrontPlot::~FrontPlot()
{
    // It calls back while it goes.
    delete d->view;
}

void FrontPlot::setPicture(const FrontPicture& picture)
{
    if (picture == d->picture) {
        return;
    }
    const bool isSameData = picture.line == d->picture.line && picture.marks == d->picture.marks
        && picture.isStale == d->picture.isStale && picture.measuredTitle == d->picture.measuredTitle;
    d->picture = picture;
    if (isSameData) {
        d->updateHandle();
        d->showTexts();
        d->view->repaintOverlay();
        return;
    }
    d->updateRanges();
    d->updateHandle();
    d->showTexts();
    d->view->replotSoon();
}

const FrontPicture& FrontPlot::picture() const
{
    return d->picture;
}

void FrontPlot::setPoint(double bits, double damage, double askedBits)
{
    d->picture.askedBits = askedBits;
    d->picture.bits = bits;
    d->picture.damage = damage;
    d->updateHandle();
    d->view->repaintOverlay();
}

void FrontPlot::setWalk(std::optional<std::pair<double, double>> point)
{
    d->walk = point;
    d->view->repaintOverlay();
}

QPointF FrontPlot::pixelOf(double bits, double damage) const
{
    return d->at(bits, damage);
}

QWidget& FrontPlot::canvas() const
{
    return *d->view->findChild<QWidget*>(QStringLiteral("canvas"));
}

void FrontPlot::Private::showTexts()
{
    const bool hasLine = !picture.line.empty();
    setFilled(hasLine);
    empty->setText(picture.emptyText);
    header->setAside(picture.isStale && hasLine ? tr("⟳ the inputs have changed") : QString());
    header->setNote(hasLine ? tr("drag the point, or click where you want to be") : QString());
    zoomButton->setEnabled(hasLine && view->isZoomed());
    view->setYTitle(rect, picture.damageTitle);
    view->setAccessibleDescription(
        tr("%1 bits per weight: predicted damage %2").arg(numberText(picture.bits), numberText(picture.damage, 2)));
}

void FrontPlot::Private::updateHandle()
{
    std::vector<PlotHandle> list;
    if (!picture.line.empty() && picture.canDrag) {
        const double low = picture.line.front().first;
        const double high = picture.line.back().first;
        list.push_back({ pointHandle, std::clamp(picture.askedBits, low, high), low, high, 0.05,
            tr("Budget, bits per weight"), tr("Drag along the front"), 0 });
    }
    // A drag keeps the value it is at: that of the pointer.
    view->handles().setHandles(std::move(list));
}

void FrontPlot::Private::updateRanges()
{
    if (picture.line.empty()) {
        return;
    }
    double lowBits = picture.line.front().first;
    double highBits = picture.line.back().first;
    if (picture.highBits > picture.lowBits) {
        lowBits = std::min(lowBits, picture.lowBits);
        highBits = std::max(highBits, picture.highBits);
    }
    double low = std::numeric_limits<double>::infinity();
    double high = 0;
    double lowRight = low;
    double highRight = 0;
    const auto include = [](double& least, double& most, double value) {
        if (value > 0 && std::isfinite(value)) {
            least = std::min(least, value);
            most = std::max(most, value);
        }
    };
    for (const auto& [bits, damage] : picture.line) {
        include(low, high, damage);
    }
    for (const FrontMark& mark : picture.marks) {
        lowBits = std::min(lowBits, mark.bits);
        highBits = std::max(highBits, mark.bits);
        const bool isLeft = sharesAxis(mark);
        for (const double value : { mark.damage, mark.low, mark.high }) {
            include(isLeft ? low : lowRight, isLeft ? high : highRight, value);
        }
    }
    const double padding = std::max((highBits - lowBits) * 0.04, 0.05);
    view->setFullRange(lowBits - padding, highBits + padding, padding / 4);
    const auto [bottom, top] = roomy(low, high);
    // Room for names above the highest mark.
    view->setYRange(rect, bottom, top * std::pow(top / bottom, 0.06), true, false);
    const auto [bottomRight, topRight] = roomy(lowRight, highRight);
    view->setRightAxis(rect, highRight > 0 ? picture.measuredTitle : QString(), bottomRight,
        topRight * std::pow(topRight / bottomRight, 0.06));
}

int FrontPlot::Private::handleAt(QPointF position) const
{
    const PlotHandle* handle = view->handles().find(pointHandle);
    const bool isInside = view->areaOf(rect).adjusted(-8, -4, 8, 8).contains(position);
    return handle != nullptr && isInside && std::fabs(view->pixelOf(picture.bits) - position.x()) <= grabDistance
        ? pointHandle
        : HandleSet::none;
}

int FrontPlot::Private::markAt(QPointF position) const
{
    int best = -1;
    double least = 12;
    for (int index = 0; index < static_cast<int>(picture.marks.size()); ++index) {
        const QPointF away = at(picture.marks[static_cast<std::size_t>(index)]) - position;
        const double distance = std::hypot(away.x(), away.y());
        if (distance < least) {
            least = distance;
            best = index;
        }
    }
    return best;
}

void FrontPlot::Private::clickAt(QPointF position)
{
    const int mark = markAt(position);
    const double bits = mark >= 0 ? picture.marks[static_cast<std::size_t>(mark)].bits : view->valueOf(position.x());
    if (const PlotHandle* handle = view->handles().find(pointHandle)) {
        view->handles().setValue(pointHandle, std::clamp(bits, handle->low, handle->high));
    }
}

void FrontPlot::Private::paintFront(QPainter& painter)
{
    const PlotTheme& theme = view->theme();
    QPolygonF line;
    for (const auto& [bits, damage] : picture.line) {
        line.append(at(bits, damage));
    }
    QColor color = theme.optimum;
    color.setAlpha(picture.isStale ? 90 : 255);
    painter.setPen(QPen(color, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(line);
    for (const FrontMark& mark : picture.marks) {
        paintMark(painter, mark);
    }
    paintNames(painter);
    paintLegend(painter);
}

void FrontPlot::Private::paintMark(QPainter& painter, const FrontMark& mark)
{
    const PlotTheme& theme = view->theme();
    const QPointF center = at(mark);
    const bool isMeasured = mark.kind == FrontMark::Kind::Measured;
    const QColor color = isMeasured            ? theme.activation
        : mark.kind == FrontMark::Kind::Recipe ? theme.quantized
                                               : theme.original;
    painter.setPen(QPen(color, isMeasured ? 1.6 : 1.5));
    if (isMeasured && mark.high > mark.low) {
        const double top = heightOf(mark, mark.high);
        const double bottom = heightOf(mark, mark.low);
        painter.drawLine(QPointF(center.x(), top), QPointF(center.x(), bottom));
        for (const double y : { top, bottom }) {
            painter.drawLine(QPointF(center.x() - 3, y), QPointF(center.x() + 3, y));
        }
    }
    // What was predicted is hollow, what was measured is solid.
    painter.setBrush(isMeasured ? QBrush(color) : QBrush(theme.background));
    painter.drawPath(markPath(mark.kind).translated(center));
}

/// Names beside marks, as far as they do not run into each other.
void FrontPlot::Private::paintNames(QPainter& painter)
{
    painter.setFont(scaledFont(view->font(), 0.82));
    painter.setPen(view->theme().mutedText);
    const QFontMetricsF metrics(painter.font());
    const QRectF area = view->areaOf(rect);
    std::vector<QRectF> taken;
    for (const FrontMark& mark : picture.marks) {
        if (mark.kind != FrontMark::Kind::Uniform && mark.kind != FrontMark::Kind::Kept) {
            continue;
        }
        const double width = metrics.horizontalAdvance(mark.name);
        QRectF box(at(mark) + QPointF(markRadius + 4, -2 - metrics.ascent()), QSizeF(width, metrics.height()));
        if (box.right() > area.right()) {
            box.moveRight(at(mark).x() - markRadius - 4);
        }
        const bool isFree
            = std::none_of(taken.begin(), taken.end(), [&](const QRectF& other) { return other.intersects(box); });
        if (isFree) {
            taken.push_back(box);
            painter.drawText(box.bottomLeft() - QPointF(0, metrics.descent()), mark.name);
        }
    }
}

void FrontPlot::Private::paintLegend(QPainter& painter)
{
    const PlotTheme& theme = view->theme();
    // Fronts fall from the left: the right top corner is free.
    PlotLegend legend(painter, theme, view->areaOf(rect), view->font(), PlotLegend::Flow::RightColumn);
    legend.add(tr("best for the size"), [&](QPointF c) {
        painter.setPen(QPen(theme.optimum, 2));
        painter.drawLine(c - QPointF(7, 0), c + QPointF(7, 0));
    });
    legend.add(tr("this allocation"), [&](QPointF c) {
        painter.setPen(QPen(theme.quantized, 2.4));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(c, 5, 5);
    });
    const std::pair<FrontMark::Kind, QString> kinds[] = { { FrontMark::Kind::Uniform, tr("one format everywhere") },
        { FrontMark::Kind::Snapshot, tr("snapshot") }, { FrontMark::Kind::Kept, tr("A") },
        { FrontMark::Kind::Recipe, tr("recipe now") }, { FrontMark::Kind::Measured, tr("measured") } };
    for (const auto& [kind, text] : kinds) {
        const auto found = std::find_if(
            picture.marks.begin(), picture.marks.end(), [&](const FrontMark& mark) { return mark.kind == kind; });
        if (found == picture.marks.end()) {
            continue;
        }
        legend.add(text, [&, shape = kind](QPointF c) {
            const bool isMeasured = shape == FrontMark::Kind::Measured;
            const QColor color = isMeasured        ? theme.activation
                : shape == FrontMark::Kind::Recipe ? theme.quantized
                                                   : theme.original;
            painter.setPen(QPen(color, 1.5));
            painter.setBrush(isMeasured ? QBrush(color) : QBrush(theme.background));
            painter.drawPath(markPath(shape).translated(c));
        });
    }
}

void FrontPlot::Private::paintPointer(QPainter& painter)
{
    if (picture.line.empty()) {
        return;
    }
    const PlotTheme& theme = view->theme();
    const QRectF area = view->areaOf(rect);
    if (const auto band = view->zoomBand()) {
        QColor fill = theme.accent;
        fill.setAlpha(50);
        painter.fillRect(QRectF(QPointF(band->first, area.top()), QPointF(band->second, area.bottom())), fill);
        return;
    }
    painter.setClipRect(area.adjusted(-8, 0, 8, 0));
    const QPointF center = at(picture.bits, picture.damage);
    QColor guide = theme.quantized;
    guide.setAlpha(140);
    painter.setPen(QPen(guide, 1));
    painter.drawLine(QPointF(center.x(), area.top()), QPointF(center.x(), area.bottom()));
    const bool isHot = view->handles().hovered() == pointHandle || view->handles().dragged() == pointHandle
        || (view->handles().focused() == pointHandle && view->hasFocus());
    // A ring: what was measured here stays visible inside it.
    painter.setPen(QPen(theme.quantized, 3.2));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(center, isHot ? 9.5 : 8, isHot ? 9.5 : 8);
    if (walk) {
        painter.setPen(QPen(theme.text, 2));
        painter.setBrush(theme.background);
        painter.drawEllipse(at(walk->first, walk->second), 5, 5);
    }
    painter.setClipping(false);
    const int mark = view->pointer() && view->handles().dragged() == HandleSet::none ? markAt(*view->pointer()) : -1;
    if (mark >= 0) {
        const FrontMark& shown = picture.marks[static_cast<std::size_t>(mark)];
        QStringList lines { shown.name, tr("size") + u'\t' + bytesText(shown.bytes),
            tr("bits/weight") + u'\t' + numberText(shown.bits),
            (shown.kind == FrontMark::Kind::Measured ? tr("measured") : tr("predicted")) + u'\t'
                + numberText(shown.damage, 2)
                + (shown.high > shown.low ? tr(" [%1, %2]").arg(numberText(shown.low, 2), numberText(shown.high, 2))
                                          : QString()),
            shown.note };
        lines.removeAll(QString());
        view->paintReadout(painter, at(shown), lines);
    } else if (isHot) {
        view->paintReadout(painter, center,
            { bitsText(picture.bits), tr("predicted damage") + u'\t' + numberText(picture.damage, 2) });
    }
}

QSize FrontPlot::sizeHint() const
{
    return { 520, 340 };
}

QSize FrontPlot::minimumSizeHint() const
{
    return { 260, 170 };
}

} // namespace bw
