#pragma once

#include "widgets/plots/handle_set.h"
#include "widgets/plots/plot_theme.h"

#include <QPointF>
#include <QStringList>
#include <QWidget>

#include <functional>
#include <optional>

class QCustomPlot;
class QCPAxis;
class QCPAxisRect;
class QPainter;

namespace bw {

/// A thin base over QCustomPlot, which only paints here: zoom, pan, handles, keys and the read-out are handled by this
/// class. All pictures share one horizontal axis; several axis rects may show it. Replots are coalesced; what follows
/// the pointer is painted on a layer of its own.
class PlotView : public QWidget
{
    Q_OBJECT

public:
    explicit PlotView(QWidget* parent = nullptr);
    ~PlotView() override;

    /// Only for tests and pictures of the widget; the data layer.
    QCustomPlot& canvas() const { return *m_canvas; }
    const PlotTheme& theme() const { return m_theme; }
    HandleSet& handles() { return m_handles; }

    /// Removes QCustomPlot's default rect and adds an empty one below the others, styled; its bottom axis follows the
    /// shared range.
    QCPAxisRect* addRect(const QString& yTitle, int stretch);
    /// Titles of the shared axis stand under the last rect only.
    void setXTitle(const QString& title);
    /// Painted in data coordinates by `paint`, clipped to `rect` (whole canvas if null). The overlay is repainted alone
    /// when only the pointer moves.
    enum class Layer
    {
        Data,
        Overlay
    };
    void addPainter(Layer layer, QCPAxisRect* rect, std::function<void(QPainter&)> paint);
    /// Restyles everything from the palette; call after adding rects and from changeEvent.
    void applyTheme();

    /// The range that resetZoom() shows. The zoom is kept unless the range is a different one.
    void setFullRange(double low, double high, double smallestSpan);
    void resetZoom();
    bool isZoomed() const;
    double viewLow() const;
    double viewHigh() const;
    void setView(double low, double high);
    double pixelOf(double value) const;
    double valueOf(double pixel) const;
    /// Vertical axis of one rect. Logarithmic ranges must be positive. Whole-number ticks if `isCount`.
    void setYRange(QCPAxisRect* rect, double low, double high, bool isLog, bool isCount);
    void setYTitle(QCPAxisRect* rect, const QString& title);
    /// A second vertical axis on the right, logarithmic; hidden while its title is empty.
    void setRightAxis(QCPAxisRect* rect, const QString& title, double low, double high);
    double rightPixelOf(const QCPAxisRect* rect, double value) const;
    /// Values at or below a logarithmic axis' lower end are put there.
    double yPixelOf(const QCPAxisRect* rect, double value) const;
    QRectF areaOf(const QCPAxisRect* rect) const;
    /// Of the rect counted from the top.
    QRectF areaOf(int rect) const;

    /// Which handle is at a canvas position; HandleSet::none if none.
    std::function<int(QPointF)> handleAt;
    /// Pixels of the read-out: called with the pointer when no handle is dragged.
    std::optional<QPointF> pointer() const { return m_pointer; }
    void setPointer(std::optional<QPointF> pointer);
    bool isPanning() const { return m_gesture == Gesture::Pan; }
    /// The interval being chosen with Shift+drag, in pixels.
    std::optional<std::pair<double, double>> zoomBand() const;

    /// A read-out box beside `at`, kept inside the canvas. The first line is the heading; lines may hold one tab: the
    /// rest is right-aligned.
    void paintReadout(QPainter& painter, QPointF at, const QStringList& lines) const;

    void replotSoon();
    void repaintOverlay();
    /// A field to type the value of a handle.
    void typeValue(int handle);

    QSize minimumSizeHint() const override;
    bool eventFilter(QObject* watched, QEvent* event) override;

Q_SIGNALS:
    void viewChanged();
    /// After a full paint: sizes are known.
    void replotted();
    void pointerMoved();
    /// A press and release without a drag, on no handle.
    void clicked(QPointF position);
    void doubleClicked(QPointF position);
    void removeRequested(int handle);
    /// Ctrl+wheel: zoom y by the factor.
    void yZoomRequested(double factor);
    /// Keys that no handle took: arrows (direction -1 or 1).
    void stepRequested(int direction);
    void activateRequested();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    enum class Gesture
    {
        None,
        Handle,
        Pan,
        Band
    };

    void mousePressed(const QMouseEvent& event);
    void mouseMoved(const QMouseEvent& event);
    void mouseReleased(const QMouseEvent& event);
    void wheelTurned(const QWheelEvent& event);
    void updateCursor();
    void zoomAt(double value, double factor);
    void announceFocusedHandle();
    bool isInsideRects(QPointF position) const;
    void setUprightTitle(QCPAxis* axis, const QString& title);
    void elideTitles();

    QCustomPlot* m_canvas = nullptr;
    PlotTheme m_theme;
    std::vector<std::pair<QCPAxis*, QString>> m_titles; ///< of upright axes, as they would be with room enough
    HandleSet m_handles;
    double m_fullLow = 0;
    double m_fullHigh = 1;
    double m_smallestSpan = 1e-12;
    bool m_hasRange = false;
    bool m_hasAnnounced = false;
    Gesture m_gesture = Gesture::None;
    QPointF m_pressedAt;
    bool m_isDrag = false;
    bool m_isPainted = false;
    bool m_isOverlayPending = false;
    double m_panLow = 0;
    double m_panHigh = 0;
    std::optional<QPointF> m_pointer;
};

} // namespace bw
