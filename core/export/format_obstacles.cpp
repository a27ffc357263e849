#include "core/export/format_obstacles.h"

#include "core/formats/format_family.h"

#include <algorithm>

namespace bw {

namespace {
Plan planOfKept(const Model& model)
{
    Plan plan;
    plan.recipe = defaultRecipe();
    for (const auto& layer : model.layers()) {
        plan.layers.emplace_back().layer = layer.id;
        plan.layers.back().isKept = true;
    }
    return plan;
}

void choose(LayerPlan& plan, const LayerInfo& layer, const QuantFormat& format)
{
    plan.isKept = false;
    plan.choice.format = format;
    Shape shape = layer.view.shape; // as resolve() asks
    std::rotate(shape.begin(), shape.begin() + layer.outAxis, shape.begin() + layer.outAxis + 1);
    if (const auto fallback = fallbackFor(format, shape)) {
        plan.choice.format = fallback->format;
        plan.isFallback = true;
    }
}
} // namespace

std::map<std::string, Text> formatObstacles(const Model& model, const std::vector<LayerId>& layers,
    const QuantFormat& format, const Exporter& exporter, const JobContext& ctx)
{
    ctx.checkpoint();
    if (exporter.canPlan == nullptr) {
        return {};
    }
    Plan plan = planOfKept(model);
    for (const LayerId id : layers) {
        choose(plan.layers[id.index()], model.layer(id), format);
    }
    std::map<std::string, Text> obstacles;
    for (auto& problem : exporter.canPlan(model, plan, {})) {
        const LayerId id = model.find(problem.field);
        if (!id.isValid() || plan.layers[id.index()].isKept) {
            throw Error(ErrorKind::Unsupported, std::move(problem.message));
        }
        obstacles.emplace(problem.field, std::move(problem.message));
    }
    return obstacles;
}

} // namespace bw
