#pragma once

#include "widgets/plots/plot_theme.h"

#include <QColor>
#include <QPainterPath>
#include <QPointF>

class QPainter;

namespace bw {

/// Families that marks tell apart without colour; beyond, they repeat.
inline constexpr int familyMarkCount = 20;

/// The mark of the n-th family about the origin: ten shapes, filled, then the same ten hollow.
QPainterPath familyMarkPath(int family, double radius);
bool isFamilyMarkHollow(int family);
/// Okabe–Ito colours, contrast ≥ 3 : 1 on the background.
QColor familyColor(int family, const PlotTheme& theme);
/// Hollow marks are filled with the background, so that lines end at them.
void paintFamilyMark(QPainter& painter, int family, QPointF at, double radius, const PlotTheme& theme);

} // namespace bw
