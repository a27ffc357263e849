#pragma once

#include "core/formats/quant_format.h"

#include <QString>
#include <QStringList>
#include <QWidget>

#include <vector>

class QCPAxisRect;
class QPainter;
class QStackedLayout;
class QToolButton;

namespace bw {

class EmptyNote;
class PlotHeader;
class PlotView;

/// What plots of formats as points have in common: a header over the picture or over the reason why there is none;
/// hover or the arrow keys read a point, click or Enter uses its format, a double click beside points shows all.
/// Derived classes know the points.
class PointPlot : public QWidget
{
    Q_OBJECT

public:
    ~PointPlot() override;

    /// Shows the read-out of this point; -1: none.
    void setSelectedPoint(int point);
    int selectedPoint() const { return m_selected; }
    /// Where a point is drawn, in this widget's coordinates.
    QPointF positionOf(int point) const;

    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void formatChosen(const bw::QuantFormat& format);

protected:
    struct PointFacts
    {
        const QuantFormat* format = nullptr;
        QString spelling;
        bool isCurrent = false; ///< in use now
    };

    /// `page`: what stands in place of the empty note, with the view in it; null: the view itself.
    explicit PointPlot(QWidget* parent);
    void setPage(QWidget* page);
    /// The view calls back while it goes: destructors of derived classes call this first.
    void dropView();

    virtual int pointCount() const = 0;
    virtual PointFacts factsOf(int point) const = 0;
    virtual bool canChoose() const = 0;
    /// In the view's coordinates.
    virtual QPointF pixelOf(int point) const = 0;
    /// Lines of the read-out; a tab stands between a figure and its name.
    virtual QStringList readout(int point) const = 0;
    /// How many pixels a point is harder to take hold of than others; negative: it cannot be.
    virtual double reluctance(int point) const;
    /// Where the arrow keys go, in this order.
    virtual std::vector<int> stepOrder() const = 0;
    /// Around the point that is read.
    virtual void paintSelection(QPainter& painter, int point) const = 0;
    virtual void fitHeight() = 0;

    /// Keeps the selected format selected while `change` puts other points in the place of these.
    template <class Change>
    void exchangePoints(Change&& change)
    {
        const QString chosen = m_selected >= 0 && m_selected < pointCount() ? factsOf(m_selected).spelling : QString();
        change();
        select(chosen);
    }
    void showTexts(const QString& title, const QString& note, const QString& aside, const QString& emptyText);
    /// By size; ties in the order of the points.
    std::vector<int> byBits(std::vector<int> points) const;
    int pointAt(QPointF position) const;

    PlotHeader& header() const { return *m_header; }
    PlotView& view() const { return *m_view; }
    QCPAxisRect* axes() const { return m_rect; }

private:
    void connectView();
    void select(const QString& spelling);
    void step(int direction);
    void use(int point);
    int shownPoint() const;
    void paintPointer(QPainter& painter) const;

    int m_selected = -1;
    PlotHeader* m_header;
    QToolButton* m_zoom = nullptr;
    PlotView* m_view;
    EmptyNote* m_empty;
    QStackedLayout* m_pages;
    QWidget* m_page = nullptr;
    QCPAxisRect* m_rect = nullptr;
};

} // namespace bw
