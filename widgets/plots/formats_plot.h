#pragma once

#include "widgets/plots/point_plot.h"

#include <QString>

#include <memory>
#include <vector>

namespace bw {

/// One format in the plot.
struct FormatPoint
{
    QuantFormat format;
    QString name; ///< "block of 64, f16"
    QString spelling;
    int series = 0; ///< index in FormatsPicture::series; points of one series are joined in their order
    double bits = 0; ///< per weight, scales and tables counted
    double r = 0;
    double rTimes2b = 0;
    bool isExact = true;
    bool isCurrent = false; ///< the layer's format now
    bool isOnFront = false; ///< no other format has less error and fewer bits
    friend bool operator==(const FormatPoint&, const FormatPoint&) = default;
};

struct FormatsPicture
{
    QString title;
    QString note; ///< "3-bit symmetric integers; block sizes and scale types"
    std::vector<QString> series; ///< "scales as bfloat16"
    std::vector<FormatPoint> points; ///< empty: emptyText says why
    bool isComplete = true; ///< false: more points follow
    bool canChoose = true;
    QString emptyText;
    friend bool operator==(const FormatsPicture&, const FormatsPicture&) = default;
};

/// Error against total bits per weight of many formats on one layer, with the front of those worth having.
class FormatsPlot : public PointPlot
{
    Q_OBJECT

public:
    explicit FormatsPlot(QWidget* parent = nullptr);
    ~FormatsPlot() override;

    void setPicture(const FormatsPicture& picture);
    const FormatsPicture& picture() const;

    QSize sizeHint() const override;

protected:
    int pointCount() const override;
    PointFacts factsOf(int point) const override;
    bool canChoose() const override;
    QPointF pixelOf(int point) const override;
    QStringList readout(int point) const override;
    std::vector<int> stepOrder() const override;
    void paintSelection(QPainter& painter, int point) const override;
    void fitHeight() override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
