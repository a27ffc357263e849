#pragma once
// What "allocate" is given: damages, limits, budget and allocator, made ready for core.

#include "app/cli/arguments.h"
#include "core/allocate/allocator.h"
#include "core/allocate/build_menu.h"
#include "core/calibrate/dataset.h"
#include "core/model/model.h"
#include "core/recipe/plan.h"
#include "core/sensitivity/damage_table.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace bw {
class ResultCache;
}

namespace bw::cli {

struct AllocationOptions
{
    std::string model;
    std::string budget;
    std::vector<std::string> formats;
    std::string allocator;
    bool isAutomatic = false; ///< --allocator auto
    bool isRefined = false;
    std::vector<std::string> params; ///< ID=VALUE
    std::string sensitivity; ///< a file or a kind
    std::string data;
    std::int64_t samples = 256;
    std::vector<std::string> locks; ///< REGEX=FMT
    std::vector<std::string> ties; ///< REGEX
    std::vector<std::string> excluded; ///< REGEX
    std::string minBits;
    std::string maxBits;
    std::string exporter = "safetensors";
    std::string recipeFile;
    std::string cache;
    bool isUncached = false;
};
void declareAllocationOptions(Options& options, AllocationOptions& target);

/// Set isAutomatic from the allocator's name, which then is the default one's. Error{BadInput}: no data to measure on.
void settleAllocator(AllocationOptions& given);
const Allocator& allocatorOf(const AllocationOptions& given);
ParamValues allocatorParams(const AllocationOptions& given, const Allocator& allocator);

/// The model and its damages: read from a file, or estimated now.
struct AllocationInput
{
    ModelPtr model;
    DatasetPtr data; ///< null if none was named
    DamageTable table;
    Recipe recipe; ///< what is edited
    Plan plan; ///< of that recipe
    AllocationLimits limits;
    std::shared_ptr<ResultCache> cache;
    bool isGuess = false; ///< no file, no data: nothing is known of what the model bears
};
/// Where measurements are kept; empty: nowhere.
std::filesystem::path cacheFolderOf(const AllocationOptions& given);
AllocationInput allocationInput(const AllocationOptions& given, const Allocator& allocator, Run& run);

} // namespace bw::cli
