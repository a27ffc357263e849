#pragma once

#include "widgets/allocation/allocation_values.h"
#include "widgets/edit_phase.h"

#include <QPointF>
#include <QWidget>

#include <memory>

namespace bw {

/// Damage, on a logarithmic axis, against size: the front of best allocations with a point to drag along it; uniform
/// formats, snapshots and the recipe as open marks, what was measured as filled ones with their intervals.
class FrontPlot : public QWidget
{
    Q_OBJECT

public:
    explicit FrontPlot(QWidget* parent = nullptr);
    ~FrontPlot() override;

    void setPicture(const FrontPicture& picture);
    const FrontPicture& picture() const;
    /// Moves the point alone: cheap enough for every move of a drag.
    void setPoint(double bits, double damage, double askedBits);
    /// The point of the greedy walk; nothing: no walk is shown.
    void setWalk(std::optional<std::pair<double, double>> point);
    /// Where something is drawn, in the canvas; for tests.
    QPointF pixelOf(double bits, double damage) const;
    QWidget& canvas() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void bitsEdited(double bits, bw::EditPhase phase);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
