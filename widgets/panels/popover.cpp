#include "widgets/panels/popover.h"

namespace bw {

Popover::Popover(const Provenance&, QWidget* parent) : QFrame(parent, Qt::Popup) {}
void Popover::showBelow(const QWidget*) { show(); }
InfoButton::InfoButton(QWidget* parent) : QToolButton(parent) {}
void InfoButton::setProvenance(const Provenance& provenance) { m_provenance = provenance; }

} // namespace bw
