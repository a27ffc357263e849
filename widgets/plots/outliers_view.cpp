#include "widgets/plots/outliers_view.h"

namespace bw {

struct OutliersView::Private
{
    OutliersPicture picture;
};

OutliersView::OutliersView(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
OutliersView::~OutliersView() = default;

std::vector<std::int64_t> coordinatesOf(std::uint64_t, const Shape&) { return {}; }
void OutliersView::setPicture(const OutliersPicture& picture) { d->picture = picture; }
const OutliersPicture& OutliersView::picture() const { return d->picture; }
QSize OutliersView::sizeHint() const { return { 700, 480 }; }

} // namespace bw
