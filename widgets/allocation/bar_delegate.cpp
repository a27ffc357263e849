#include "widgets/allocation/bar_delegate.h"

#include "widgets/allocation/allocation_model.h"
#include "widgets/allocation/step_model.h"
#include "widgets/icons.h"
#include "widgets/models/roles.h"
#include "widgets/text.h"
#include "widgets/tone_label.h"

#include <QApplication>
#include <QPainter>
#include <QSortFilterProxyModel>

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

constexpr double cellPadding = 6;
constexpr double footHeight = 2.5;

const AllocationRow* rowOf(const QModelIndex& index, int* sourceRow = nullptr, double* mostBits = nullptr)
{
    QModelIndex source = index;
    while (const auto* proxy = qobject_cast<const QAbstractProxyModel*>(source.model())) {
        source = proxy->mapToSource(source);
    }
    const auto* model = qobject_cast<const AllocationModel*>(source.model());
    if (model == nullptr || !source.isValid()) {
        return nullptr;
    }
    if (sourceRow != nullptr) {
        *sourceRow = source.row();
    }
    if (mostBits != nullptr) {
        *mostBits = model->mostBits();
    }
    return &model->rowAt(source.row());
}

void paintBackground(QPainter& painter, const QStyleOptionViewItem& item)
{
    const QStyle* style = item.widget != nullptr ? item.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, &painter, item.widget);
}

void paintLock(QPainter& painter, const QRectF& cell, const AllocationRow& row, const QColor& color, bool isHot)
{
    if (!row.isLocked && row.tie == 0 && !isHot) {
        return;
    }
    QColor shade = color;
    if (!row.isLocked) {
        shade.setAlpha(row.tie > 0 ? 255 : 110);
    }
    painter.setPen(QPen(shade, 1.4));
    const QPointF c = cell.center();
    if (row.tie > 0 && !row.isLocked) {
        // Two links, and the number of the group.
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(c.x() - 9, c.y() - 3, 7, 6), 3, 3);
        painter.drawRoundedRect(QRectF(c.x() - 4, c.y() - 3, 7, 6), 3, 3);
        painter.drawText(
            QRectF(c.x() + 4, c.y() - 8, 14, 16), Qt::AlignVCenter | Qt::AlignLeft, QString::number(row.tie));
        return;
    }
    painter.setBrush(row.isLocked ? QBrush(shade) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(QRectF(c.x() - 4.5, c.y() - 1, 9, 6.5), 1.2, 1.2);
    painter.setBrush(Qt::NoBrush);
    const double lift = row.isLocked ? 0 : -1.5;
    painter.drawArc(QRectF(c.x() - 3, c.y() - 6 + lift, 6, 8), 0, 180 * 16);
}

} // namespace

QColor costColor(double cost, const PlotTheme& theme)
{
    const double share = std::clamp(cost, 0.0, 1.0);
    const auto mix = [share](double a, double b) { return static_cast<float>(a + (b - a) * share); };
    const QColor from = theme.originalFill;
    const QColor to = theme.quantized;
    return QColor::fromRgbF(
        mix(from.redF(), to.redF()), mix(from.greenF(), to.greenF()), mix(from.blueF(), to.blueF()));
}

void BarDelegate::setHotRow(int sourceRow, bool isDragged)
{
    m_hotRow = sourceRow;
    m_isDragged = isDragged;
}

BarScale BarDelegate::scaleOf(const QRect& cell, double mostBits)
{
    return { QRectF(cell).adjusted(cellPadding, 0, -cellPadding - 6, 0), mostBits };
}

void BarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    int sourceRow = -1;
    double mostBits = 8;
    const AllocationRow* row = rowOf(index, &sourceRow, &mostBits);
    if (row == nullptr) {
        return;
    }
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    painter->save();
    paintBackground(*painter, item);
    painter->setRenderHint(QPainter::Antialiasing);
    const PlotTheme theme = PlotTheme::fromPalette(item.palette);
    const bool isSelected = (item.state & QStyle::State_Selected) != 0;
    const QColor text = isSelected ? item.palette.color(QPalette::HighlightedText) : theme.text;
    const bool isHot = sourceRow == m_hotRow;
    painter->setFont(scaledFont(tabularFont(item.font), 0.85));
    if (index.column() == AllocationModel::LockColumn) {
        paintLock(*painter, item.rect, *row, text, isHot || (item.state & QStyle::State_HasFocus) != 0);
        painter->restore();
        return;
    }
    const BarScale scale = scaleOf(item.rect, mostBits);
    const double height = std::min(13.0, item.rect.height() - 9.0);
    const double top = item.rect.center().y() + 0.5 - (height + footHeight + 1) / 2;
    QRectF bar(scale.area.left(), top, std::max(1.0, scale.pixelOf(std::min(row->bits, mostBits)) - scale.area.left()),
        height);
    if (row->isExcluded || row->chosen < 0) {
        painter->setPen(QPen(isSelected ? text : theme.axis, 1, Qt::DotLine));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5));
    } else {
        painter->setPen(Qt::NoPen);
        painter->setBrush(costColor(row->cost, theme));
        painter->drawRect(bar);
        painter->setPen(QPen(isSelected ? text : theme.original, 1));
        painter->drawLine(bar.topRight(), bar.bottomRight());
    }
    // Share of the size; a large layer's foot is as long as the cell is wide.
    painter->setPen(Qt::NoPen);
    painter->setBrush(isSelected ? text : theme.original);
    painter->drawRect(
        QRectF(scale.area.left(), bar.bottom() + 1, std::max(0.5, row->share * scale.area.width()), footHeight));
    if (isHot && !row->menu->empty() && !row->isExcluded) {
        painter->setPen(QPen(isSelected ? text : theme.axis, 1));
        for (const BarChoice& choice : *row->menu) {
            const double x = std::round(scale.pixelOf(choice.bits)) + 0.5;
            painter->drawLine(QPointF(x, bar.top() - 2), QPointF(x, bar.top() + 2));
        }
        painter->setPen(QPen(item.palette.color(QPalette::Base), 1));
        painter->setBrush(m_isDragged ? theme.accent : theme.text);
        painter->drawRoundedRect(QRectF(bar.right() - 2.5, bar.top() - 2, 5, height + 4), 2, 2);
    }
    const QString value = numberText(row->bits);
    const double width = QFontMetricsF(painter->font()).horizontalAdvance(value);
    const bool isInside = bar.width() > width + 10;
    const QColor fill
        = row->isExcluded || row->chosen < 0 ? item.palette.color(QPalette::Base) : costColor(row->cost, theme);
    painter->setPen(isInside && !(isSelected && row->chosen < 0) ? readableColor(theme.text, fill) : text);
    painter->drawText(QRectF(isInside ? bar.left() + 4 : bar.right() + 6, bar.top() - 1, width + 4, height + 2),
        Qt::AlignLeft | Qt::AlignVCenter, value);
    painter->restore();
}

QSize BarDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return { 120, option.fontMetrics.height() + 9 };
}

void WaterfallDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    painter->save();
    paintBackground(*painter, item);
    painter->setRenderHint(QPainter::Antialiasing);
    const PlotTheme theme = PlotTheme::fromPalette(item.palette);
    const bool isSelected = (item.state & QStyle::State_Selected) != 0;
    const double from = index.data(StepFromRole).toDouble();
    const double to = index.data(StepToRole).toDouble();
    const QString text = index.data(Qt::DisplayRole).toString();
    painter->setFont(scaledFont(tabularFont(item.font), 0.9));
    const double textWidth = QFontMetricsF(painter->font()).horizontalAdvance(QStringLiteral("−0.00e−00")) + 4;
    const QRectF area = QRectF(item.rect).adjusted(cellPadding, 5, -cellPadding - textWidth, -5);
    const QRectF bar(
        area.left() + to * area.width(), area.top(), std::max(1.5, (from - to) * area.width()), area.height());
    painter->setPen(QPen(isSelected ? item.palette.color(QPalette::HighlightedText) : theme.grid, 1));
    painter->drawLine(QPointF(area.left(), item.rect.bottom()), QPointF(area.right(), item.rect.bottom()));
    painter->setPen(Qt::NoPen);
    painter->setBrush(index.data(IsCurrentRole).toBool() ? theme.quantized : theme.optimum);
    painter->drawRect(bar);
    painter->setPen(isSelected ? item.palette.color(QPalette::HighlightedText) : theme.text);
    painter->drawText(
        QRectF(item.rect.right() - textWidth - cellPadding + 2, item.rect.top(), textWidth, item.rect.height()),
        Qt::AlignRight | Qt::AlignVCenter, text);
    painter->restore();
}

QSize WaterfallDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return { 160, option.fontMetrics.height() + 8 };
}

} // namespace bw
