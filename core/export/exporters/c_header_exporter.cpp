// Weights as arrays of a C header with a reference dequantizer, for devices without a file system.

#include "core/base/content_hash.h"
#include "core/base/json.h"
#include "core/base/mapped_file.h"
#include "core/export/array_contents.h"
#include "core/export/c_header.h"
#include "core/export/quantized_layout.h"

#include <algorithm>
#include <map>

namespace bw {

extern const Exporter cHeaderExporter;

namespace {
constexpr const char* codesKind = "c";
constexpr const char* floatKind = "c-float";
constexpr std::size_t mostNoteBytes = std::size_t { 1 } << 24;

Problem problemOf(const LayerInfo& layer, const Text& obstacle)
{
    return { layer.name,
        Text(BW_TR_NOOP("core",
                 "layer %1 cannot be written as C arrays: %2. Choose another format for it, or write "
                 "safetensors"),
            { printable(layer.name), obstacle.english() }) };
}

std::vector<Problem> canExport(const QuantizedModel& model, const ExportOptions& options)
{
    for (const LayerInfo& layer : model.model->layers()) {
        const auto* quantized = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
        const bool isCoded = quantized != nullptr && !options.dequantized;
        if (const Text obstacle = cHeaderObstacle(layer, isCoded ? &(*quantized)->tensor : nullptr);
            !obstacle.empty()) {
            return { problemOf(layer, obstacle) };
        }
    }
    return {};
}

std::vector<Problem> canPlan(const Model& model, const Plan& plan, const ExportOptions& options)
{
    for (const LayerInfo& layer : model.layers()) { // also those that are kept
        if (const Text obstacle = cHeaderObstacle(layer, nullptr); !obstacle.empty()) {
            return { problemOf(layer, obstacle) };
        }
    }
    return arrayPlanProblems(model, plan, options, BW_TR_NOOP("core", "a C header"));
}

/// One line, which also stays a comment: JSON may write '/' as "\/".
std::string recipeLine(const std::string& recipe)
{
    std::string line = parseJson(recipe).dump(-1, ' ', false, Json::error_handler_t::replace);
    for (auto at = line.find("*/"); at != std::string::npos; at = line.find("*/")) {
        line.replace(at, 2, "*\\/");
    }
    return line;
}

const char* kindOf(const ExportOptions& options)
{
    return options.dequantized ? floatKind : codesKind;
}

void write(const QuantizedModel& model, const std::filesystem::path& temporary, const ExportOptions& options,
    const JobContext& ctx)
{
    std::vector<std::string> notes;
    for (const auto& [key, value] : provenanceMetadata(model, options, kindOf(options), ctx)) {
        const bool isRecipe = key == quantized_layout::recipeKey;
        notes.push_back(key + ": " + printable(isRecipe ? recipeLine(value) : value, mostNoteBytes));
    }
    writeCHeader(cTensors(model, options.dequantized, ctx), notes, temporary, ctx);
}

void check(const QuantizedModel& model, const std::filesystem::path& written, const ExportOptions& options,
    const JobContext& ctx)
{
    checkCHeader(cTensors(model, options.dequantized, ctx), written, ctx);
}

/// The notes at the top, by key; nothing if the file is no header of ours.
std::optional<std::map<std::string, std::string>> notesOf(const std::filesystem::path& written)
{
    const auto file = MappedFile::open(written);
    std::string_view text(reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size());
    if (!text.starts_with(cHeaderStart)) {
        return std::nullopt;
    }
    std::map<std::string, std::string> notes;
    text = text.substr(0, text.find("\n*/"));
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto colon = line.find(": ");
        if (line.starts_with("   ") && colon != std::string_view::npos) {
            notes[std::string(line.substr(3, colon - 3))] = std::string(line.substr(colon + 2));
        }
    }
    return notes;
}

std::optional<ExportOrigin> origin(const std::filesystem::path& written, const JobContext&)
{
    const auto notes = notesOf(written);
    if (!notes) {
        return std::nullopt;
    }
    const auto text = [&](const char* key) {
        const auto found = notes->find(key);
        if (found == notes->end()) {
            throw Error(
                ErrorKind::BadFile, BW_TR_NOOP("core", "its note of where it comes from has no text \"%1\""), key);
        }
        return found->second;
    };
    ExportOrigin made { text(quantized_layout::recipeKey), text(quantized_layout::sourceHashKey), {} };
    made.options.dequantized = text(quantized_layout::kindKey) == floatKind;
    return made;
}

Text intact(const std::filesystem::path& written, const JobContext& ctx)
{
    ctx.checkpoint();
    const auto file = MappedFile::open(written);
    const auto bytes = file->bytes();
    constexpr std::size_t hashDigits = 64;
    constexpr std::size_t lineBytes = cHeaderHashStart.size() + hashDigits + cHeaderHashEnd.size();
    const auto whole = bytes.first(bytes.size() - std::min(bytes.size(), lineBytes));
    const std::string_view last(
        reinterpret_cast<const char*>(bytes.data()) + whole.size(), bytes.size() - whole.size());
    if (last != std::string(cHeaderHashStart) + sha256(whole) + std::string(cHeaderHashEnd)) {
        throw Error(ErrorKind::Verification,
            Text(BW_TR_NOOP("core", "the file is damaged: its content does not have the hash it states")));
    }
    return BW_TR_NOOP("core", "the file has the SHA-256 it states");
}
} // namespace

const Exporter cHeaderExporter {
    .id = "c",
    .title = Text(BW_TR_NOOP("core", "C header")),
    .suffix = ".h",
    .moreSuffixes = {},
    .canPlan = canPlan,
    .canExport = canExport,
    .write = write,
    .check = check,
    .origin = origin,
    .intact = intact,
};

} // namespace bw
