#pragma once

#include "core/base/job_context.h"
#include "core/base/registry.h"
#include "core/calibrate/dataset.h"
#include "core/engine/quantize_model.h"
#include "core/sensitivity/damage_table.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

namespace bw {

class ResultCache;
class UnitRunner;

/// What to find out. The same request gives the same table for any thread count.
struct SensitivityRequest
{
    ModelPtr model;
    DatasetPtr data; ///< may be null for kinds that need none
    std::vector<LayerId> layers; ///< quantizable ones, in model order
    std::vector<QuantFormat> formats; ///< candidates, valid
    std::uint64_t samples = 256; ///< of the data, the first ones; fewer if there are fewer
    std::uint64_t seed = 0; ///< of sampled labels and random vectors
    std::filesystem::path cacheFolder; ///< where captures and measured points are kept between runs; empty: nowhere
    std::uint64_t memoryBudget = std::uint64_t { 1 } << 30; ///< bytes of captures held in memory; more is spilled
    std::filesystem::path importance; ///< an importance matrix of llama.cpp, for the kind that uses one
    /// Processes that share the work, for the kinds that sharesWork; null: this one alone. Each process asks for the
    /// same; the first one keeps what is measured.
    UnitRunner* runner = nullptr;
    /// Told what went otherwise than planned (a damaged capture); on the calling thread. May be empty.
    std::function<void(const Text&)> onWarning;
};

/// One way to estimate how much damage error in a layer does: one entry of sensitivities.inc, one file in kinds/.
struct Sensitivity
{
    std::string id; ///< contract §2: "projected-fisher"
    Text title;
    Text explanation;
    std::string unit; ///< DamageTable::unit
    bool needsData = false;
    bool needsGraph = false;
    bool needsFormats = false; ///< has no figure per layer without candidates
    bool needsMatrix = false; ///< SensitivityRequest::importanceFile
    bool isNoisy = false; ///< each point is measured by itself on few samples: see shrink_damage.h
    bool sharesWork = false; ///< uses SensitivityRequest::runner
    bool isPrior = false; ///< predicts what such points measure; of one kind only
    /// Error{BadInput|Unsupported|…}; what concerns one layer or point alone is in the table.
    DamageTable (*measure)(const SensitivityRequest& request, ResultCache* cache, const JobContext& ctx);
};

const Registry<Sensitivity>& sensitivities();
/// The kind that can always be used: from weights and formats alone.
const Sensitivity& simplestSensitivity();

} // namespace bw
