#pragma once

#include <QIcon>
#include <QPixmap>

namespace bw {

/// The project's own line icons (16-unit grid), drawn in the palette's text colour at any scale and theme.
enum class IconName
{
    Open,
    Save,
    Undo,
    Redo,
    Play,
    Export,
    Allocate,
    Search,
    Copy,
    Close,
    Info,
    Warning,
    Error,
    Check,
    Reset,
    Retry,
    ZoomReset,
    LogScale,
    Learn,
    Missing,
    File,
    Model,
    Drop,
    Layers,
    Sliders,
    Snapshot,
    More,
    ChevronDown,
    ChevronRight,
    Plus,
    Minus,
    Theme,
    Jobs,
    Table,
    Exponent,
    Density,
    Pause,
    Step,
    StepBack,
    Histogram
};

/// Follows the application's palette when painted, so one icon serves both themes.
QIcon themedIcon(IconName name);
/// One fixed rendering, for labels. `size` in device-independent pixels.
QPixmap iconPixmap(IconName name, const QColor& color, int size, double devicePixelRatio);

} // namespace bw
