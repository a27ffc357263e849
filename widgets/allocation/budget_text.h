#pragma once

#include "core/allocate/budget.h"

#include <QString>

namespace bw {

/// What somebody typed for a budget.
struct TypedBudget
{
    Budget budget;
    QString problem; ///< not empty: why it is none, and what would be
};

/// "4.1 bits", "3.2 GB", "300 KiB", "25 %", "half", "1/3"; a number alone means bits. Sizes and shares are of the whole
/// model as in its own file. In the user's language and locale, and always in English.
TypedBudget typedBudget(const QString& text);
/// "4.10 bits"
QString bitsText(double bits);
/// "4.10 bits", "3.20 GB", "50.0 %": as a budget was asked for.
QString askedText(const Budget& budget);

} // namespace bw
