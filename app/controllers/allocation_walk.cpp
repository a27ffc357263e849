#include "app/controllers/allocation_walk.h"

#include "app/controllers/allocation_totals.h"
#include "app/views/allocation_view.h"
#include "app/workbench.h"
#include "widgets/allocation/allocation_bars.h"
#include "widgets/allocation/walk_controls.h"
#include "widgets/plots/front_plot.h"

#include <QSignalBlocker>

#include <algorithm>
#include <utility>

namespace bw {

AllocationWalk::AllocationWalk(const Workbench& bench, AllocationView& view)
    : m_bench(bench)
    , m_view(view)
{
}

void AllocationWalk::show(const AllocationScene& scene, const LayerChoices& choices, int step)
{
    if (scene.ground == nullptr) {
        return;
    }
    const AllocationGround& ground = *scene.ground;
    const AllocationFront& front = ground.inBits->front();
    const auto at = static_cast<std::size_t>(step);
    const std::size_t count = std::max(at, front.prefixFor(allocationTotals(ground, choices, m_bench).bits));
    m_view.bars().setReadOnly(true);
    m_view.bars().layers().setRows(allocationRows(scene, ground.layersOf(front.choices(at)), m_bench, {}));
    m_view.front().setWalk(std::pair(
        static_cast<double>(front.cost(at)) / static_cast<double>(ground.open.weightCount), front.damage(at)));
    m_view.walk().setText(walkText(ground, at, count));
    if (at > 0) {
        const auto group = front.edges()[at - 1].group;
        // The other views stay where they are.
        const QSignalBlocker quiet(m_view.bars());
        m_view.bars().selectRow(static_cast<int>(ground.inBits->menu().groups[group].layers.front()));
    }
}

void AllocationWalk::end()
{
    m_view.bars().setReadOnly(false);
    m_view.front().setWalk(std::nullopt);
}

} // namespace bw
