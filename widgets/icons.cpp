#include "widgets/icons.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QSvgRenderer>

#include <cmath>

namespace bw {

namespace {

/// Body of a 16×16 SVG, drawn with a 1.3-wide stroke in the current colour; `fill` parts say so themselves.
const char* iconBody(IconName name)
{
    switch (name) {
    case IconName::Open:
        return "<path d='M1.7 12.8V3.2h4.2l1.5 1.7h5.4v2M1.7 12.8l2.2-5.9h10.6l-2 5.9z'/>";
    case IconName::Save:
        return "<path d='M2.5 2.5h8.6l2.4 2.4v8.6h-11zM5 2.5v3.6h5V2.5M4.6 13.5V9.2h6.8v4.3'/>";
    case IconName::Undo:
        return "<path d='M5.6 3.2 2.4 6.4l3.2 3.2M2.6 6.4h6.9a3.6 3.6 0 0 1 0 7.2H6.5'/>";
    case IconName::Redo:
        return "<path d='M10.4 3.2l3.2 3.2-3.2 3.2M13.4 6.4H6.5a3.6 3.6 0 0 0 0 7.2h3'/>";
    case IconName::Play:
        return "<path d='M4.6 2.8v10.4L13 8z' fill='C' stroke-linejoin='round'/>";
    case IconName::Export:
        return "<path d='M8 10V2.4M5 5.2l3-3 3 3M2.6 9.6v3.8h10.8V9.6'/>";
    case IconName::Allocate:
        return "<path d='M2.6 13.4V8.6h2.6v4.8zM6.7 13.4V2.6h2.6v10.8zM10.8 13.4V6h2.6v7.4z'/>";
    case IconName::Search:
        return "<circle cx='6.8' cy='6.8' r='4.2'/><path d='M9.9 9.9l3.9 3.9'/>";
    case IconName::Copy:
        return "<path d='M5.4 5.4h8v8h-8zM10.6 5.2V2.6h-8v8h2.6'/>";
    case IconName::Close:
        return "<path d='M3.8 3.8l8.4 8.4M12.2 3.8l-8.4 8.4'/>";
    case IconName::Info:
        return "<circle cx='8' cy='8' r='5.9'/><path d='M8 7.3v3.8'/><circle cx='8' cy='5' r='.9' fill='C' "
               "stroke='none'/>";
    case IconName::Warning:
        return "<path d='M8 2.2 14.4 13.4H1.6zM8 6.4v3.4'/><circle cx='8' cy='11.6' r='.8' fill='C' stroke='none'/>";
    case IconName::Error:
        return "<circle cx='8' cy='8' r='5.9'/><path d='M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6'/>";
    case IconName::Check:
        return "<path d='M2.8 8.6 6.3 12l6.9-7.8'/>";
    case IconName::Reset:
        return "<path d='M3.1 5.2A5.6 5.6 0 1 1 2.4 8M3 2.2v3.2h3.2'/>";
    case IconName::Retry:
        return "<path d='M12.9 5.2A5.6 5.6 0 1 0 13.6 8M13 2.2v3.2H9.8'/>";
    case IconName::ZoomReset:
        return "<path d='M2.4 5.4v-3h3M10.6 2.4h3v3M13.6 10.6v3h-3M5.4 13.6h-3v-3M5 8h6'/>";
    case IconName::LogScale:
        return "<path d='M2.4 2.4v11.2h11.2M4 4.2c.6 5.2 3.2 7.2 9.2 7.4'/>";
    case IconName::Learn:
        return "<path d='M8 3.4 1.4 6.2 8 9l6.6-2.8zM4 7.4v3.7c1.2 1.5 6.8 1.5 8 0V7.4M14.4 6.4v4.4'/>";
    case IconName::Missing:
        return "<path d='M3.4 1.9h6l3.2 3.2v9h-9.2z' stroke-dasharray='1.9 1.5'/><path d='M6.2 8l3.6 3.6M9.8 8l-3.6 "
               "3.6'/>";
    case IconName::File:
        return "<path d='M3.4 1.9h6l3.2 3.2v9h-9.2zM9.2 2v3.3h3.3'/>";
    case IconName::Model:
        return "<path d='M8 1.8l5.6 3.1v6.2L8 14.2l-5.6-3.1V4.9zM2.6 5 8 8l5.4-3M8 8v6'/>";
    case IconName::Drop:
        return "<path d='M8 2.2v7.6M4.8 6.8 8 10l3.2-3.2M2.4 11v2.6h11.2V11'/>";
    case IconName::Layers:
        return "<path d='M8 2.2 1.8 5.4 8 8.6l6.2-3.2zM1.8 8.2 8 11.4l6.2-3.2M1.8 11 8 14.2l6.2-3.2'/>";
    case IconName::Sliders:
        return "<path d='M2 4.4h7.4M12.6 4.4H14M2 11.6h1.4M6.6 11.6H14'/><circle cx='11' cy='4.4' r='1.6'/><circle "
               "cx='5' cy='11.6' r='1.6'/>";
    case IconName::Snapshot:
        return "<path d='M1.9 4.6h3l1-1.7h4.2l1 1.7h3v8.5H1.9z'/><circle cx='8' cy='8.6' r='2.5'/>";
    case IconName::More:
        return "<g fill='C' stroke='none'><circle cx='3.4' cy='8' r='1.2'/><circle cx='8' cy='8' r='1.2'/><circle "
               "cx='12.6' cy='8' r='1.2'/></g>";
    case IconName::ChevronDown:
        return "<path d='M3.8 6l4.2 4.2L12.2 6'/>";
    case IconName::ChevronRight:
        return "<path d='M6 3.8 10.2 8 6 12.2'/>";
    case IconName::Plus:
        return "<path d='M8 2.8v10.4M2.8 8h10.4'/>";
    case IconName::Minus:
        return "<path d='M2.8 8h10.4'/>";
    case IconName::Theme:
        return "<circle cx='8' cy='8' r='5.6'/><path d='M8 2.4a5.6 5.6 0 0 1 0 11.2z' fill='C'/>";
    case IconName::Jobs:
        return "<circle cx='8' cy='8' r='5.8'/><path d='M8 4.6V8l2.4 1.6'/>";
    case IconName::Table:
        return "<path d='M2.2 3h11.6v10H2.2zM2.2 6.2h11.6M2.2 9.6h11.6M6.4 3v10'/>";
    case IconName::Exponent:
        return "<path d='M2.2 12.6c4.4-.4 5.4-8.8 11.6-9.6'/><circle cx='8' cy='8.6' r='1.7' fill='C'/>";
    case IconName::Density:
        return "<path d='M1.8 13c3.4 0 3.4-9.6 6.2-9.6s2.8 9.6 6.2 9.6'/>";
    case IconName::Pause:
        return "<path d='M5.4 3v10M10.6 3v10'/>";
    case IconName::Step:
        return "<path d='M4 3l6.4 5L4 13zM12.6 3v10'/>";
    case IconName::StepBack:
        return "<path d='M12 3L5.6 8l6.4 5zM3.4 3v10'/>";
    case IconName::Histogram:
        return "<path d='M1.8 13.4h12.4M3 13.2v-2.4h2.2V6.4h1.9V3h2v3.4H11v4.4h2.2v2.4'/>";
    }
    return "";
}

QByteArray iconSvg(IconName name, const QColor& color)
{
    QByteArray body(iconBody(name));
    body.replace("fill='C'", "fill='" + color.name().toLatin1() + "'");
    return "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><g fill='none' stroke='"
        + color.name().toLatin1() + "' stroke-width='1.3' stroke-linecap='round' stroke-linejoin='round'>" + body
        + "</g></svg>";
}

class ThemedIconEngine : public QIconEngine
{
public:
    explicit ThemedIconEngine(IconName name)
        : m_name(name)
    {
    }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const QPalette palette = QGuiApplication::palette();
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        const auto role = mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::WindowText;
        QSvgRenderer renderer(iconSvg(m_name, palette.color(group, role)));
        painter->setRenderHint(QPainter::Antialiasing);
        renderer.render(painter, QRectF(rect));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect({ 0, 0 }, size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new ThemedIconEngine(m_name); }

private:
    IconName m_name;
};

} // namespace

QIcon themedIcon(IconName name)
{
    return QIcon(new ThemedIconEngine(name));
}

QPixmap iconPixmap(IconName name, const QColor& color, int size, double devicePixelRatio)
{
    const int pixels = static_cast<int>(std::lround(size * devicePixelRatio));
    QPixmap pixmap(pixels, pixels);
    pixmap.fill(Qt::transparent);
    {
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        QSvgRenderer(iconSvg(name, color)).render(&painter);
    }
    pixmap.setDevicePixelRatio(devicePixelRatio);
    return pixmap;
}

} // namespace bw
