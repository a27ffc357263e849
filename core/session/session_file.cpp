// The .bitw file, version 1. Root attributes: schema "bitwright-session", schema_version, tool_version, complete (1).
//   /source       attributes model_path, model_sha256, data_location
//   /document     datasets recipe_json, notes and, if one was asked for, allocation_json; one text each
//   /snapshots    datasets names and recipes (JSON), if there are any
//   /runs/<n>     attribute recipe_json, and one evaluation (see core/report/eval_tables.h)
//   /undo_names   texts, if there are any

#include "core/base/version.h"
#include "core/model/file_reader.h"
#include "core/report/eval_tables.h"
#include "core/session/session.h"

namespace bw {

namespace {
using hdf5::Handle;

constexpr const char* schemaName = "bitwright-session";
constexpr std::uint64_t schemaVersion = 1;

void writeSource(const hdf5::Writer& writer, const Session& session)
{
    const Handle group = writer.group(writer.root(), "source");
    writer.attribute(group.get(), "model_path", session.modelPath);
    writer.attribute(group.get(), "model_sha256", session.modelSha256);
    writer.attribute(group.get(), "data_location", session.dataLocation);
}

void writeDocument(const hdf5::Writer& writer, const Session& session)
{
    const Handle group = writer.group(writer.root(), "document");
    const std::vector<std::string> recipe { recipeJson(*session.recipe) };
    const std::vector<std::string> notes { session.notes };
    writer.dataset(group.get(), "recipe_json", recipe);
    writer.dataset(group.get(), "notes", notes);
    if (*session.allocation != AllocationSettings {}) {
        const std::vector<std::string> allocation { allocationJson(*session.allocation) };
        writer.dataset(group.get(), "allocation_json", allocation);
    }
}

void writeSnapshots(const hdf5::Writer& writer, const std::vector<Snapshot>& snapshots)
{
    const Handle group = writer.group(writer.root(), "snapshots");
    std::vector<std::string> names;
    std::vector<std::string> recipes;
    for (const auto& snapshot : snapshots) {
        names.push_back(snapshot.name);
        recipes.push_back(recipeJson(snapshot.recipe));
    }
    writer.dataset(group.get(), "names", names);
    writer.dataset(group.get(), "recipes", recipes);
}

void writeRuns(const hdf5::Writer& writer, const std::vector<StoredRun>& runs)
{
    const Handle group = writer.group(writer.root(), "runs");
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const Handle run = writer.group(group.get(), toText(i));
        writer.attribute(run.get(), "recipe_json", recipeJson(runs[i].recipe));
        hdf5::writeEvaluation(writer, run.get(), runs[i].result);
    }
}

/// What cannot be used in a session is damage, whatever it would be elsewhere.
template <class Parse>
auto stored(const std::string& json, Parse parse)
{
    try {
        return parse(json);
    } catch (const Error& error) {
        throw Error(error.kind() == ErrorKind::Unsupported ? ErrorKind::Unsupported : ErrorKind::BadFile,
            Text(error.fullEnglish()));
    }
}

Recipe storedRecipe(const std::string& json)
{
    return stored(json, [](const std::string& text) { return parseRecipe(text); });
}

std::string oneText(const hdf5::Reader& reader, const std::string& path)
{
    const auto texts = reader.texts(path);
    if (texts.size() != 1) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "\"%1\" is not one text"), path);
    }
    return texts.front();
}

std::vector<Snapshot> readSnapshots(const hdf5::Reader& reader)
{
    const auto names = reader.texts("/snapshots/names");
    const auto recipes = reader.texts("/snapshots/recipes");
    if (names.size() != recipes.size()) {
        throw Error(
            ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the session has not as many recipes as names of snapshots")));
    }
    std::vector<Snapshot> snapshots;
    for (std::size_t i = 0; i < names.size(); ++i) {
        snapshots.push_back({ names[i], storedRecipe(recipes[i]) });
    }
    return snapshots;
}

std::vector<StoredRun> readRuns(const hdf5::Reader& reader)
{
    std::vector<StoredRun> runs;
    for (std::size_t i = 0; reader.exists("/runs/" + toText(i)); ++i) {
        const auto path = "/runs/" + toText(i);
        runs.push_back({ storedRecipe(reader.textAttribute(path, "recipe_json")), hdf5::readEvaluation(reader, path) });
    }
    return runs;
}

void requireSession(const hdf5::Reader& reader)
{
    if (reader.textAttribute("/", "schema") != schemaName) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "it is an HDF5 file, but no session of Bitwright")));
    }
    const auto version = reader.wholeAttribute("/", "schema_version");
    if (version > schemaVersion) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP(
                "core", "the session is of version %1; this program reads version %2: a newer Bitwright is needed"),
            toText(version), toText(schemaVersion));
    }
    if (reader.wholeAttribute("/", "complete") != 1) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the session is not complete")));
    }
}
} // namespace

void saveSession(const Session& session, const std::vector<std::string>& undoNames, const std::filesystem::path& target)
{
    withContext(filePlace(target), [&] {
        hdf5::Writer writer;
        writer.attribute(writer.root(), "schema", schemaName);
        writer.attribute(writer.root(), "schema_version", schemaVersion);
        writer.attribute(writer.root(), "tool_version", toolVersion());
        writeSource(writer, session);
        writeDocument(writer, session);
        writeSnapshots(writer, *session.snapshots);
        writeRuns(writer, *session.runs);
        writer.dataset(writer.root(), "undo_names", undoNames);
        writer.attribute(writer.root(), "complete", std::uint64_t { 1 });
        writer.commit(target, {});
    });
}

LoadedSession loadSession(const std::filesystem::path& path)
{
    return withContext(filePlace(path), [&] {
        const hdf5::Reader reader(path);
        requireSession(reader);
        LoadedSession loaded;
        auto& session = loaded.session;
        session.modelPath = reader.textAttribute("/source", "model_path");
        session.modelSha256 = reader.textAttribute("/source", "model_sha256");
        session.dataLocation = reader.textAttribute("/source", "data_location");
        session.recipe = std::make_shared<const Recipe>(storedRecipe(oneText(reader, "/document/recipe_json")));
        session.notes = oneText(reader, "/document/notes");
        if (reader.exists("/document/allocation_json")) {
            session.allocation
                = std::make_shared<const AllocationSettings>(stored(oneText(reader, "/document/allocation_json"),
                    [](const std::string& text) { return parseAllocation(text); }));
        }
        session.snapshots = std::make_shared<const std::vector<Snapshot>>(readSnapshots(reader));
        session.runs = std::make_shared<const std::vector<StoredRun>>(readRuns(reader));
        loaded.undoNames = reader.texts("/undo_names");
        return loaded;
    });
}

} // namespace bw
