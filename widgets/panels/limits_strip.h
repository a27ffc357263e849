#pragma once

#include "core/distributions/limits.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <optional>

namespace bw {

/// Where a layer's format stands against the limits of theory.
struct LimitsPicture
{
    std::optional<RateLimits> limits; ///< nothing: not known, or there are none
    std::optional<double> rTimes2b; ///< of the format
    QString distribution; ///< the limits are of: "Student-t, ν = 5.3"
    QString format;
    QString note; ///< about the fit, for "inputs used now"
    bool isExact = true; ///< false: "≈"
    bool isStale = false;
    friend bool operator==(const LimitsPicture&, const LimitsPicture&) = default;
};

/// A line in decibels above Shannon's bound with the limits of theory as ticks and the format as a mark: how far it is
/// from the best there can be.
class LimitsStrip : public QWidget
{
    Q_OBJECT

public:
    explicit LimitsStrip(QWidget* parent = nullptr);
    ~LimitsStrip() override;

    void setPicture(const LimitsPicture& picture);
    const LimitsPicture& picture() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
