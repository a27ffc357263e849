#pragma once

#include "app/controllers/allocation_pictures.h"

namespace bw {

class AllocationView;
class Workbench;

/// Shows the greedy walk to the allocation in bars and front; nothing but the picture changes.
class AllocationWalk
{
public:
    AllocationWalk(const Workbench& bench, AllocationView& view);

    /// After so many steps of the walk to `choices`.
    void show(const AllocationScene& scene, const LayerChoices& choices, int step);
    /// Bars can be dragged again. What they show is up to the caller.
    void end();

private:
    const Workbench& m_bench;
    AllocationView& m_view;
};

} // namespace bw
