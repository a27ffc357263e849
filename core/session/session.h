#pragma once
// value header

#include "core/evaluate/evaluation.h"
#include "core/recipe/recipe.h"
#include "core/session/allocation_settings.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace bw {

/// A recipe under a name the user gave it.
struct Snapshot
{
    std::string name;
    Recipe recipe;
    friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

/// One evaluation that was made, with the recipe it was made for.
struct StoredRun
{
    Recipe recipe;
    EvalResult result;
    friend bool operator==(const StoredRun&, const StoredRun&) = default;
};

/// The document: all that a saved session holds, and nothing else (no zoom, no window layout). A value; parts are
/// shared, so copies are cheap.
struct Session
{
    std::string modelPath; ///< empty: nothing open
    std::string modelSha256; ///< empty until known
    std::string dataLocation; ///< evaluation data; empty if none
    std::shared_ptr<const Recipe> recipe = std::make_shared<const Recipe>(defaultRecipe());
    std::shared_ptr<const std::vector<Snapshot>> snapshots = std::make_shared<const std::vector<Snapshot>>();
    std::shared_ptr<const std::vector<StoredRun>> runs = std::make_shared<const std::vector<StoredRun>>();
    std::shared_ptr<const AllocationSettings> allocation = std::make_shared<const AllocationSettings>();
    std::string notes;
};
bool operator==(const Session& a, const Session& b);

/// The `.bitw` file (contract §5): HDF5, versioned, written atomically. `undoNames` are the history's named points.
void saveSession(
    const Session& session, const std::vector<std::string>& undoNames, const std::filesystem::path& target);
/// Error{NotFound|BadFile|Unsupported (a newer version)}.
struct LoadedSession
{
    Session session;
    std::vector<std::string> undoNames;
};
LoadedSession loadSession(const std::filesystem::path& path);

} // namespace bw
