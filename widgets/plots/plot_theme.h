#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>

namespace bw {

/// Colours and fonts of every picture, from the widget's palette. Okabe–Ito colours; each role means the same
/// everywhere.
struct PlotTheme
{
    bool isDark = false;
    QColor background;
    QColor text; ///< contrast ≥ 7 : 1
    QColor mutedText; ///< contrast ≥ 4.5 : 1
    QColor axis;
    QColor grid; ///< thin, hardly there
    QColor panel; ///< read-out boxes
    QColor panelBorder;
    QColor accent; ///< selection

    QColor original; ///< original weights: outline
    QColor originalFill; ///< blue-grey
    QColor quantized; ///< orange
    QColor level; ///< vermilion
    QColor cellEdge; ///< faint
    QColor optimum; ///< green, dashed
    QColor outlier; ///< purple dots
    QColor activation; ///< sky blue
    QColor interval; ///< shaded, translucent

    static PlotTheme fromPalette(const QPalette& palette);
    /// Secondary text on `background`: quieter than `text`, contrast ≥ 4.5 : 1.
    static QColor mutedTextColor(const QColor& text, const QColor& background);
};

/// WCAG 2 contrast ratio of opaque colours, 1…21.
double contrastRatio(const QColor& a, const QColor& b);
/// `color` moved towards black or white until it reaches `ratio` on `background`: for text in a role's colour.
QColor readableColor(const QColor& color, const QColor& background, double ratio = 4.5);
/// `base` if its digits are equally wide, else the system's fixed-width font in the same size.
QFont tabularFont(const QFont& base);
/// `base` at a share of its size, never below 8 px.
QFont scaledFont(const QFont& base, double factor);

} // namespace bw
