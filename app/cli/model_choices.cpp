#include "app/cli/model_choices.h"

#include "app/cli/run.h"
#include "app/cli/words.h"
#include "core/base/atomic_file.h"
#include "core/base/mapped_file.h"
#include "core/methods/method.h"
#include "core/model/loader.h"
#include "core/recipe/layer_pattern.h"

#include <optional>

namespace bw::cli {

ModelPtr openModelFor(Run& run, const std::string& path, const JobContext& ctx)
{
    ModelPtr model = openModelToCompare(run, path, ctx);
    if (const auto warning = requantizingWarning(*model)) {
        run.warn(*warning);
    }
    return model;
}

ModelPtr openModelToCompare(Run& run, const std::string& path, const JobContext& ctx)
{
    ModelPtr model = openModel(path, ctx);
    for (const auto& warning : model->warnings()) {
        run.warn(warning);
    }
    return model;
}

namespace {
std::string nearestLayer(const Model& model, const std::string& name)
{
    std::vector<std::string> names;
    for (const auto& layer : model.layers()) {
        names.push_back(layer.name);
    }
    return didYouMean(name, names,
        names.empty() ? "; the model has none"
                      : "; the first is \"" + printable(names.front()) + "\", and \"inspect\" lists all");
}
} // namespace

std::vector<LayerId> layersMatching(const Model& model, const std::string& pattern)
{
    const auto compiled = withContext(Text("--layer"), [&] { return LayerPattern(pattern); });
    std::vector<LayerId> ids;
    for (const auto& layer : model.layers()) {
        if (pattern.empty() || compiled.matches(layer.name)) {
            ids.push_back(layer.id);
        }
    }
    if (ids.empty() && !pattern.empty()) {
        throw Error(
            ErrorKind::BadInput, "no layer's name matches \"%1\"%2", printable(pattern), nearestLayer(model, pattern));
    }
    return ids;
}

std::vector<LayerId> quantizableMatching(const Model& model, const std::string& pattern)
{
    const auto matching = layersMatching(model, pattern);
    std::vector<LayerId> ids;
    for (const LayerId id : matching) {
        if (model.layer(id).isQuantizable()) {
            ids.push_back(id);
        }
    }
    if (ids.empty() && !matching.empty()) {
        const auto& first = model.layer(matching.front());
        throw Error(ErrorKind::BadInput, "none of the %1 chosen layers can be quantized; \"%2\", for one: %3",
            toText(matching.size()), printable(first.name), first.whyNotQuantizable().english());
    }
    if (ids.empty()) {
        throw Error(ErrorKind::BadFile, Text("the model has no layers"));
    }
    return ids;
}

const LayerInfo& layerNamed(const Model& model, const std::string& name)
{
    const LayerId id = model.find(name);
    if (!id.isValid()) {
        throw Error(ErrorKind::BadInput, "there is no layer \"%1\"%2", printable(name), nearestLayer(model, name));
    }
    return model.layer(id);
}

void declareRecipeOptions(Options& options, RecipeOptions& target)
{
    options.text("-f,--format", target.format, "FMT",
        "One format for all layers, such as int4/b64 or pow4/c (see \"bitwright-cli formats\")");
    options.text("--recipe", target.recipeFile, "FILE", "A recipe (JSON) that says which layer gets which format");
    options.texts("--set", target.rules, "REGEX=FMT",
        "Layers whose name matches get this format; may be given several times, the last match wins");
    options.text("--method", target.method, "NAME", "How codes are chosen (see \"bitwright-cli methods\")");
}

namespace {
/// Position of the last '=' outside of parentheses, npos if there is none: where a misspelt format probably begins.
std::size_t likelySplit(const std::string& text)
{
    int depth = 0;
    for (auto at = text.size(); at > 0; --at) {
        const char c = text[at - 1];
        depth += c == ')' ? 1 : c == '(' ? -1 : 0;
        if (c == '=' && depth == 0) {
            return at - 1;
        }
    }
    return std::string::npos;
}

std::optional<QuantFormat> formatIfValid(std::string_view text)
{
    try {
        return parseFormat(text);
    } catch (const Error&) {
        return std::nullopt;
    }
}
} // namespace

std::pair<std::string, QuantFormat> splitRule(const std::string& text)
{
    for (auto at = text.rfind('='); at != std::string::npos && at > 0; at = text.rfind('=', at - 1)) {
        if (auto format = formatIfValid(std::string_view(text).substr(at + 1))) {
            return { text.substr(0, at), *std::move(format) };
        }
    }
    const auto split = likelySplit(text);
    if (split == std::string::npos || split == 0) {
        throw Error(
            ErrorKind::BadInput, "--set takes REGEX=FORMAT, such as \"lm_head=int8/c\", not \"%1\"", printable(text));
    }
    return { text.substr(0, split),
        withContext(Text("--set %1", { printable(text) }), [&] { return parseFormat(text.substr(split + 1)); }) };
}

std::vector<QuantFormat> parseFormatList(const std::vector<std::string>& texts, const std::string& option)
{
    std::vector<QuantFormat> formats;
    for (const auto& text : texts) {
        int depth = 0;
        std::size_t begin = 0;
        for (std::size_t at = 0; at <= text.size(); ++at) {
            const char c = at < text.size() ? text[at] : ',';
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c != ',' || (depth > 0 && at < text.size())) {
                continue;
            }
            const auto one = text.substr(begin, at - begin);
            formats.push_back(withContext(Text("%1 %2", { option, printable(one) }), [&] { return parseFormat(one); }));
            begin = at + 1;
        }
    }
    return formats;
}

namespace {
void requireMethod(const std::string& id)
{
    if (methods().find(id) != nullptr) {
        return;
    }
    throw Error(ErrorKind::BadInput, "there is no method \"%1\"%2", printable(id),
        didYouMean(id, idsOf(methods()), "; \"bitwright-cli methods\" lists them"));
}

Recipe readRecipe(const std::string& path)
{
    return withContext(Text("file %1", { printable(path) }), [&] {
        const auto file = MappedFile::open(path);
        const auto bytes = file->bytes();
        return parseRecipe({ reinterpret_cast<const char*>(bytes.data()), bytes.size() });
    });
}
} // namespace

Recipe makeRecipe(const RecipeOptions& given, const GlobalOptions& global)
{
    if (!given.format.empty() && !given.recipeFile.empty()) {
        throw Error(ErrorKind::BadInput, Text("--format and --recipe exclude each other; --set adds rules to either"));
    }
    Recipe recipe = given.recipeFile.empty() ? defaultRecipe() : readRecipe(given.recipeFile);
    if (!given.format.empty()) {
        recipe.fallback.format
            = withContext(Text("--format %1", { printable(given.format) }), [&] { return parseFormat(given.format); });
    }
    if (!given.method.empty()) {
        requireMethod(given.method);
        recipe.fallback.method = given.method;
        recipe.fallback.params.clear();
    }
    for (const auto& rule : given.rules) {
        auto [match, format] = splitRule(rule);
        recipe.rules.push_back({ match, std::move(format), std::nullopt, {} });
    }
    recipe.seed = global.seed.value_or(recipe.seed);
    return recipe;
}

JobContext layerJob(
    const JobContext& job, const Text& phase, std::uint64_t before, std::uint64_t count, std::uint64_t total)
{
    const auto report = [job, phase, total](std::uint64_t done) { job.report(phase, done, total, "weights"); };
    report(before);
    return JobContext(job.stopToken(), [report, before, count](const Progress& part) {
        report(before + static_cast<std::uint64_t>(part.fraction * static_cast<double>(count)));
    });
}

QuantizedLayerPtr measureLayer(
    const LayerInfo& layer, const LayerChoice& choice, const JobContext& ctx, const WeightImportance* importance)
{
    try {
        return quantizeLayer(layer, choice, importance, ctx);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::BadInput) {
            throw;
        }
        Error ofFile(ErrorKind::BadFile, error.message());
        for (const auto& place : error.context()) {
            ofFile.in(place);
        }
        throw ofFile;
    }
}

namespace {
/// Data may be two files: "images,labels".
std::vector<std::filesystem::path> filesOf(const std::filesystem::path& input)
{
    const std::string text = input.string();
    const auto comma = text.find(',');
    std::error_code ignored;
    if (comma == std::string::npos || std::filesystem::exists(input, ignored)) {
        return { input };
    }
    return { text.substr(0, comma), text.substr(comma + 1) };
}
} // namespace

void refuseOverwriting(
    const std::filesystem::path& output, const std::string& option, const std::vector<std::filesystem::path>& inputs)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(output, ignored)) {
        throw Error(ErrorKind::BadInput, "%1 %2 is a folder; name a file in it", option, printable(output.string()));
    }
    for (const auto& input : inputs) {
        for (const auto& file : filesOf(input)) {
            if (!file.empty() && isSameFile(output, file)) {
                throw Error(ErrorKind::BadInput, "%1 %2 is the same file as the input %3; write to another name",
                    option, printable(output.string()), printable(file.string()));
            }
        }
    }
}

void requireWritable(const std::filesystem::path& output)
{
    const AtomicFile probe(output);
}

} // namespace bw::cli
