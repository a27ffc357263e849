#pragma once

#include "widgets/plots/outliers_view.h"

#include <QWidget>

#include <optional>

namespace bw {

/// Dots of the largest magnitudes along an axis of standard deviations; the bulk of the weights is the band in the
/// middle.
class OutlierStrip : public QWidget
{
    Q_OBJECT

public:
    explicit OutlierStrip(QWidget* parent = nullptr);
    void setPicture(const OutliersPicture& picture);
    void setSelected(int row);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void dotClicked(int row);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    double sigmas(std::size_t row) const;
    double pixelOf(double sigma) const;
    int rowAt(QPointF position) const;

    OutliersPicture m_picture;
    double m_reach = 6; ///< σ at the ends of the axis
    int m_selected = -1;
    int m_hovered = -1;
};

} // namespace bw
