#include "widgets/panels/limits_strip.h"

#include "widgets/panels/popover.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/text.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <vector>

namespace bw {

namespace {

constexpr int margin = 12;
constexpr double axisY = 24;
constexpr int stripHeight = 48;
constexpr double labelGap = 14;

struct Tick
{
    QString name;
    QString text; ///< the name with its figure, the name, or nothing, as there is room
    double figure = 0; ///< R·2^b
    double wanted = 0; ///< pixels: where it is
    double left = 0; ///< where its text begins
    double width = 0;
};

/// Leaves out figures, and then names from the last one on, until the texts fit into `room`.
void shorten(std::vector<Tick>& ticks, const QFontMetricsF& metrics, double room)
{
    const auto fits = [&] {
        double sum = -labelGap;
        for (Tick& tick : ticks) {
            tick.width = metrics.horizontalAdvance(tick.text);
            sum += tick.text.isEmpty() ? 0 : tick.width + labelGap;
        }
        return sum <= room;
    };
    if (fits()) {
        return;
    }
    for (Tick& tick : ticks) {
        tick.text = tick.name;
    }
    for (auto tick = ticks.rbegin(); !fits() && tick != ticks.rend(); ++tick) {
        tick->text.clear();
    }
}

/// Moves texts apart, from left to right, then back from the right end. The ticks are in ascending order.
void spread(std::vector<Tick>& ticks, double low, double high)
{
    double next = low;
    for (Tick& tick : ticks) {
        tick.left = std::max(next, tick.wanted - tick.width / 2);
        next = tick.text.isEmpty() ? next : tick.left + tick.width + labelGap;
    }
    double end = high;
    for (auto tick = ticks.rbegin(); tick != ticks.rend(); ++tick) {
        tick->left = std::min(tick->left, end - tick->width);
        end = tick->text.isEmpty() ? end : tick->left - labelGap;
    }
}

} // namespace

struct LimitsStrip::Private
{
    LimitsPicture picture;
    InfoButton* info = nullptr;

    bool hasMark() const { return picture.limits && picture.rTimes2b && *picture.rTimes2b > 0; }
    double decibels(double figure) const { return 20 * std::log10(figure / picture.limits->shannon); }
    QString markText() const;
    std::vector<Tick> ticks() const;
    void showProvenance();
    void paint(QPainter& painter, const LimitsStrip& strip) const;
};

LimitsStrip::LimitsStrip(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->info = new InfoButton(this);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setPicture({});
}

LimitsStrip::~LimitsStrip() = default;

QString LimitsStrip::Private::markText() const
{
    const double above = decibels(*picture.rTimes2b);
    const QString text = above >= 0 ? LimitsStrip::tr("R·2ᵇ %1, %2 dB above the bound")
                                    : LimitsStrip::tr("R·2ᵇ %1, %2 dB below the bound for independent weights");
    return text.arg(numberText(*picture.rTimes2b, picture.isExact), numberText(std::abs(above)));
}

std::vector<Tick> LimitsStrip::Private::ticks() const
{
    const RateLimits& limits = *picture.limits;
    std::vector<Tick> result;
    const auto add = [&](const QString& name, double figure) {
        result.push_back({ name, LimitsStrip::tr("%1 %2").arg(name, numberText(figure)), figure });
    };
    add(LimitsStrip::tr("Shannon"), limits.shannon);
    add(LimitsStrip::tr("entropy-coded"), limits.entropyCoded);
    if (limits.lloydMax != limits.panterDite) {
        add(LimitsStrip::tr("Lloyd–Max"), limits.lloydMax);
    }
    add(LimitsStrip::tr("Panter–Dite"), limits.panterDite);
    std::sort(result.begin(), result.end(), [](const Tick& a, const Tick& b) { return a.figure < b.figure; });
    return result;
}

void LimitsStrip::Private::showProvenance()
{
    QString inputs = picture.distribution.isEmpty()
        ? LimitsStrip::tr("No distribution is known.")
        : LimitsStrip::tr("Distribution of the weights: %1").arg(picture.distribution);
    for (const QString& line :
        { picture.note, picture.format.isEmpty() ? QString() : LimitsStrip::tr("Format %1").arg(picture.format) }) {
        inputs += line.isEmpty() ? QString() : QLatin1Char('\n') + line;
    }
    info->setProvenance({ LimitsStrip::tr("Distance to the limit"),
        LimitsStrip::tr(
            "R·2ᵇ compares formats of different size, as each further bit halves R. If the weights are "
            "independent draws from the fitted distribution, no code is below Shannon's bound; "
            "entropy-coded uniform grids come within 1.53 dB of it at high rates; codes of one length reach "
            "Lloyd–Max, and with many levels Panter–Dite. 6.02 dB are one bit per weight. Formats with a "
            "scale for every block or row may do better where the weights differ in size from one to the "
            "next."),
        LimitsStrip::tr("distance = 20 log₁₀( R·2ᵇ / √( 2²ʰ / 2πe ) )"), inputs });
}

void LimitsStrip::setPicture(const LimitsPicture& picture)
{
    d->picture = picture;
    d->showProvenance();
    setAccessibleName(d->hasMark() ? d->markText() : tr("Distance to the limit: not known"));
    update();
}

const LimitsPicture& LimitsStrip::picture() const
{
    return d->picture;
}

QSize LimitsStrip::sizeHint() const
{
    return { 620, stripHeight };
}

QSize LimitsStrip::minimumSizeHint() const
{
    return { 240, stripHeight };
}

void LimitsStrip::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const QSize size = d->info->sizeHint();
    d->info->setGeometry(
        width() - margin - size.width(), (stripHeight - size.height()) / 2, size.width(), size.height());
}

void LimitsStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    d->paint(painter, *this);
}

void LimitsStrip::Private::paint(QPainter& painter, const LimitsStrip& strip) const
{
    const PlotTheme theme = PlotTheme::fromPalette(strip.palette());
    const QFont small = scaledFont(strip.font(), 0.88);
    const QFontMetricsF metrics(small);
    const double low = margin;
    const double high = info->geometry().left() - margin;
    painter.setFont(small);
    painter.setPen(theme.mutedText);
    if (!picture.limits) {
        painter.drawText(QRectF(low, 0, high - low, stripHeight), Qt::AlignVCenter,
            LimitsStrip::tr("Limits of theory: %1").arg(unknownText()));
        return;
    }
    auto ticks = this->ticks();
    double least = 0;
    double most = hasMark() ? decibels(*picture.rTimes2b) : 0;
    least = std::min(least, most);
    for (const Tick& tick : ticks) {
        most = std::max(most, decibels(tick.figure));
    }
    const double inset = 24;
    const auto pixelOf = [&](double figure) {
        return low + inset + (decibels(figure) - least) / std::max(most - least, 0.5) * (high - low - 2 * inset);
    };
    painter.setPen(QPen(theme.axis, 1));
    painter.drawLine(QPointF(low, axisY + 0.5), QPointF(high, axisY + 0.5));
    for (Tick& tick : ticks) {
        tick.wanted = pixelOf(tick.figure);
    }
    shorten(ticks, metrics, high - low);
    spread(ticks, low, high);
    const double top = axisY + 5;
    for (const Tick& tick : ticks) {
        const double x = std::round(tick.wanted) + 0.5;
        painter.setPen(QPen(theme.mutedText, 1.2));
        painter.drawLine(QPointF(x, axisY - 5), QPointF(x, axisY + 6));
        painter.setPen(theme.mutedText);
        painter.drawText(QRectF(tick.left, top, tick.width + 1, metrics.height()), Qt::AlignCenter, tick.text);
    }
    if (!hasMark()) {
        return;
    }
    const double x = pixelOf(*picture.rTimes2b);
    QColor color = theme.quantized;
    color.setAlpha(picture.isStale ? 110 : 255);
    painter.setBrush(color);
    painter.setPen(QPen(theme.background, 1));
    painter.drawEllipse(QPointF(x, axisY + 0.5), 5, 5);
    const QString text = markText();
    const double width = metrics.horizontalAdvance(text);
    const double left = std::clamp(x - width / 2, low, std::max(low, high - width));
    painter.setPen(picture.isStale ? theme.mutedText : theme.text);
    painter.drawText(QRectF(left, axisY - 8 - metrics.height(), width + 1, metrics.height()),
        Qt::AlignLeft | Qt::AlignVCenter, text);
}

} // namespace bw
