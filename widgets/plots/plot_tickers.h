#pragma once

#include <QSharedPointer>

class QCPAxisTicker;

namespace bw {

/// Ticks labelled by numberText's rules: the user's locale, a true minus sign, no needless digits.
QSharedPointer<QCPAxisTicker> makeNumberTicker(int tickCount = 7);
/// Logarithmic axes: 1, 2 and 5 times powers of ten, more of them where the range is short, powers only where it is
/// long.
QSharedPointer<QCPAxisTicker> makeLogNumberTicker();
/// Whole counts: "20,000"; on a log axis powers of ten only.
QSharedPointer<QCPAxisTicker> makeCountTicker(bool isLog);

} // namespace bw
