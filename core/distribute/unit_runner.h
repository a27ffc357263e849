#pragma once

#include "core/base/job_context.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// A piece of work that stands alone: all it needs beside what every process has read itself.
struct WorkUnit
{
    std::string id; ///< unique among the units of a run and the same in every process
    std::string input; ///< bytes
    friend bool operator==(const WorkUnit&, const WorkUnit&) = default;
};

/// Does one unit; the result is a function of the unit alone. An Error it throws means: try again, elsewhere if
/// possible.
using DoUnit = std::function<std::string(const WorkUnit& unit, const JobContext& ctx)>;
/// Called on the coordinator for each unit as it is done, in no fixed order, from one thread at a time.
using UnitDone = std::function<void(std::size_t unit, const std::string& result)>;

/// Runs units in this process, or in several of them that were started together.
class UnitRunner
{
public:
    virtual ~UnitRunner() = default;
    /// Processes.
    virtual int size() const = 0;
    /// The one process that writes files and talks to people.
    virtual bool isCoordinator() const = 0;
    /// The results of all units in their order, the same in every process; every process calls this with the same
    /// units, in the same order of calls. Units of a process that failed or was lost are done again by another.
    /// Error: a unit failed three times, with its own words. Canceled.
    virtual std::vector<std::string> run(std::span<const WorkUnit> units, const DoUnit& doUnit, const UnitDone& done,
        const JobContext& ctx)
        = 0;
    /// What people should know of the runs so far ("process 1 was lost …"), once.
    virtual std::vector<Text> takeWarnings() { return {}; }
};

/// Unit by unit in this process.
std::unique_ptr<UnitRunner> makeLocalRunner();
/// Of this process: over MPI if it was started by mpirun with others, else local. Error{Unsupported}: started by
/// mpirun, but this build cannot speak MPI.
UnitRunner& unitRunner();
/// Was this process started by mpirun together with others? Needs no MPI.
bool isOneOfSeveralProcesses();
/// Is this the process that prints and writes? True if it is the only one. Needs no MPI.
bool isCoordinatorProcess();

} // namespace bw
