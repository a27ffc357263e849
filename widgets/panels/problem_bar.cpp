#include "widgets/panels/problem_bar.h"

namespace bw {

struct ProblemBar::Private
{
    int last = 0;
};

ProblemBar::ProblemBar(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
ProblemBar::~ProblemBar() = default;

int ProblemBar::showBanner(const Banner&) { return ++d->last; }
void ProblemBar::dismiss(int) {}
void ProblemBar::clear() {}
int ProblemBar::count() const { return 0; }

} // namespace bw
