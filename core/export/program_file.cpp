#include "core/export/program_file.h"

#include "core/base/json_members.h"
#include "core/base/zip_archive.h"
#include "core/evaluate/inference_engine.h"
#include "core/export/quantized_layout.h"
#include "core/model/file_reader.h"
#include "core/model/zip_contents.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace bw {

namespace {
constexpr const char* noteName = "bitwright.json";
constexpr std::string_view noteRecord = "/extra/bitwright.json";
constexpr std::uint64_t mostNoteBytes = std::uint64_t { 16 } << 20;

/// The file a save writes to. A canceled save may go on behind our back until it notices; by this name it then writes
/// to the removed file, and cannot bring it back under its old name.
class OpenFile
{
public:
    explicit OpenFile(const std::filesystem::path& path)
        : m_fd(::open(path.c_str(), O_RDWR | O_CLOEXEC))
    {
        if (m_fd < 0) {
            throw Error(
                ErrorKind::Io, BW_TR_NOOP("core", "writing failed: %1"), std::generic_category().message(errno));
        }
    }
    ~OpenFile() { ::close(m_fd); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    std::filesystem::path name() const { return "/proc/self/fd/" + toText(m_fd); }

private:
    int m_fd = -1;
};

std::string noteText(const QuantizedModel& model, const char* kind, const ExportOptions& options, const JobContext& ctx)
{
    Json document = Json::object();
    for (const auto& [key, text] : provenanceMetadata(model, options, kind, ctx)) {
        document[key] = text;
    }
    Json& formats = document[quantized_layout::formatsKey] = Json::object();
    for (const auto& layer : model.model->layers()) {
        if (const auto* quantized = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()])) {
            addNewMember(formats, layer.name, formatText((*quantized)->tensor.format));
        }
    }
    return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// Nothing if the file is no program with such a note.
std::optional<std::string> noteIn(const std::filesystem::path& path)
{
    const auto head = FileReader(path).head(4);
    if (zipContents(path, std::as_bytes(std::span(head))) != ZipContents::TorchScript) {
        return std::nullopt;
    }
    const ZipArchive archive(path);
    const auto& names = archive.names();
    const auto record = std::find_if(names.begin(), names.end(), [](const std::string& name) {
        return name.find('/') != std::string::npos && std::string_view(name).substr(name.find('/')) == noteRecord;
    });
    if (record == names.end()) {
        return std::nullopt;
    }
    return archive.readText(*record, mostNoteBytes);
}

std::string textOf(const Json& note, const char* key)
{
    const auto found = note.find(key);
    if (found == note.end() || !found->is_string()) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "its note of where it comes from has no text \"%1\""), key);
    }
    return found->get<std::string>();
}
} // namespace

std::vector<Problem> programProblems(const Model& model)
{
    if (model.hasGraph()) {
        return {};
    }
    return { { "model",
        Text(
            BW_TR_NOOP("core",
                "\"%1\" holds weights only, and a TorchScript file needs the program too; open the model's TorchScript "
                "file, or write safetensors"),
            { printable(model.path().filename().string()) }) } };
}

void writeProgram(const QuantizedModel& model, const std::filesystem::path& temporary, ProgramParts parts,
    const char* kind, const ExportOptions& options, const JobContext& ctx)
{
    parts.notes[noteName] = noteText(model, kind, options, ctx);
    // Everything the work touches belongs to it: it is abandoned when canceled.
    const auto kept = std::make_shared<const ProgramParts>(std::move(parts));
    const auto file = std::make_shared<const OpenFile>(temporary);
    InferenceEngine::instance().run(
        [kept, file, source = model.model->path(), ctx](
            InferenceBackend& backend) { backend.openSession(source, ctx)->save(file->name(), *kept); },
        ctx);
}

ModelPtr reopenedProgram(const std::filesystem::path& written, const JobContext& ctx)
{
    const auto model = std::make_shared<ModelPtr>();
    InferenceEngine::instance().run(
        [model, written, ctx](InferenceBackend& backend) { *model = backend.openModel(written, ctx); }, ctx);
    return *model;
}

void checkProgramNote(const QuantizedModel& model, const Model& reopened, const char* kind,
    const ExportOptions& options, const JobContext& ctx)
{
    const auto note = reopened.metadata().find(noteName);
    if (note == reopened.metadata().end() || note->second != noteText(model, kind, options, ctx)) {
        throw Error(
            ErrorKind::Verification, BW_TR_NOOP("core", "%1 reads back differently than it was written"), noteName);
    }
}

std::optional<ExportOrigin> programOrigin(const std::filesystem::path& written, const char* kind)
{
    const auto text = noteIn(written);
    if (!text) {
        return std::nullopt;
    }
    using namespace quantized_layout;
    const Json note = parseJson(*text);
    if (!note.is_object() || textOf(note, kindKey) != kind) {
        return std::nullopt;
    }
    ExportOrigin origin { textOf(note, recipeKey), textOf(note, sourceHashKey), {} };
    origin.options.toolVersion = textOf(note, toolVersionKey);
    if (note.contains(toolCommandKey)) {
        origin.options.toolCommand = textOf(note, toolCommandKey);
    }
    return origin;
}

Text programIntact(const std::filesystem::path& written, const JobContext& ctx)
{
    const ZipArchive archive(written);
    for (const auto& name : archive.names()) {
        withContext(Text(BW_TR_NOOP("core", "record %1"), { printable(name) }), [&] { archive.content(name, ctx); });
    }
    return { BW_TR_NOOP("core", "%1 records have the checksums the archive states"),
        { toText(archive.names().size()) } };
}

} // namespace bw
