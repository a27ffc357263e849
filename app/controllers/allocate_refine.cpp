// Where single-layer damages do not add up: the allocation is measured as a whole, and moved until that stops helping.
#include "app/controllers/allocate_controller.h"

#include "app/banners.h"
#include "app/controllers/allocation_totals.h"
#include "app/core_text.h"
#include "app/document/recipe_edits.h"
#include "app/workbench.h"
#include "core/allocate/refine_allocation.h"
#include "core/calibrate/dataset.h"
#include "widgets/allocation/budget_text.h"
#include "widgets/text.h"

#include <QThreadPool>

#include <algorithm>

namespace bw {

QString AllocateController::whyNotRefine() const
{
    if (m_results.ground() == nullptr) {
        return tr("damages have to be computed first");
    }
    if (!m_bench.document.model()->hasGraph()) {
        return tr("this file holds weights only: there is nothing to run");
    }
    if (m_results.inputs().dataLocation.empty()) {
        return tr("calibration data is needed");
    }
    return m_refineJob != 0 || m_results.isComputing() ? tr("a job is running") : QString();
}

void AllocateController::refine()
{
    if (!whyNotRefine().isEmpty()) {
        return;
    }
    const AllocationGroundPtr ground = m_results.ground();
    const Budget budget = settings().budget.value_or(sizeOfNow(*ground, m_bench));
    RefineRequest request;
    request.model = m_bench.document.model();
    request.problem = costKindOf(budget) == CostKind::WeightBits ? ground->inBits : ground->inBytes;
    request.budget = std::max(budgetCost(budget, ground->open), request.problem->leastCost());
    request.cacheFolder = allocationCacheFolder();
    m_refineJob = m_bench.jobs.start(m_bench.lanes.heavy(),
        { .title = tr("Refine the allocation of %1").arg(modelNameText(m_bench.document.session().modelPath)),
            .work = [this, request, ground, location = m_results.inputs().dataLocation,
                        cache = m_bench.derived.sharedCache()](const JobContext& ctx) mutable -> Delivery {
                request.data = openDataset(location, ctx.sub(0, 0.02));
                request.starts
                    = { describe(*request.problem, request.problem->solve(request.budget).choices, request.budget) };
                const Refinement refined = refineAllocation(request, cache.get(), ctx.sub(0.02, 1));
                return [this, ground, model = request.model, choices = refined.allocation.choices,
                           name = refined.visited[refined.best].name] {
                    m_refineJob = 0;
                    if (m_bench.document.model() == model && m_results.ground() == ground) {
                        adoptRefined(choices, name);
                    }
                };
            },
            .onFailed =
                [this](const Error& error) {
                    m_refineJob = 0;
                    m_banners.showError(error, tr("Try again"), [this] { refine(); });
                    m_presenter.refreshNow();
                },
            .onCanceled =
                [this] {
                    m_refineJob = 0;
                    m_presenter.refreshNow();
                },
            .retry = [this] { refine(); } });
    m_presenter.refreshNow();
}

void AllocateController::adoptRefined(const std::vector<std::uint32_t>& groupChoices, const std::string& name)
{
    const AllocationGround& ground = *m_results.ground();
    const LayerChoices choices = ground.layersOf(groupChoices);
    const AllocationTotals totals = allocationTotals(ground, choices, m_bench);
    Session next = m_bench.document.session();
    const auto before = next.recipe;
    next.recipe = std::make_shared<const Recipe>(recipeWith(*next.recipe, ground, choices));
    const bool isSame = *before == *next.recipe;
    m_bench.document.apply(tr("Refined allocation %1, %n layer(s)", nullptr, static_cast<int>(choices.size()))
                               .arg(bitsText(totals.bitsPerWeight)),
        {}, std::move(next));
    m_presenter.setNote(isSame ? tr("Measured as a whole, no nearby allocation is better than this one.")
                               : tr("Refined: the best measured as a whole was %1.").arg(shownName(name)));
}

} // namespace bw
