#pragma once

#include "core/stats/layer_stats.h"
#include "core/tensor/tensor_view.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <vector>

namespace bw {

struct OutliersPicture
{
    QString title;
    Shape shape; ///< of the tensor the indices belong to (LayerStats: the [output, rest] matrix)
    std::vector<Outlier> outliers; ///< descending |value|
    double mean = 0;
    double std = 0; ///< 0: distances are unknown
    double share3Sigma = 0;
    QString emptyText;
    friend bool operator==(const OutliersPicture&, const OutliersPicture&) = default;
};

/// Row-major index to coordinates; empty if the index is outside the shape.
std::vector<std::int64_t> coordinatesOf(std::uint64_t index, const Shape& shape);

/// The largest magnitudes: a strip of dots by distance from the mean, and a table with their coordinates.
class OutliersView : public QWidget
{
    Q_OBJECT

public:
    explicit OutliersView(QWidget* parent = nullptr);
    ~OutliersView() override;

    void setPicture(const OutliersPicture& picture);
    const OutliersPicture& picture() const;

    QSize sizeHint() const override;

Q_SIGNALS:
    /// A row was double-clicked, entered, or its dot clicked. `value` is the weight there.
    void outlierActivated(qulonglong index, double value);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
