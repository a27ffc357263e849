#pragma once

#include <QProxyStyle>

namespace bw {

/// Fusion with flat, evenly outlined controls whose outlines stay visible on dark palettes. Give it to
/// QApplication::setStyle().
class QuietStyle : public QProxyStyle
{
    Q_OBJECT

public:
    QuietStyle();

    void drawPrimitive(
        PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override;
    void drawControl(
        ControlElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
        const QWidget* widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(
        StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* returned) const override;
};

} // namespace bw
