#include "app/cli/command.h"

namespace bw::cli {

CommandFunction declareInspect(Options& options);
CommandFunction declareHistogram(Options& options);
CommandFunction declareFormats(Options& options);
CommandFunction declareMethods(Options& options);
CommandFunction declareError(Options& options);
CommandFunction declareDequantize(Options& options);

std::span<const Command> commands()
{
    static constexpr Command table[] = {
        { "inspect", "list the tensors of a model: types, shapes, kinds, statistics", &declareInspect },
        { "histogram", "count a layer's weights by value", &declareHistogram },
        { "formats", "list the number formats and their parameters", &declareFormats },
        { "methods", "list the quantization methods and their parameters", &declareMethods },
        { "error", "measure what a format does to each layer, writing nothing", &declareError },
        { "dequantize", "turn a quantized file back into a float model", &declareDequantize },
    };
    return table;
}

} // namespace bw::cli
