#include "app/cli/command.h"

namespace bw::cli {

CommandFunction declareInspect(Options& options);
CommandFunction declareHistogram(Options& options);
CommandFunction declareFormats(Options& options);
CommandFunction declareMethods(Options& options);
CommandFunction declareError(Options& options);
CommandFunction declareRank(Options& options);
CommandFunction declareExponent(Options& options);
CommandFunction declareQuantize(Options& options);
CommandFunction declareEvaluate(Options& options);
CommandFunction declareSensitivity(Options& options);
CommandFunction declareSensitivities(Options& options);
CommandFunction declareAllocate(Options& options);
CommandFunction declareAllocators(Options& options);
CommandFunction declareSweep(Options& options);
CommandFunction declareVerify(Options& options);
CommandFunction declareDequantize(Options& options);
CommandFunction declareDiff(Options& options);
CommandFunction declareRecipe(Options& options);

std::span<const Command> commands()
{
    static constexpr Command table[] = {
        { "inspect", "list the tensors of a model: types, shapes, kinds, statistics", &declareInspect },
        { "histogram", "count a layer's weights by value", &declareHistogram },
        { "formats", "list the number formats and their parameters", &declareFormats },
        { "methods", "list the quantization methods and their parameters", &declareMethods },
        { "allocators", "list the ways to choose formats per layer", &declareAllocators },
        { "sensitivities", "list the ways to estimate what an error in a layer does", &declareSensitivities },
        { "error", "measure what a format does to each layer, writing nothing", &declareError },
        { "rank", "find the formats with the least error within a number of bits", &declareRank },
        { "exponent", "search the power exponent, print the curve and the optimum", &declareExponent },
        { "quantize", "quantize a model and export it", &declareQuantize },
        { "evaluate", "measure accuracy on data, of the float and the quantized model", &declareEvaluate },
        { "sensitivity", "estimate what an error in each layer does to the model", &declareSensitivity, true },
        { "allocate", "choose a format per layer under a budget; writes a recipe", &declareAllocate },
        { "sweep", "allocate and measure many models, formats and budgets", &declareSweep, true },
        { "verify", "re-read an export or a report and check it", &declareVerify },
        { "dequantize", "turn a quantized file back into a float model", &declareDequantize },
        { "diff", "compare two models tensor by tensor, whatever their formats", &declareDiff },
        { "recipe", "say a recipe in the words of another tool (llama.cpp, AIMET, NNCF)", &declareRecipe },
    };
    return table;
}

} // namespace bw::cli
