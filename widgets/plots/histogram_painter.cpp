#include "widgets/plots/histogram_painter.h"

#include "widgets/text.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

constexpr double levelTickHeight = 16;

void paintClipSide(
    QPainter& painter, const PlotView& view, const QRectF& area, double x, bool isHigh, bool isEditable, bool isActive)
{
    const PlotTheme& theme = view.theme();
    QColor fade = theme.background;
    fade.setAlpha(170);
    const QRectF outside = isHigh ? QRectF(QPointF(x, area.top()), area.bottomRight())
                                  : QRectF(area.topLeft(), QPointF(x, area.bottom()));
    if (outside.isValid()) {
        painter.fillRect(outside & area, fade);
    }
    painter.setPen(QPen(isActive ? theme.text : theme.mutedText, isActive ? 2 : 1.2, Qt::SolidLine));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    if (!isEditable) {
        return;
    }
    // Clear of the legend above and the level handles below.
    const QRectF grip(x - 5, area.top() + 0.42 * area.height() - 9, 10, 18);
    painter.setBrush(isActive ? theme.text : theme.panel);
    painter.setPen(QPen(theme.mutedText, 1));
    painter.drawRoundedRect(grip, 3, 3);
    painter.setPen(QPen(isActive ? theme.background : theme.mutedText, 1));
    for (const double dx : { -1.5, 1.5 }) {
        painter.drawLine(QPointF(x + dx, grip.top() + 5), QPointF(x + dx, grip.bottom() - 5));
    }
}

} // namespace

void paintBins(
    QPainter& painter, const PlotView& view, const QCPAxisRect* rect, const Histogram& histogram, const BinStyle& style)
{
    if (histogram.counts.empty()) {
        return;
    }
    const double low = view.viewLow();
    const double high = view.viewHigh();
    const double base = view.areaOf(rect).bottom() + 1;
    const auto& edges = histogram.edges;
    const auto firstEdge = std::upper_bound(edges.begin(), edges.end(), low);
    std::size_t bin = firstEdge == edges.begin() ? 0 : static_cast<std::size_t>(firstEdge - edges.begin()) - 1;
    bin = std::min(bin, histogram.counts.size() - 1);

    QPolygonF outline;
    outline.append(QPointF(view.pixelOf(edges[bin]), base));
    for (; bin < histogram.counts.size() && edges[bin] <= high; ++bin) {
        const std::uint64_t count = histogram.counts[bin];
        const double y = count == 0 ? base : view.yPixelOf(rect, static_cast<double>(count));
        outline.append(QPointF(view.pixelOf(edges[bin]), y));
        outline.append(QPointF(view.pixelOf(edges[bin + 1]), y));
    }
    outline.append(QPointF(outline.last().x(), base));
    painter.setPen(Qt::NoPen);
    painter.setBrush(style.fill);
    painter.drawPolygon(outline);
    painter.setBrush(Qt::NoBrush);
    QPen pen(style.line, 1.1);
    pen.setJoinStyle(Qt::MiterJoin);
    painter.setPen(pen);
    painter.drawPolyline(outline);
}

double FittedCurve::expected(double low, double high) const
{
    const UnitDensity unit(density);
    return count * (unit.shareAbove(low / rms) - unit.shareAbove(high / rms));
}

void paintFit(QPainter& painter, const PlotView& view, const QCPAxisRect* rect, const Histogram& histogram,
    const FittedCurve& fit)
{
    const QRectF area = view.areaOf(rect);
    const UnitDensity unit(fit.density);
    const double perDensity = fit.count * (histogram.edges[1] - histogram.edges[0]) / fit.rms;
    QPolygonF curve;
    for (double x = area.left() - 1; x <= area.right() + 1; ++x) {
        curve.append(QPointF(x, view.yPixelOf(rect, perDensity * unit.at(view.valueOf(x) / fit.rms))));
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(view.theme().text, 1.4));
    painter.drawPolyline(curve);
}

void paintGrid(
    QPainter& painter, const PlotView& view, const QCPAxisRect* rect, const Grid& grid, const GridStyle& style)
{
    const PlotTheme& theme = view.theme();
    const QRectF area = view.areaOf(rect);
    if (grid.clipLow < grid.clipHigh) {
        paintClipSide(painter, view, area, view.pixelOf(grid.clipLow), false, style.canEditClip, style.activeClip == 0);
        paintClipSide(painter, view, area, view.pixelOf(grid.clipHigh), true, style.canEditClip, style.activeClip == 1);
    }
    const double span
        = grid.levels.size() > 1 ? view.pixelOf(grid.levels.back()) - view.pixelOf(grid.levels.front()) : area.width();
    const double spacing = span / static_cast<double>(std::max<std::size_t>(1, grid.levels.size()));
    // Denser than this, edges would only be a grey veil; zooming in brings them back.
    if (spacing >= 5) {
        painter.setPen(QPen(theme.cellEdge, 1, Qt::DotLine));
        for (const double edge : grid.cellEdges) {
            const double x = std::round(view.pixelOf(edge)) + 0.5;
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        }
    }
    QColor stem = theme.level;
    stem.setAlpha(spacing >= 5 ? 90 : 40);
    const double tick = spacing >= 3 ? levelTickHeight : levelTickHeight / 2;
    for (std::size_t i = 0; i < grid.levels.size(); ++i) {
        const double x = view.pixelOf(grid.levels[i]);
        if (x < area.left() - 8 || x > area.right() + 8) {
            continue;
        }
        const bool isActive = static_cast<int>(i) == style.activeLevel;
        if (spacing >= 5 || isActive) {
            painter.setPen(QPen(isActive ? theme.level : stem, isActive ? 1.6 : 1));
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom() - tick));
        }
        painter.setPen(QPen(theme.level, isActive ? 3 : std::clamp(spacing / 4, 1.0, 2.0), Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(x, area.bottom() - tick), QPointF(x, area.bottom() + 1));
        if (style.canEditLevels) {
            painter.setPen(QPen(theme.background, 1));
            painter.setBrush(theme.level);
            const double radius = isActive ? 6 : std::min(4.5, std::max(2.0, spacing / 2));
            painter.drawEllipse(QPointF(x, area.bottom() - tick), radius, radius);
        }
    }
}

void paintOutliers(QPainter& painter, const PlotView& view, const QCPAxisRect* rect, const std::vector<float>& values)
{
    const QRectF area = view.areaOf(rect);
    painter.setPen(QPen(view.theme().background, 0.8));
    painter.setBrush(view.theme().outlier);
    for (const float value : values) {
        painter.drawEllipse(QPointF(view.pixelOf(value), area.bottom() - 30), 3, 3);
    }
}

std::optional<std::size_t> binOf(const Histogram& histogram, double value)
{
    if (histogram.counts.empty() || !(value >= histogram.edges.front()) || value > histogram.edges.back()) {
        return std::nullopt;
    }
    const auto edge = std::upper_bound(histogram.edges.begin(), histogram.edges.end(), value);
    const auto index = static_cast<std::size_t>(edge - histogram.edges.begin()) - 1;
    return std::min(index, histogram.counts.size() - 1);
}

double countBetween(const Histogram& histogram, double low, double high)
{
    double sum = 0;
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
        const double left = std::max(low, histogram.edges[i]);
        const double right = std::min(high, histogram.edges[i + 1]);
        const double width = histogram.edges[i + 1] - histogram.edges[i];
        if (right > left && width > 0) {
            sum += static_cast<double>(histogram.counts[i]) * (right - left) / width;
        }
    }
    return sum;
}

std::uint64_t tallestBin(const Histogram& histogram, double low, double high)
{
    std::uint64_t tallest = 0;
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
        if (histogram.edges[i + 1] > low && histogram.edges[i] < high) {
            tallest = std::max(tallest, histogram.counts[i]);
        }
    }
    return tallest;
}

QStringList readoutLines(const HistogramPicture& picture, double value)
{
    const Histogram& original = *picture.original;
    const auto bin = binOf(original, value);
    if (!bin) {
        return { numberText(value), HistogramPlot::tr("outside the weights' range") };
    }
    double total = 0;
    for (const std::uint64_t count : original.counts) {
        total += static_cast<double>(count);
    }
    const auto shareOf = [total](double count) { return total > 0 ? percentText(count / total, 2) : unknownText(); };
    QStringList lines;
    const int digits = 4;
    lines << HistogramPlot::tr("%1 … %2").arg(
        numberText(original.edges[*bin], digits), numberText(original.edges[*bin + 1], digits));
    const auto count = original.counts[*bin];
    lines << HistogramPlot::tr("weights") + QLatin1Char('\t')
            + HistogramPlot::tr("%1 (%2)").arg(countText(count), shareOf(static_cast<double>(count)));
    if (picture.fit) {
        lines << HistogramPlot::tr("by the fit") + QLatin1Char('\t')
                + numberText(picture.fit->expected(original.edges[*bin], original.edges[*bin + 1]), false);
    }
    if (picture.quantized && *bin < picture.quantized->counts.size()) {
        const QString shown = countText(picture.quantized->counts[*bin]);
        lines << HistogramPlot::tr("after quantization") + QLatin1Char('\t')
                + (picture.isExact ? shown : QChar(0x2248) + shown);
    }
    const Grid& grid = picture.grid;
    if (!grid.levels.empty() && grid.cellEdges.size() + 1 == grid.levels.size()) {
        const auto cell = static_cast<std::size_t>(
            std::upper_bound(grid.cellEdges.begin(), grid.cellEdges.end(), value) - grid.cellEdges.begin());
        const double low = cell == 0 ? original.edges.front() : grid.cellEdges[cell - 1];
        const double high = cell == grid.cellEdges.size() ? original.edges.back() : grid.cellEdges[cell];
        lines << HistogramPlot::tr("becomes level") + QLatin1Char('\t') + numberText(grid.levels[cell], digits);
        lines << HistogramPlot::tr("its cell") + QLatin1Char('\t')
                + HistogramPlot::tr("%1 … %2").arg(numberText(low), numberText(high));
        lines << HistogramPlot::tr("share in the cell") + QLatin1Char('\t') + QChar(0x2248)
                + shareOf(countBetween(original, low, high));
    }
    return lines;
}

} // namespace bw
