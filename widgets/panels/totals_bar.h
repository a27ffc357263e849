#pragma once

#include "core/evaluate/evaluation.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <optional>

namespace bw {

/// The whole model at a glance. Unknown figures are "—".
struct Totals
{
    std::optional<qulonglong> bytesBefore; ///< of the model's file
    std::optional<qulonglong> bytesAfter; ///< of the file that is exported
    std::optional<qulonglong> tensorBytesBefore; ///< of these, the tensors' own
    std::optional<qulonglong> tensorBytesAfter;
    std::optional<double> bitsPerWeight;
    std::optional<double> predictedDamage;
    QString predictedDamageHelp; ///< what the prediction is, for its ⓘ
    std::optional<Metric> floatAccuracy;
    std::optional<Metric> quantizedAccuracy;
    QString accuracyTitle; ///< "top-1 accuracy"
    QString dataName;
    bool isExact = true; ///< sizes and bits
    bool isStale = false; ///< accuracy belongs to an earlier recipe
    bool isEvaluating = false;
    bool canEvaluate = false;
    QString whyNotEvaluate; ///< "no graph: pair it with one to evaluate"
    int runningJobs = 0;
    friend bool operator==(const Totals&, const Totals&) = default;
};

class TotalsBar : public QWidget
{
    Q_OBJECT

public:
    explicit TotalsBar(QWidget* parent = nullptr);
    ~TotalsBar() override;

    void setTotals(const Totals& totals);
    const Totals& totals() const;
    /// Off where the page above shows sizes itself: each figure stands in one place.
    void setSizesShown(bool areShown);

Q_SIGNALS:
    void evaluateRequested();
    void jobsRequested();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
