#pragma once

#include "widgets/plots/histogram_plot.h"
#include "widgets/plots/plot_view.h"

#include <QStringList>

#include <cstdint>
#include <optional>

namespace bw {

/// How one group of bins is painted.
struct BinStyle
{
    QColor line;
    QColor fill;
};

/// The bins as one filled outline; every bin keeps its own step.
void paintBins(QPainter& painter, const PlotView& view, const QCPAxisRect* rect, const Histogram& histogram,
    const BinStyle& style);
/// What a fitted distribution expects in a bin, as a curve: of the bins' width, at every point.
void paintFit(QPainter& painter, const PlotView& view, const QCPAxisRect* rect, const Histogram& histogram,
    const FittedCurve& fit);
/// Cell edges, level ticks, clip points with their faded outside. `active` is the handle to emphasise (see
/// HistogramPlot's ids).
struct GridStyle
{
    bool canEditLevels = false;
    bool canEditClip = false;
    int activeLevel = -1;
    int activeClip = -1; ///< 0 low, 1 high
};
void paintGrid(
    QPainter& painter, const PlotView& view, const QCPAxisRect* rect, const Grid& grid, const GridStyle& style);
void paintOutliers(QPainter& painter, const PlotView& view, const QCPAxisRect* rect, const std::vector<float>& values);
/// Index of the bin that holds `value`; the last edge belongs to the last bin.
std::optional<std::size_t> binOf(const Histogram& histogram, double value);
/// Counted weights between two values, bins that are cut counted by the share inside.
double countBetween(const Histogram& histogram, double low, double high);
/// Tallest bin that is at least partly inside [low, high].
std::uint64_t tallestBin(const Histogram& histogram, double low, double high);
/// Read-out of a position: bin range, counts, level, cell and its share.
QStringList readoutLines(const HistogramPicture& picture, double value);

} // namespace bw
