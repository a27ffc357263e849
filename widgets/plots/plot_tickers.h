#pragma once

#include <QSharedPointer>

class QCPAxisTicker;

namespace bw {

/// Ticks labelled by numberText's rules: the user's locale, a true minus sign, no needless digits.
QSharedPointer<QCPAxisTicker> makeNumberTicker(int tickCount = 7);
/// Whole counts: "20,000"; on a log axis powers of ten only.
QSharedPointer<QCPAxisTicker> makeCountTicker(bool isLog);

} // namespace bw
