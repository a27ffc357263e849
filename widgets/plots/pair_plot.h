#pragma once

#include "core/stats/histogram.h"

#include <QString>
#include <QWidget>

#include <memory>

namespace bw {

/// The values of one tensor in two models. Values only; nothing is computed from it but positions.
struct PairPicture
{
    QString title; ///< the tensor's name, plain text
    QString note; ///< the verdict in words
    std::shared_ptr<const Histogram> a; ///< null: only B has it, or not known yet
    std::shared_ptr<const Histogram> b; ///< same edges as `a` where both are there
    QString emptyText;
    friend bool operator==(const PairPicture&, const PairPicture&) = default;
};

/// Two histograms over each other, in the same bins. Wheel: zoom; drag: pan; double-click or Home: all.
class PairPlot : public QWidget
{
    Q_OBJECT

public:
    explicit PairPlot(QWidget* parent = nullptr);
    ~PairPlot() override;

    void setPicture(const PairPicture& picture);
    const PairPicture& picture() const;
    void setLogScale(bool isLog);
    bool isLogScale() const;

    QSize sizeHint() const override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
