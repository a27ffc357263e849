#include "widgets/plots/survey_plot.h"

#include "widgets/plots/family_marks.h"
#include "widgets/plots/plot_header.h"
#include "widgets/plots/plot_view.h"
#include "widgets/text.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPainter>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QToolButton>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

namespace bw {

namespace {

constexpr double markRadius = 3.8;
constexpr double smallMarkRadius = 2;
constexpr double otherAlpha = 0.14; ///< of families behind the one in front
constexpr int lineWidth = 30;
/// Narrower than this, the list of families gives way.
constexpr int roomForLegend = 560;
constexpr int familyRole = Qt::UserRole;

struct LimitLine
{
    double RateLimits::*figure;
    Qt::PenStyle style;
    double width;
    const char* name;
    const char* help;
};
constexpr std::array<LimitLine, 4> limitStyles { {
    { &RateLimits::shannon, Qt::SolidLine, 2, QT_TRANSLATE_NOOP("bw::SurveyPlot", "Shannon's bound"),
        QT_TRANSLATE_NOOP("bw::SurveyPlot", "What no code can beat on independent weights of this distribution") },
    { &RateLimits::entropyCoded, Qt::DashDotLine, 1.3, QT_TRANSLATE_NOOP("bw::SurveyPlot", "Entropy-coded grid"),
        QT_TRANSLATE_NOOP("bw::SurveyPlot", "The best uniform grid with an ideal entropy code") },
    { &RateLimits::lloydMax, Qt::DashLine, 1.3, QT_TRANSLATE_NOOP("bw::SurveyPlot", "Lloyd–Max"),
        QT_TRANSLATE_NOOP("bw::SurveyPlot", "The best levels for codes of one length") },
    { &RateLimits::panterDite, Qt::DotLine, 1.6, QT_TRANSLATE_NOOP("bw::SurveyPlot", "Panter–Dite"),
        QT_TRANSLATE_NOOP("bw::SurveyPlot", "What the best levels come to when there are many") },
} };

QPen limitPen(const LimitLine& line, const PlotTheme& theme)
{
    QPen pen(theme.text, line.width, line.style);
    if (line.style == Qt::DashLine) {
        pen.setDashPattern({ 8, 3 });
    }
    return pen;
}

} // namespace

struct SurveyPlot::Private
{
    SurveyPlot* q;
    SurveyPicture picture;
    bool isProduct = false;
    int highlighted = -1;
    QToolButton* productButton = nullptr;
    QWidget* body = nullptr;
    QListWidget* legend = nullptr;
    PlotView* view = nullptr;

    const SurveyPoint& point(int index) const { return picture.points[static_cast<std::size_t>(index)]; }
    int count() const { return static_cast<int>(picture.points.size()); }
    double figureOf(const SurveyPoint& point) const { return isProduct ? point.rTimes2b : point.r; }
    QPointF pixelOf(double bits, double figure) const
    {
        return { view->pixelOf(bits), view->yPixelOf(q->axes(), figure) };
    }
    QPointF pixelOf(const SurveyPoint& point) const { return pixelOf(point.bits, figureOf(point)); }
    const SurveyFamily& family(int index) const { return picture.families[static_cast<std::size_t>(index)]; }
    bool isBehind(const SurveyPoint& point) const { return highlighted >= 0 && point.family != highlighted; }
    void build();
    void connectView();
    void showTexts();
    void fillLegend();
    void updateRanges();
    void paintLimits(QPainter& painter) const;
    void paintFront(QPainter& painter) const;
    void paintPoints(QPainter& painter) const;
    void paintFamilyLines(QPainter& painter) const;
    QPixmap legendMark(const std::function<void(QPainter&, QPointF)>& paint) const;
};

SurveyPlot::SurveyPlot(QWidget* parent)
    : PointPlot(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    d->build();
    d->connectView();
    d->showTexts();
}

SurveyPlot::~SurveyPlot()
{
    dropView();
}

void SurveyPlot::Private::build()
{
    productButton = q->header().addButton(
        {}, tr("R·2ᵇ"), tr("Error times 2 to the bits: what is left when every bit halves the error"));
    productButton->setObjectName(QStringLiteral("productButton"));
    productButton->setCheckable(true);
    body = new QWidget(q);
    auto* row = new QHBoxLayout(body);
    row->setContentsMargins(0, 0, 8, 0);
    row->setSpacing(4);
    view = &q->view();
    view->setObjectName(QStringLiteral("surveyView"));
    view->setAccessibleName(tr("Error against bits per weight of all format families"));
    legend = new QListWidget(body);
    legend->setObjectName(QStringLiteral("surveyLegend"));
    legend->setAccessibleName(tr("Families of formats"));
    legend->setFrameShape(QFrame::NoFrame);
    legend->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    legend->setTextElideMode(Qt::ElideRight);
    legend->setIconSize({ lineWidth, 14 });
    row->addWidget(view, 1);
    row->addWidget(legend);
    q->setPage(body);
}

void SurveyPlot::Private::connectView()
{
    view->addPainter(PlotView::Layer::Data, q->axes(), [this](QPainter& p) {
        p.setRenderHint(QPainter::Antialiasing);
        paintFamilyLines(p);
        paintLimits(p);
        paintPoints(p);
        paintFront(p);
    });
    connect(productButton, &QToolButton::clicked, q, [this](bool isOn) {
        q->setProductShown(isOn);
        Q_EMIT q->productShownEdited(isOn);
    });
    connect(legend, &QListWidget::itemSelectionChanged, q, [this] {
        const auto items = legend->selectedItems();
        highlighted = items.isEmpty() ? -1 : items.front()->data(familyRole).toInt();
        view->replotSoon();
    });
    // A second click on a family puts all in front again.
    connect(legend, &QListWidget::itemClicked, q, [this, last = -1](QListWidgetItem* item) mutable {
        const int family = item->data(familyRole).toInt();
        if (family == last && family == highlighted) {
            legend->clearSelection();
            last = -1;
        } else {
            last = family;
        }
    });
}

void SurveyPlot::setPicture(const SurveyPicture& picture)
{
    if (picture == d->picture) {
        return;
    }
    const bool isSameLegend = picture.families == d->picture.families
        && picture.limits.empty() == d->picture.limits.empty() && d->legend->count() > 0;
    exchangePoints([&] { d->picture = picture; });
    if (!isSameLegend) {
        d->fillLegend();
    }
    d->updateRanges();
    d->showTexts();
    d->view->replotSoon();
}

const SurveyPicture& SurveyPlot::picture() const
{
    return d->picture;
}

void SurveyPlot::setProductShown(bool isShown)
{
    d->isProduct = isShown;
    d->productButton->setChecked(isShown);
    d->view->setYTitle(axes(), isShown ? tr("R·2ᵇ") : tr("error R = RMSE / RMS"));
    fitHeight();
    d->view->replotSoon();
}

bool SurveyPlot::isProductShown() const
{
    return d->isProduct;
}

void SurveyPlot::setHighlightedFamily(int family)
{
    const QSignalBlocker blocker(d->legend);
    d->legend->clearSelection();
    for (int row = 0; row < d->legend->count(); ++row) {
        QListWidgetItem* item = d->legend->item(row);
        item->setSelected(family >= 0 && item->data(familyRole).toInt() == family);
    }
    d->highlighted = family;
    d->view->replotSoon();
}

int SurveyPlot::highlightedFamily() const
{
    return d->highlighted;
}

void SurveyPlot::Private::showTexts()
{
    q->PointPlot::showTexts(picture.title, picture.note,
        picture.progress ? tr("measuring… %1").arg(percentText(*picture.progress, 2)) : QString(), picture.emptyText);
    productButton->setEnabled(count() > 0);
}

QPixmap SurveyPlot::Private::legendMark(const std::function<void(QPainter&, QPointF)>& paint) const
{
    const double ratio = q->devicePixelRatioF();
    const QSizeF size = QSizeF(legend->iconSize()) * ratio;
    QPixmap pixmap(size.toSize());
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    paint(painter, QPointF(lineWidth / 2.0, legend->iconSize().height() / 2.0));
    return pixmap;
}

void SurveyPlot::Private::fillLegend()
{
    const QSignalBlocker blocker(legend);
    const PlotTheme theme = PlotTheme::fromPalette(q->palette());
    legend->clear();
    legend->setFont(scaledFont(q->font(), 0.9));
    const auto add = [&](const QString& text, const QString& help, int family,
                         const std::function<void(QPainter&, QPointF)>& paint) {
        auto* item = new QListWidgetItem(legendMark(paint), text, legend);
        item->setToolTip(help);
        item->setData(familyRole, family);
        item->setFlags(family >= 0 ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::ItemIsEnabled);
    };
    for (int index = 0; index < static_cast<int>(picture.families.size()); ++index) {
        add(family(index).title, family(index).title, index, [&](QPainter& painter, QPointF at) {
            paintFamilyMark(painter, family(index).mark, at, markRadius, theme);
        });
    }
    const auto line = [&](const QPen& pen) {
        return [pen](QPainter& painter, QPointF at) {
            painter.setPen(pen);
            painter.drawLine(at - QPointF(lineWidth / 2.0 - 2, 0), at + QPointF(lineWidth / 2.0 - 2, 0));
        };
    };
    add(tr("Worth having"), tr("No format here has less error in fewer bits"), -1,
        line(QPen(theme.optimum, 1.8, Qt::DashLine)));
    for (const LimitLine& style : limitStyles) {
        if (!picture.limits.empty()) {
            add(tr(style.name), tr(style.help), -1, line(limitPen(style, theme)));
        }
    }
    legend->setFixedWidth(
        legend->sizeHintForColumn(0) + legend->verticalScrollBar()->sizeHint().width() + 2 * legend->frameWidth());
}

void SurveyPlot::Private::updateRanges()
{
    if (count() > 0) {
        view->setFullRange(picture.leastBits, picture.mostBits, 0.1);
        q->fitHeight();
    }
}

void SurveyPlot::fitHeight()
{
    double low = std::numeric_limits<double>::infinity();
    double high = 0;
    const auto include = [&](double bits, double figure) {
        if (bits >= d->view->viewLow() && bits <= d->view->viewHigh() && figure > 0 && std::isfinite(figure)) {
            low = std::min(low, figure);
            high = std::max(high, figure);
        }
    };
    for (const SurveyPoint& each : d->picture.points) {
        if (each.isFamilyBest) {
            include(each.bits, d->figureOf(each));
        }
    }
    for (const RateLimits& limits : d->picture.limits) {
        include(limits.bits, limits.shannon * (d->isProduct ? 1 : std::exp2(-limits.bits)));
    }
    if (high > 0) {
        d->view->setYRange(axes(), low / 1.12, high * 1.12, true, false);
    }
}

void SurveyPlot::Private::paintLimits(QPainter& painter) const
{
    for (const LimitLine& style : limitStyles) {
        QPolygonF line;
        for (const RateLimits& limits : picture.limits) {
            const double product = limits.*style.figure;
            line.append(pixelOf(limits.bits, isProduct ? product : product * std::exp2(-limits.bits)));
        }
        painter.setPen(limitPen(style, view->theme()));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(line);
    }
}

void SurveyPlot::Private::paintFront(QPainter& painter) const
{
    std::vector<QPointF> front;
    for (const SurveyPoint& each : picture.points) {
        if (each.isOnFront) {
            front.push_back(pixelOf(each));
        }
    }
    std::sort(front.begin(), front.end(), [](QPointF a, QPointF b) { return a.x() < b.x(); });
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(view->theme().optimum, 1.8, Qt::DashLine));
    painter.drawPolyline(QPolygonF(QVector<QPointF>(front.begin(), front.end())));
}

void SurveyPlot::Private::paintFamilyLines(QPainter& painter) const
{
    for (int index = 0; index < static_cast<int>(picture.families.size()); ++index) {
        std::vector<QPointF> best;
        for (const SurveyPoint& each : picture.points) {
            if (each.family == index && each.isFamilyBest) {
                best.push_back(pixelOf(each));
            }
        }
        std::sort(best.begin(), best.end(), [](QPointF a, QPointF b) { return a.x() < b.x(); });
        QColor color = familyColor(family(index).mark, view->theme());
        color.setAlphaF(static_cast<float>(highlighted < 0 ? 0.35 : highlighted == index ? 0.9 : otherAlpha / 2));
        painter.setPen(QPen(color, highlighted == index ? 1.8 : 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(QPolygonF(QVector<QPointF>(best.begin(), best.end())));
    }
}

void SurveyPlot::Private::paintPoints(QPainter& painter) const
{
    const PlotTheme& theme = view->theme();
    for (const bool isBest : { false, true }) {
        for (const SurveyPoint& each : picture.points) {
            if (each.isFamilyBest == isBest) {
                painter.setOpacity(isBehind(each) ? otherAlpha : isBest ? 1 : 0.35);
                paintFamilyMark(
                    painter, family(each.family).mark, pixelOf(each), isBest ? markRadius : smallMarkRadius, theme);
            }
        }
    }
    painter.setOpacity(1);
    for (const SurveyPoint& each : picture.points) {
        if (each.isCurrent) {
            painter.setPen(QPen(theme.quantized, 2.4));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(pixelOf(each), markRadius + 5, markRadius + 5);
        }
    }
}

QStringList SurveyPlot::readout(int index) const
{
    const SurveyPoint& point = d->point(index);
    const auto figure = [&](double value) { return numberText(value, point.isExact); };
    QStringList lines { point.spelling, d->family(point.family).title, point.name,
        tr("error R") + u'\t' + figure(point.r), tr("bits/weight") + u'\t' + figure(point.bits),
        tr("R·2ᵇ") + u'\t' + figure(point.rTimes2b) };
    if (point.fromLimit) {
        lines << tr("from the limit") + u'\t' + tr("%1 dB").arg(figure(*point.fromLimit));
    }
    if (point.isOnFront) {
        lines << tr("No format here has less error in fewer bits");
    }
    lines << (point.isCurrent ? tr("In use") : d->picture.canChoose ? tr("Click to use it") : QString());
    lines.removeAll(QString());
    return lines;
}

int SurveyPlot::pointCount() const
{
    return d->count();
}

PointPlot::PointFacts SurveyPlot::factsOf(int point) const
{
    const SurveyPoint& each = d->point(point);
    return { &each.format, each.spelling, each.isCurrent };
}

bool SurveyPlot::canChoose() const
{
    return d->picture.canChoose;
}

QPointF SurveyPlot::pixelOf(int point) const
{
    return d->pixelOf(d->point(point));
}

/// What stands out is easier to take hold of.
double SurveyPlot::reluctance(int point) const
{
    return d->isBehind(d->point(point)) ? -1 : d->point(point).isFamilyBest ? 0 : 4;
}

std::vector<int> SurveyPlot::stepOrder() const
{
    std::vector<int> order;
    for (int index = 0; index < d->count(); ++index) {
        const SurveyPoint& each = d->point(index);
        if (d->highlighted >= 0 ? each.isFamilyBest && each.family == d->highlighted : each.isOnFront) {
            order.push_back(index);
        }
    }
    return byBits(std::move(order));
}

void SurveyPlot::paintSelection(QPainter& painter, int point) const
{
    painter.drawEllipse(pixelOf(point), markRadius + 4, markRadius + 4);
}

void SurveyPlot::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        const int family = d->highlighted;
        d->fillLegend();
        setHighlightedFamily(family);
    }
}

void SurveyPlot::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    d->legend->setVisible(width() >= roomForLegend);
}

QSize SurveyPlot::sizeHint() const
{
    return { 760, 480 };
}

} // namespace bw
