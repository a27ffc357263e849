#pragma once

#include "core/distributions/density.h"
#include "core/formats/grid.h"
#include "core/stats/histogram.h"
#include "widgets/edit_phase.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace bw {

/// A distribution fitted to the weights, drawn over their histogram.
struct FittedCurve
{
    Density density;
    double rms = 1; ///< its root mean square, in weight units
    double count = 0; ///< weights it stands for
    QString title; ///< "Student-t, ν = 5.3"
    double ksDistance = 0; ///< how well it fits (Kolmogorov-Smirnov)
    /// Weights it expects between two neighbouring values.
    double expected(double low, double high) const;
    friend bool operator==(const FittedCurve&, const FittedCurve&) = default;
};

/// Everything the distribution view shows of one layer. Values are weights; nothing is computed from it but positions.
struct HistogramPicture
{
    QString title; ///< layer name, plain text
    std::shared_ptr<const Histogram> original; ///< null: nothing to show, emptyText says why
    std::shared_ptr<const Histogram> quantized; ///< same edges as original; null: not known yet
    Grid grid; ///< empty: no levels drawn
    bool isExact = true; ///< false: quantized values and grid come from a sample ("≈")
    QString gridNote; ///< whose grid it is: "levels of channel 3 of 64"
    QString emptyText;

    bool canEditLevels = false; ///< levels can be dragged, added (double-click on the axis strip) and removed (Delete)
    bool canEditClip = false; ///< clip points can be dragged
    bool isClipSymmetric = true; ///< dragging one clip point moves the other the opposite way
    bool canEditExponent = false; ///< the exponent strip takes edits
    std::optional<double> exponent; ///< shows the exponent strip
    std::optional<double> bestExponent; ///< ghost on the strip
    QString bestExponentGain; ///< "−31 % error"
    double exponentLow = 0.05;
    double exponentHigh = 2;

    std::optional<FittedCurve> fit;
    std::vector<float> outlierValues; ///< purple dots under the axis
    friend bool operator==(const HistogramPicture&, const HistogramPicture&) = default;
};

/// Weight histogram with levels, cell edges and clip points over it; the quantized values in the same bins below.
/// Wheel: zoom x at the pointer (Ctrl: y). Drag: pan. Shift+drag: zoom to an interval. Double-click or Home: reset.
/// Handles: Tab and arrow keys (Shift coarse, Alt fine), Esc puts a drag back, right-click or Enter types a value.
class HistogramPlot : public QWidget
{
    Q_OBJECT

public:
    explicit HistogramPlot(QWidget* parent = nullptr);
    ~HistogramPlot() override;

    /// Never emits. While a handle is dragged it stays under the pointer whatever the picture says. The zoom stays
    /// unless the bins' range changes.
    void setPicture(const HistogramPicture& picture);
    const HistogramPicture& picture() const;
    void setLogScale(bool isLog);
    bool isLogScale() const;
    /// Is the fitted distribution drawn where there is one? It is at first.
    void setFitShown(bool isShown);
    bool isFitShown() const;
    void resetZoom();
    /// Marks one value with a dashed line and brings it into view.
    void highlightValue(double value);
    void clearHighlight();
    /// For documentation pictures: shows the read-out as if the pointer were over `value`.
    void showReadout(double value);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void clipEdited(double low, double high, bw::EditPhase phase);
    void levelEdited(int index, double value, bw::EditPhase phase);
    void levelAdded(double value);
    void levelRemoved(int index);
    void exponentEdited(double exponent, bw::EditPhase phase);
    void logScaleEdited(bool isLog);
    void fitShownEdited(bool isShown);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
