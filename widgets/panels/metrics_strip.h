#pragma once

#include <QString>
#include <QWidget>

#include <memory>
#include <optional>

namespace bw {

/// Error figures of one layer. Unknown ones are "—".
struct LayerMetrics
{
    std::optional<double> r; ///< RMSE/RMS
    std::optional<double> sqnr; ///< dB
    std::optional<double> bits; ///< per weight
    std::optional<double> codedBits; ///< per weight, with ideal entropy coding
    std::optional<double> indexStored; ///< bits per weight that say which weights are kept apart
    std::optional<double> indexLimit; ///< the least that could
    std::optional<double> toLimit; ///< dB above Shannon's bound for the fitted distribution
    QString distribution; ///< "Student-t, ν = 5.3"
    std::optional<double> maxError;
    std::optional<double> cosine;
    bool isExact = true; ///< false: "≈", computed on a sample
    bool isStale = false;
    qulonglong count = 0; ///< weights the figures are over
    QString layer; ///< for "inputs used now"
    QString format;
    friend bool operator==(const LayerMetrics&, const LayerMetrics&) = default;
};

/// One line of figures under the picture, each with its ⓘ; each can be copied with its unit.
class MetricsStrip : public QWidget
{
    Q_OBJECT

public:
    explicit MetricsStrip(QWidget* parent = nullptr);
    ~MetricsStrip() override;

    void setMetrics(const LayerMetrics& metrics);
    const LayerMetrics& metrics() const;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
