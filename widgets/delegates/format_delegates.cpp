#include "widgets/delegates/format_delegates.h"

#include "widgets/delegates/histogram_sparkline.h"
#include "widgets/icons.h"
#include "widgets/models/roles.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/tone_label.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontInfo>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

constexpr int padding = 8;
constexpr int gap = 12;
constexpr int markSize = 14;
constexpr double detailScale = 0.92;
/// The silhouette needs no more bins than there are pixels for it.
constexpr std::size_t shownBins = 96;

void paintPanel(QPainter* painter, QStyleOptionViewItem& item)
{
    const QStyle* style = item.widget != nullptr ? item.widget->style() : QApplication::style();
    item.text.clear();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, painter, item.widget);
}

bool isSelected(const QStyleOptionViewItem& item)
{
    return (item.state & QStyle::State_Selected) != 0;
}

QColor textColor(const QStyleOptionViewItem& item, Tone tone)
{
    return isSelected(item) ? item.palette.color(QPalette::HighlightedText)
                            : toneColor(tone, item.palette.color(QPalette::Active, QPalette::Text),
                                item.palette.color(QPalette::Active, QPalette::Base));
}

QVector<float> silhouette(const Histogram& histogram)
{
    const std::size_t count = std::min(shownBins, histogram.counts.size());
    QVector<float> bins(static_cast<qsizetype>(count), 0.0F);
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
        bins[static_cast<qsizetype>(bin * count / histogram.counts.size())]
            += static_cast<float>(histogram.counts[bin]);
    }
    return bins;
}

} // namespace

void FormatNameDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QString heading = item.text;
    paintPanel(painter, item);
    painter->save();
    QRect area = item.rect.adjusted(padding, 4, -padding, -4);
    if (index.data(IsCurrentRole).toBool()) {
        const double ratio = painter->device()->devicePixelRatioF();
        const QColor color
            = isSelected(item) ? textColor(item, Tone::Normal) : PlotTheme::fromPalette(item.palette).optimum;
        painter->drawPixmap(area.left(), area.top() + 2, iconPixmap(IconName::Check, color, markSize, ratio));
    }
    area.setLeft(area.left() + markSize + 6);
    QFont bold = item.font;
    bold.setBold(true);
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPixelSize(std::max(8, static_cast<int>(std::lround(QFontInfo(item.font).pixelSize() * detailScale))));
    const QFontMetrics boldMetrics(bold);
    const QFontMetrics fixedMetrics(fixed);
    const bool isUsable = !index.data(IsKeptRole).toBool();
    const QString spelling = index.data(FormatSpellingRole).toString();
    const int spellingWidth = std::min(fixedMetrics.horizontalAdvance(spelling) + 2, area.width() * 3 / 5);
    QRect line(area.left(), area.top(), area.width(), std::max(boldMetrics.height(), fixedMetrics.height()));
    const QString shown
        = boldMetrics.elidedText(heading, Qt::ElideRight, std::max(0, line.width() - spellingWidth - gap));
    painter->setFont(bold);
    painter->setPen(textColor(item, isUsable ? Tone::Normal : Tone::Muted));
    painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
    painter->setFont(fixed);
    painter->setPen(textColor(item, Tone::Muted));
    painter->drawText(line.adjusted(boldMetrics.horizontalAdvance(shown) + gap, 0, 0, 0),
        Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
        fixedMetrics.elidedText(spelling, Qt::ElideRight, spellingWidth));
    const QFont small = scaledFont(item.font, detailScale);
    painter->setFont(small);
    painter->setPen(textColor(item, isUsable ? Tone::Muted : Tone::Warning));
    const QRect below(area.left(), line.bottom() + 2, area.width(), area.bottom() - line.bottom() - 1);
    painter->drawText(below, Qt::AlignLeft | Qt::AlignTop | Qt::TextSingleLine,
        QFontMetrics(small).elidedText(index.data(FormatDetailRole).toString(), Qt::ElideRight, below.width()));
    painter->restore();
}

QSize FormatNameDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return { 320, option.fontMetrics.height() + QFontMetrics(scaledFont(option.font, detailScale)).height() + 12 };
}

void LevelsDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    paintPanel(painter, item);
    PlotTheme theme = PlotTheme::fromPalette(item.palette);
    if (isSelected(item)) {
        const QColor text = item.palette.color(QPalette::HighlightedText);
        theme.original = text;
        theme.level = text;
        theme.originalFill = text;
        theme.originalFill.setAlpha(80);
        theme.axis = text;
    }
    const QRectF area = QRectF(item.rect).adjusted(padding, 5, -padding, -5);
    const auto levels = index.data(FormatLevelsRole).value<QVector<double>>();
    double low = levels.isEmpty() ? -1 : levels.first();
    double high = levels.isEmpty() ? 1 : levels.last();
    painter->save();
    painter->setClipRect(area);
    if (m_histogram != nullptr && m_histogram->edges.size() > 1) {
        low = m_histogram->edges.front();
        high = m_histogram->edges.back();
        paintSparkline(*painter, area.adjusted(0, 0, 0, -6), silhouette(*m_histogram), theme);
    }
    painter->setPen(QPen(theme.axis, 1));
    painter->drawLine(QPointF(area.left(), area.bottom() - 5.5), QPointF(area.right(), area.bottom() - 5.5));
    if (high > low) {
        // Many levels would paint a solid block: the more there are, the fainter each is.
        const double room = area.width() / std::max<double>(1, static_cast<double>(levels.size()));
        QColor color = theme.level;
        color.setAlphaF(static_cast<float>(std::clamp(room / 3, 0.25, 1.0)));
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(color, 1.4));
        for (const double level : levels) {
            const double x = area.left() + (level - low) / (high - low) * area.width();
            painter->drawLine(QPointF(x, area.bottom() - 11), QPointF(x, area.bottom()));
        }
    }
    painter->restore();
}

QSize LevelsDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return { 180, option.fontMetrics.height() * 2 + 12 };
}

} // namespace bw
