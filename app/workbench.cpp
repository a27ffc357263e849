#include "app/workbench.h"

namespace bw {

Workbench::Workbench()
    : derived(document, lanes)
    , exponents(lanes)
{
    QObject::connect(
        &document, &SessionDocument::modelChanged, &exponents, [this] { exponents.setModel(document.model()); });
}

Workbench::~Workbench()
{
    jobs.cancelAll();
    derived.stop();
    exponents.setModel(nullptr);
    lanes.waitForDone();
}

} // namespace bw
