#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/text_table.h"
#include "core/allocate/allocator.h"

namespace bw::cli {

CommandFunction declareAllocators(Options& options);

namespace {
Json document()
{
    Json out = Json::array();
    for (const Allocator* allocator : allocators().entries()) {
        out.push_back({ { "id", allocator->id }, { "title", allocator->title.english() },
            { "explanation", allocator->explanation.english() }, { "needs_budget", allocator->needsBudget },
            { "needs_recipe", allocator->needsRecipe }, { "parameters", schemaJson(allocator->schema) } });
    }
    return { { "allocators", std::move(out) } };
}

std::string text()
{
    std::string out;
    for (const Allocator* allocator : allocators().entries()) {
        out += allocator->id + (allocator == &defaultAllocator() ? " (default)" : "") + ": "
            + allocator->title.english() + "\n" + wrapped(allocator->explanation.english(), 4);
        for (const ParamSpec& param : allocator->schema) {
            out += "    --with " + param.id + "=" + paramText(param.defaultValue) + ": " + param.help.english() + "\n";
        }
    }
    return out;
}
} // namespace

CommandFunction declareAllocators(Options&)
{
    return [](Run& run) -> Outcome { return { run.isJson() ? documentText(document(), run) : text() }; };
}

} // namespace bw::cli
