#include "core/allocate/candidates.h"

#include "core/export/format_obstacles.h"

#include <algorithm>

namespace bw {

namespace {
std::vector<QuantFormat> parsed(std::initializer_list<const char*> texts)
{
    std::vector<QuantFormat> formats;
    for (const char* text : texts) {
        formats.push_back(parseFormat(text));
    }
    return formats;
}

/// For files that know integers only.
std::vector<QuantFormat> integerFormats()
{
    return parsed({ "int2/c", "int3/c", "int4/c", "int5/c", "int6/c", "int8/c", "int2/b64", "int3/b64", "int4/b64",
        "int5/b64", "int6/b64", "int8/b64", "f16" });
}

/// For files that know the blocks of llama.cpp only.
std::vector<QuantFormat> blockFormats()
{
    return parsed({ "q2_k", "q3_k", "q4_0", "q4_k", "q5_0", "q5_k", "q6_k", "q8_0", "f16" });
}

bool isHeldSomewhere(const Model& model, const QuantFormat& format, const Exporter& exporter, const JobContext& ctx)
{
    const auto layers = model.quantizableLayers();
    return formatObstacles(model, layers, format, exporter, ctx).size() < layers.size();
}
} // namespace

std::vector<QuantFormat> usualAllocationFormats()
{
    return parsed({ "lloyd2/c", "lloyd3/c", "lloyd4/c", "lloyd5/c", "lloyd6/c", "lloyd7/c", "lloyd8/c", "lloyd2/b64",
        "lloyd3/b64", "lloyd4/b64", "lloyd5/b64", "lloyd6/b64", "lloyd7/b64", "lloyd8/b64", "f16" });
}

std::vector<QuantFormat> usualAllocationFormats(const Model& model, const std::string& exporter, const JobContext& ctx)
{
    constexpr std::size_t fewest = 3; // half precision, which nearly all files hold, and two to choose from
    const Exporter& entry = exporterFor({}, exporter);
    for (auto formats : { usualAllocationFormats(), integerFormats(), blockFormats() }) {
        std::erase_if(formats, [&](const QuantFormat& format) { return !isHeldSomewhere(model, format, entry, ctx); });
        if (formats.size() >= fewest) {
            return formats;
        }
    }
    return usualAllocationFormats();
}

} // namespace bw
