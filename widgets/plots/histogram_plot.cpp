#include "widgets/plots/histogram_plot.h"

#include "widgets/empty_note.h"
#include "widgets/icons.h"
#include "widgets/plots/histogram_painter.h"
#include "widgets/plots/plot_header.h"
#include "widgets/plots/plot_legend.h"
#include "widgets/plots/plot_view.h"
#include "widgets/plots/value_strip.h"
#include "widgets/text.h"

#include <QPainter>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

constexpr int clipLowHandle = 0;
constexpr int clipHighHandle = 1;
constexpr int firstLevelHandle = 2;
constexpr double levelZone = 26; ///< pixels above the axis where levels are grabbed and added
constexpr double grabDistance = 6;

} // namespace

struct HistogramPlot::Private
{
    explicit Private(HistogramPlot* owner)
        : q(owner)
    {
    }

    HistogramPlot* q;
    HistogramPicture picture;
    bool isLog = false;
    bool isFitShown = true;
    double yZoom = 1;
    std::optional<double> highlight;
    std::optional<double> pinnedReadout;

    PlotHeader* header = nullptr;
    QToolButton* fitButton = nullptr;
    QToolButton* logButton = nullptr;
    QToolButton* zoomButton = nullptr;
    QStackedLayout* pages = nullptr;
    PlotView* view = nullptr;
    EmptyNote* empty = nullptr;
    ValueStrip* strip = nullptr;
    QCPAxisRect* top = nullptr;
    QCPAxisRect* bottom = nullptr;

    void buildHeader(QVBoxLayout* layout);
    void buildView();
    void connectView();
    void showTexts();
    void updateHandles();
    void updateYRanges();
    int handleAt(QPointF position) const;
    void applyEdit(const PlotHandle& handle, EditPhase phase);
    void paintData(QPainter& painter);
    void paintQuantized(QPainter& painter);
    void paintGridOverlay(QPainter& painter);
    void paintLegends(QPainter& painter);
    void paintPointer(QPainter& painter);
    void addOrReset(QPointF position);
    const FittedCurve* shownFit() const { return isFitShown && picture.fit ? &*picture.fit : nullptr; }
    double padding() const { return 0.04 * (picture.original->edges.back() - picture.original->edges.front()); }
};

HistogramPlot::HistogramPlot(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    d->buildHeader(layout);
    d->buildView();
    d->pages = new QStackedLayout;
    d->empty = new EmptyNote(this);
    d->pages->addWidget(d->view);
    d->pages->addWidget(d->empty);
    layout->addLayout(d->pages, 1);
    d->strip = new ValueStrip(this);
    d->strip->setTitle(tr("Exponent"));
    d->strip->setObjectName(QStringLiteral("exponentStrip"));
    d->strip->setContentsMargins(12, 0, 12, 4);
    layout->addWidget(d->strip);
    setFocusProxy(d->view);
    connect(d->strip, &ValueStrip::valueEdited, this, [this](double value, EditPhase phase) {
        d->picture.exponent = value;
        Q_EMIT exponentEdited(value, phase);
    });
    d->showTexts();
    d->pages->setCurrentWidget(d->empty);
    d->strip->hide();
}

HistogramPlot::~HistogramPlot()
{
    // It calls back while it goes.
    delete d->view;
}

void HistogramPlot::Private::buildHeader(QVBoxLayout* layout)
{
    header = new PlotHeader(q);
    fitButton = header->addButton(themedIcon(IconName::Density), tr("Fit"),
        tr("The distribution that fits the weights best, over their histogram"));
    fitButton->setObjectName(QStringLiteral("fitButton"));
    fitButton->setCheckable(true);
    fitButton->setChecked(isFitShown);
    logButton = header->addButton(themedIcon(IconName::LogScale), tr("Log"), tr("Logarithmic counts"));
    logButton->setObjectName(QStringLiteral("logButton"));
    logButton->setCheckable(true);
    zoomButton = header->addButton(themedIcon(IconName::ZoomReset), {}, tr("Show the whole range (Home)"));
    zoomButton->setObjectName(QStringLiteral("zoomButton"));
    layout->addWidget(header);
    QObject::connect(fitButton, &QToolButton::clicked, q, [this](bool isOn) {
        q->setFitShown(isOn);
        Q_EMIT q->fitShownEdited(isOn);
    });
    QObject::connect(logButton, &QToolButton::clicked, q, [this](bool isOn) {
        q->setLogScale(isOn);
        Q_EMIT q->logScaleEdited(isOn);
    });
    QObject::connect(zoomButton, &QToolButton::clicked, q, [this] { q->resetZoom(); });
}

void HistogramPlot::Private::buildView()
{
    view = new PlotView(q);
    view->setObjectName(QStringLiteral("histogramView"));
    view->setAccessibleName(tr("Histogram of the weights"));
    top = view->addRect({}, 3);
    bottom = view->addRect({}, 2);
    view->setXTitle(tr("weight"));
    view->addPainter(PlotView::Layer::Data, top, [this](QPainter& p) { paintData(p); });
    view->addPainter(PlotView::Layer::Data, bottom, [this](QPainter& p) { paintQuantized(p); });
    view->addPainter(PlotView::Layer::Overlay, top, [this](QPainter& p) { paintGridOverlay(p); });
    view->addPainter(PlotView::Layer::Overlay, nullptr, [this](QPainter& p) { paintLegends(p); });
    view->addPainter(PlotView::Layer::Overlay, nullptr, [this](QPainter& p) { paintPointer(p); });
    view->handleAt = [this](QPointF position) { return handleAt(position); };
    view->handles().edited = [this](const PlotHandle& handle, EditPhase phase) { applyEdit(handle, phase); };
    connectView();
}

void HistogramPlot::Private::connectView()
{
    QObject::connect(view, &PlotView::viewChanged, q, [this] {
        updateYRanges();
        zoomButton->setEnabled(view->isZoomed() || yZoom != 1);
    });
    QObject::connect(view, &PlotView::doubleClicked, q, [this](QPointF position) { addOrReset(position); });
    QObject::connect(view, &PlotView::pointerMoved, q, [this] { pinnedReadout.reset(); });
    QObject::connect(view, &PlotView::yZoomRequested, q, [this](double factor) {
        yZoom = std::clamp(yZoom * factor, 1e-6, 1.0);
        updateYRanges();
        zoomButton->setEnabled(view->isZoomed() || yZoom != 1);
    });
    QObject::connect(view, &PlotView::removeRequested, q, [this](int handle) {
        if (handle >= firstLevelHandle && picture.canEditLevels) {
            Q_EMIT q->levelRemoved(handle - firstLevelHandle);
        }
    });
    QObject::connect(view, &PlotView::stepRequested, q, [this](int direction) {
        const double shift = direction * 0.1 * (view->viewHigh() - view->viewLow());
        view->setView(view->viewLow() + shift, view->viewHigh() + shift);
    });
}

void HistogramPlot::setPicture(const HistogramPicture& picture)
{
    d->picture = picture;
    d->pinnedReadout.reset();
    const bool hasData = picture.original != nullptr && !picture.original->counts.empty()
        && picture.original->edges.size() == picture.original->counts.size() + 1;
    if (!hasData) {
        d->picture.original.reset();
    }
    d->pages->setCurrentWidget(hasData ? static_cast<QWidget*>(d->view) : d->empty);
    d->showTexts();
    d->updateHandles();
    if (hasData) {
        const auto& edges = picture.original->edges;
        d->view->setFullRange(
            edges.front() - d->padding(), edges.back() + d->padding(), (edges.back() - edges.front()) / 1000);
        d->updateYRanges();
    }
    d->view->replotSoon();
}

const HistogramPicture& HistogramPlot::picture() const
{
    return d->picture;
}

void HistogramPlot::Private::showTexts()
{
    header->setTitle(picture.title);
    header->setNote(picture.gridNote);
    empty->setText(picture.emptyText.isEmpty() ? tr("Select a layer to see its weights.") : picture.emptyText);
    const bool hasData = picture.original != nullptr;
    logButton->setEnabled(hasData);
    fitButton->setEnabled(hasData && picture.fit.has_value());
    zoomButton->setEnabled(hasData && (view->isZoomed() || yZoom != 1));
    const quint64 nan = hasData ? picture.original->nanCount : 0;
    const quint64 inf = hasData ? picture.original->infCount : 0;
    header->setAside(nan + inf == 0
            ? QString()
            : tr("%1 NaN and %2 infinite values are not in the plot").arg(countText(nan), countText(inf)));
    const QString perBin = isLog ? tr("weights per bin (log)") : tr("weights per bin");
    view->setYTitle(top, perBin);
    view->setYTitle(bottom, perBin);
    strip->setVisible(hasData && picture.exponent.has_value());
    strip->setRange(picture.exponentLow, picture.exponentHigh, 0.01);
    strip->setEditable(picture.canEditExponent);
    strip->setValue(picture.exponent);
    strip->setGhost(picture.bestExponent, picture.bestExponentGain);
}

void HistogramPlot::Private::updateHandles()
{
    std::vector<PlotHandle> handles;
    Grid& grid = picture.grid;
    if (picture.original != nullptr) {
        const double low = picture.original->edges.front() - padding();
        const double high = picture.original->edges.back() + padding();
        const double nudge = (high - low) / 500;
        if (picture.canEditClip && grid.clipLow < grid.clipHigh) {
            const double middle = picture.isClipSymmetric ? 0 : (grid.clipLow + grid.clipHigh) / 2;
            const QString hint = tr("Drag to choose where weights saturate");
            handles.push_back({ clipLowHandle, grid.clipLow, std::min(low, grid.clipLow), middle - nudge / 10, nudge,
                tr("Lower clip point"), hint });
            handles.push_back({ clipHighHandle, grid.clipHigh, middle + nudge / 10, std::max(high, grid.clipHigh),
                nudge, tr("Upper clip point"), hint });
        }
        for (std::size_t i = 0; picture.canEditLevels && i < grid.levels.size(); ++i) {
            const double below = i == 0 ? std::min(low, grid.levels[i]) : grid.levels[i - 1] + nudge / 100;
            const double above
                = i + 1 == grid.levels.size() ? std::max(high, grid.levels[i]) : grid.levels[i + 1] - nudge / 100;
            handles.push_back({ firstLevelHandle + static_cast<int>(i), grid.levels[i], std::min(below, grid.levels[i]),
                std::max(above, grid.levels[i]), nudge, tr("Level %1 of %2").arg(i + 1).arg(grid.levels.size()),
                tr("Drag to move this level; Delete removes it") });
        }
    }
    view->handles().setHandles(std::move(handles));
    if (const PlotHandle* dragged = view->handles().find(view->handles().dragged())) {
        // What is under the pointer stays there while newer pictures arrive.
        if (dragged->id == clipLowHandle || dragged->id == clipHighHandle) {
            (dragged->id == clipLowHandle ? grid.clipLow : grid.clipHigh) = dragged->value;
        } else {
            grid.levels[static_cast<std::size_t>(dragged->id - firstLevelHandle)] = dragged->value;
        }
    }
}

void HistogramPlot::Private::applyEdit(const PlotHandle& handle, EditPhase phase)
{
    Grid& grid = picture.grid;
    if (handle.id == clipLowHandle || handle.id == clipHighHandle) {
        const bool isHigh = handle.id == clipHighHandle;
        (isHigh ? grid.clipHigh : grid.clipLow) = handle.value;
        if (picture.isClipSymmetric) {
            (isHigh ? grid.clipLow : grid.clipHigh) = -handle.value;
        }
        updateHandles();
        Q_EMIT q->clipEdited(grid.clipLow, grid.clipHigh, phase);
    } else {
        const auto index = static_cast<std::size_t>(handle.id - firstLevelHandle);
        grid.levels[index] = handle.value;
        if (index > 0 && index - 1 < grid.cellEdges.size()) {
            grid.cellEdges[index - 1] = (grid.levels[index - 1] + grid.levels[index]) / 2;
        }
        if (index < grid.cellEdges.size()) {
            grid.cellEdges[index] = (grid.levels[index] + grid.levels[index + 1]) / 2;
        }
        updateHandles();
        Q_EMIT q->levelEdited(static_cast<int>(index), handle.value, phase);
    }
    view->repaintOverlay();
}

void HistogramPlot::Private::updateYRanges()
{
    if (picture.original == nullptr) {
        return;
    }
    const auto setRange = [this](QCPAxisRect* rect, const Histogram* histogram) {
        const double tallest
            = histogram != nullptr ? static_cast<double>(tallestBin(*histogram, view->viewLow(), view->viewHigh())) : 1;
        const double shown = std::max(tallest, 1.0) * (isLog ? 1 : yZoom);
        view->setYRange(rect, isLog ? 0.7 : 0, isLog ? std::max(shown * 3, 10.0) : shown * 1.18, isLog, true);
    };
    setRange(top, picture.original.get());
    setRange(bottom, picture.quantized.get());
}

int HistogramPlot::Private::handleAt(QPointF position) const
{
    const QRectF area = view->areaOf(top);
    if (!area.adjusted(-8, -4, 8, 8).contains(position)) {
        return HandleSet::none;
    }
    const bool isLevelZone = position.y() > area.bottom() - levelZone;
    int best = HandleSet::none;
    double bestDistance = grabDistance;
    for (const PlotHandle& handle : view->handles().handles()) {
        const bool isLevel = handle.id >= firstLevelHandle;
        const double distance = std::fabs(view->pixelOf(handle.value) - position.x());
        if (distance <= bestDistance && (!isLevel || isLevelZone)) {
            best = handle.id;
            bestDistance = distance;
        }
    }
    return best;
}

void HistogramPlot::Private::addOrReset(QPointF position)
{
    const QRectF area = view->areaOf(top);
    const bool isLevelZone = area.contains(position) && position.y() > area.bottom() - levelZone;
    if (picture.canEditLevels && isLevelZone && handleAt(position) == HandleSet::none) {
        Q_EMIT q->levelAdded(view->valueOf(position.x()));
    } else if (handleAt(position) == HandleSet::none) {
        q->resetZoom();
    }
}

void HistogramPlot::Private::paintData(QPainter& painter)
{
    if (picture.original != nullptr) {
        paintBins(painter, *view, top, *picture.original, { view->theme().original, view->theme().originalFill });
        if (const FittedCurve* fit = shownFit()) {
            paintFit(painter, *view, top, *picture.original, *fit);
        }
    }
}

void HistogramPlot::Private::paintQuantized(QPainter& painter)
{
    if (picture.original == nullptr) {
        return;
    }
    if (picture.quantized != nullptr && picture.quantized->counts.size() + 1 == picture.quantized->edges.size()) {
        QColor fill = view->theme().quantized;
        fill.setAlpha(70);
        paintBins(painter, *view, bottom, *picture.quantized, { view->theme().quantized, fill });
    }
}

void HistogramPlot::Private::paintGridOverlay(QPainter& painter)
{
    if (picture.original == nullptr) {
        return;
    }
    const HandleSet& handles = view->handles();
    int active = handles.dragged();
    if (active == HandleSet::none) {
        active = handles.hovered() != HandleSet::none ? handles.hovered()
            : view->hasFocus()                        ? handles.focused()
                                                      : HandleSet::none;
    }
    GridStyle style;
    style.canEditLevels = picture.canEditLevels;
    style.canEditClip = picture.canEditClip;
    style.activeLevel = active >= firstLevelHandle ? active - firstLevelHandle : -1;
    style.activeClip = active == clipLowHandle || active == clipHighHandle ? active : -1;
    paintGrid(painter, *view, top, picture.grid, style);
    paintOutliers(painter, *view, top, picture.outlierValues);
    if (highlight) {
        const QRectF area = view->areaOf(top);
        const double x = view->pixelOf(*highlight);
        painter.setPen(QPen(view->theme().outlier, 1.5, Qt::DashLine));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
}

void HistogramPlot::Private::paintLegends(QPainter& painter)
{
    if (picture.original == nullptr) {
        return;
    }
    const PlotTheme& theme = view->theme();
    using Mark = PlotLegend::Mark;
    PlotLegend above(painter, theme, view->areaOf(top), view->font());
    above.add(Mark::Area, theme.original, tr("original"));
    if (!picture.grid.levels.empty()) {
        above.add(Mark::Tick, theme.level, tr("%n levels", nullptr, static_cast<int>(picture.grid.levels.size())));
    }
    if (const FittedCurve* fit = shownFit()) {
        above.add(Mark::Curve, theme.text, fit->title);
    }
    if (!picture.outlierValues.empty()) {
        above.add(Mark::Dot, theme.outlier, tr("outliers"));
    }
    if (!picture.grid.levels.empty()) {
        above.add(Mark::Edge, theme.mutedText, tr("cell edges"));
    }
    const QString state = picture.quantized == nullptr ? tr("quantized: not computed yet")
        : picture.isExact                              ? tr("quantized")
                                                       : tr("≈ quantized, from a sample");
    PlotLegend below(painter, theme, view->areaOf(bottom), view->font());
    below.add(Mark::Area, theme.quantized, state);
}

void HistogramPlot::Private::paintPointer(QPainter& painter)
{
    if (picture.original == nullptr) {
        return;
    }
    const PlotTheme& theme = view->theme();
    const QRectF topArea = view->areaOf(top);
    const QRectF bottomArea = view->areaOf(bottom);
    if (const auto band = view->zoomBand()) {
        QColor fill = theme.accent;
        fill.setAlpha(50);
        painter.fillRect(QRectF(QPointF(band->first, topArea.top()), QPointF(band->second, bottomArea.bottom())), fill);
        return;
    }
    const HandleSet& handles = view->handles();
    const bool isKeyboard = !view->pointer() && view->hasFocus();
    const PlotHandle* handle = handles.find(handles.dragged());
    if (handle == nullptr) {
        handle = handles.find(view->pointer() ? handles.hovered() : isKeyboard ? handles.focused() : HandleSet::none);
    }
    if (handle != nullptr) {
        QStringList lines { tr("%1: %2").arg(handle->name, numberText(handle->value, 4)) };
        if (!handles.hasMoved()) {
            lines << handle->hint;
        }
        const double y = view->pointer() ? view->pointer()->y() : topArea.center().y();
        view->paintReadout(painter, QPointF(view->pixelOf(handle->value), y), lines);
        return;
    }
    std::optional<QPointF> at = view->pointer();
    if (pinnedReadout) {
        at = QPointF(view->pixelOf(*pinnedReadout), topArea.center().y());
    }
    if (!at || view->isPanning() || (!topArea.contains(*at) && !bottomArea.contains(*at))) {
        return;
    }
    painter.setPen(QPen(theme.mutedText, 1, Qt::DotLine));
    const double x = std::round(at->x()) + 0.5;
    painter.drawLine(QPointF(x, topArea.top()), QPointF(x, topArea.bottom()));
    painter.drawLine(QPointF(x, bottomArea.top()), QPointF(x, bottomArea.bottom()));
    view->paintReadout(painter, *at, readoutLines(picture, view->valueOf(at->x())));
}

void HistogramPlot::setLogScale(bool isLog)
{
    d->isLog = isLog;
    d->logButton->setChecked(isLog);
    d->showTexts();
    d->updateYRanges();
}

bool HistogramPlot::isLogScale() const
{
    return d->isLog;
}

void HistogramPlot::setFitShown(bool isShown)
{
    d->isFitShown = isShown;
    d->fitButton->setChecked(isShown);
    d->view->replotSoon();
}

bool HistogramPlot::isFitShown() const
{
    return d->isFitShown;
}

void HistogramPlot::resetZoom()
{
    d->yZoom = 1;
    d->view->resetZoom();
}

void HistogramPlot::highlightValue(double value)
{
    d->highlight = value;
    if (value < d->view->viewLow() || value > d->view->viewHigh()) {
        const double half = (d->view->viewHigh() - d->view->viewLow()) / 2;
        d->view->setView(value - half, value + half);
    }
    d->view->repaintOverlay();
}

void HistogramPlot::clearHighlight()
{
    d->highlight.reset();
    d->view->repaintOverlay();
}

void HistogramPlot::showReadout(double value)
{
    d->view->setPointer(std::nullopt);
    d->pinnedReadout = value;
    d->view->repaintOverlay();
}

QSize HistogramPlot::sizeHint() const
{
    return { 700, 480 };
}

QSize HistogramPlot::minimumSizeHint() const
{
    return { 320, 240 };
}

} // namespace bw
