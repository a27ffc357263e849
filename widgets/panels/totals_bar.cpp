#include "widgets/panels/totals_bar.h"

namespace bw {

struct TotalsBar::Private
{
    Totals totals;
};

TotalsBar::TotalsBar(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
TotalsBar::~TotalsBar() = default;

void TotalsBar::setTotals(const Totals& totals) { d->totals = totals; }
const Totals& TotalsBar::totals() const { return d->totals; }

} // namespace bw
