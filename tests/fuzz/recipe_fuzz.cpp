#include "core/base/error.h"
#include "core/recipe/recipe.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        const auto recipe = bw::parseRecipe({ reinterpret_cast<const char*>(data), size });
        bw::fuzz::require(bw::parseRecipe(bw::recipeJson(recipe)) == recipe);
    } catch (const bw::Error&) {
    }
    return 0;
}
