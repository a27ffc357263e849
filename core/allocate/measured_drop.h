#pragma once

#include "core/allocate/allocator.h"
#include "core/calibrate/dataset.h"
#include "core/model/model.h"
#include "core/recipe/recipe.h"

#include <memory>

namespace bw {

class ResultCache;

/// Measures top-1 accuracy of a choice against the float model on the same samples of `data` (paired). The model must
/// have a graph. Error{Unsupported} as evaluate().
DropMeasure evaluatedDrop(ModelPtr model, DatasetPtr data, Recipe recipe, std::shared_ptr<ResultCache> cache);

} // namespace bw
