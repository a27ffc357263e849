#include "widgets/plots/point_plot.h"

#include "widgets/empty_note.h"
#include "widgets/icons.h"
#include "widgets/plots/plot_header.h"
#include "widgets/plots/plot_view.h"

#include <QPainter>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace bw {

namespace {
constexpr double grabDistance = 13;
} // namespace

PointPlot::PointPlot(QWidget* parent)
    : QWidget(parent)
    , m_header(new PlotHeader(this))
    , m_view(new PlotView(this))
    , m_empty(new EmptyNote(this))
    , m_pages(new QStackedLayout)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addLayout(m_pages, 1);
    m_rect = m_view->addRect(tr("error R = RMSE / RMS"), 1);
    m_view->setXTitle(tr("bits per weight, scales and tables counted"));
    setFocusProxy(m_view);
}

PointPlot::~PointPlot()
{
    dropView();
}

void PointPlot::dropView()
{
    delete std::exchange(m_view, nullptr);
}

void PointPlot::setPage(QWidget* page)
{
    m_page = page != nullptr ? page : m_view;
    m_zoom = m_header->addButton(themedIcon(IconName::ZoomReset), {}, tr("Show all formats (Home)"));
    m_pages->addWidget(m_page);
    m_pages->addWidget(m_empty);
    m_pages->setCurrentWidget(m_empty);
    m_zoom->setEnabled(false);
    connectView();
}

void PointPlot::connectView()
{
    m_view->addPainter(PlotView::Layer::Overlay, nullptr, [this](QPainter& painter) { paintPointer(painter); });
    connect(m_view, &PlotView::viewChanged, this, [this] {
        fitHeight();
        m_zoom->setEnabled(m_view->isZoomed());
    });
    connect(m_view, &PlotView::pointerMoved, this, [this] {
        const bool isOnPoint = m_view->pointer() && pointAt(*m_view->pointer()) >= 0 && canChoose();
        m_view->setCursor(isOnPoint ? Qt::PointingHandCursor : Qt::ArrowCursor);
    });
    connect(m_view, &PlotView::clicked, this, [this](QPointF position) { use(pointAt(position)); });
    connect(m_view, &PlotView::doubleClicked, this, [this](QPointF position) {
        if (pointAt(position) < 0) {
            m_view->resetZoom();
        }
    });
    connect(m_view, &PlotView::stepRequested, this, [this](int direction) { step(direction); });
    connect(m_view, &PlotView::activateRequested, this, [this] { use(m_selected); });
    connect(m_zoom, &QToolButton::clicked, this, [this] { m_view->resetZoom(); });
}

void PointPlot::setSelectedPoint(int point)
{
    m_selected = point >= 0 && point < pointCount() ? point : -1;
    if (m_selected >= 0) {
        m_view->setAccessibleDescription(readout(m_selected).join(QStringLiteral(", ")).replace(u'\t', u' '));
    }
    m_view->repaintOverlay();
}

QPointF PointPlot::positionOf(int point) const
{
    return QPointF(m_view->mapTo(this, QPoint())) + pixelOf(point);
}

void PointPlot::select(const QString& spelling)
{
    m_selected = -1;
    for (int point = 0; point < pointCount() && !spelling.isEmpty(); ++point) {
        m_selected = factsOf(point).spelling == spelling ? point : m_selected;
    }
}

void PointPlot::showTexts(const QString& title, const QString& note, const QString& aside, const QString& emptyText)
{
    const bool hasPoints = pointCount() > 0;
    m_header->setTitle(title);
    m_header->setNote(hasPoints ? note : QString());
    m_header->setAside(hasPoints ? aside : QString());
    m_empty->setText(emptyText);
    m_zoom->setEnabled(hasPoints && m_view->isZoomed());
    m_pages->setCurrentWidget(hasPoints ? m_page : static_cast<QWidget*>(m_empty));
}

std::vector<int> PointPlot::byBits(std::vector<int> points) const
{
    std::stable_sort(points.begin(), points.end(), [this](int a, int b) { return pixelOf(a).x() < pixelOf(b).x(); });
    return points;
}

double PointPlot::reluctance(int) const
{
    return 0;
}

int PointPlot::pointAt(QPointF position) const
{
    const QRectF area = m_view->areaOf(m_rect).adjusted(-2, -2, 2, 2);
    int best = -1;
    double least = grabDistance;
    for (int point = 0; point < pointCount(); ++point) {
        const QPointF at = pixelOf(point);
        const double extra = reluctance(point);
        if (!area.contains(at) || extra < 0) {
            continue;
        }
        const double distance = std::hypot(at.x() - position.x(), at.y() - position.y()) + extra;
        if (distance < least) {
            least = distance;
            best = point;
        }
    }
    return best;
}

void PointPlot::step(int direction)
{
    const std::vector<int> order = stepOrder();
    if (order.empty()) {
        return;
    }
    int from = m_selected;
    for (int point = 0; from < 0 && point < pointCount(); ++point) {
        from = factsOf(point).isCurrent ? point : from;
    }
    const auto now = std::find(order.begin(), order.end(), from);
    const auto last = static_cast<std::ptrdiff_t>(order.size()) - 1;
    const auto at = now == order.end() ? 0 : std::clamp<std::ptrdiff_t>(now - order.begin() + direction, 0, last);
    setSelectedPoint(order[static_cast<std::size_t>(at)]);
}

void PointPlot::use(int point)
{
    if (point < 0 || point >= pointCount() || !canChoose()) {
        return;
    }
    setSelectedPoint(point);
    const PointFacts facts = factsOf(point);
    if (!facts.isCurrent) {
        Q_EMIT formatChosen(QuantFormat(*facts.format));
    }
}

int PointPlot::shownPoint() const
{
    if (m_view->pointer()) {
        return m_view->isPanning() ? -1 : pointAt(*m_view->pointer());
    }
    return m_selected;
}

void PointPlot::paintPointer(QPainter& painter) const
{
    const QRectF area = m_view->areaOf(m_rect);
    if (const auto band = m_view->zoomBand()) {
        QColor fill = m_view->theme().accent;
        fill.setAlpha(50);
        painter.fillRect(QRectF(QPointF(band->first, area.top()), QPointF(band->second, area.bottom())), fill);
        return;
    }
    const int shown = shownPoint();
    if (shown < 0 || shown >= pointCount() || !area.adjusted(-8, -8, 8, 8).contains(pixelOf(shown))) {
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_view->theme().text, 1.6));
    painter.setBrush(Qt::NoBrush);
    paintSelection(painter, shown);
    m_view->paintReadout(painter, pixelOf(shown), readout(shown));
}

QSize PointPlot::minimumSizeHint() const
{
    return { 320, 200 };
}

} // namespace bw
