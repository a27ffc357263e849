#pragma once

#include <QString>

class QCPAxisRect;
class QStackedLayout;
class QToolButton;
class QWidget;

namespace bw {

class EmptyNote;
class PlotHeader;
class PlotView;

/// What every plot of one axis rect is made of: a header over the picture, or over the reason why there is none.
struct PlotPage
{
    PlotHeader* header = nullptr;
    QToolButton* zoomButton = nullptr;
    QStackedLayout* pages = nullptr;
    PlotView* view = nullptr;
    EmptyNote* empty = nullptr;
    QCPAxisRect* rect = nullptr;

    /// Builds all of it into `plot`, which has no layout yet. The button shows everything again and says so by
    /// `zoomHelp`. The view calls back while it goes: the plot's destructor deletes it first.
    void build(QWidget& plot, const QString& zoomHelp);
    void setFilled(bool isFilled);
};

} // namespace bw
