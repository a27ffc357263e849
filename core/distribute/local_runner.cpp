#include "core/base/error.h"
#include "core/base/plugin.h"
#include "core/distribute/distributed_runner.h"
#include "core/distribute/unit_runner.h"

#include <cstdlib>

namespace bw {

namespace {
constexpr const char* pluginName = "libbitwright_mpi.so";

class LocalRunner final : public UnitRunner
{
public:
    int size() const override { return 1; }
    bool isCoordinator() const override { return true; }

    std::vector<std::string> run(std::span<const WorkUnit> units, const DoUnit& doUnit, const UnitDone& done,
        const JobContext& ctx) override
    {
        std::vector<std::string> results;
        for (std::size_t i = 0; i < units.size(); ++i) {
            ctx.checkpoint();
            const auto part = static_cast<double>(units.size());
            const auto at = static_cast<double>(i);
            results.push_back(doUnit(units[i], ctx.sub(at / part, (at + 1) / part)));
            if (done) {
                done(i, results.back());
            }
        }
        return results;
    }
};

/// What mpirun tells the processes it starts: Open MPI, then launchers that speak PMI.
const char* launcherSays(const char* openMpi, const char* pmi)
{
    const char* value = std::getenv(openMpi);
    return value != nullptr ? value : std::getenv(pmi);
}

std::unique_ptr<UnitRunner> makeMpiRunner()
{
    const auto plugin = findPlugin(pluginName);
    if (!plugin) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "This program was started by mpirun, but this build cannot speak MPI (%1 is not beside the program). "
                "Build it with BITWRIGHT_WITH_MPI=ON, or start it without mpirun."),
            pluginName);
    }
    const auto function = loadPlugin(*plugin, makeTransportSymbol);
    if (function.symbol == nullptr) {
        throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "The MPI plug-in %1 cannot be loaded: %2."),
            printable(plugin->string()), printable(function.reason, 500));
    }
    const auto make = reinterpret_cast<MakeTransport>(function.symbol);
    return makeDistributedRunner(std::unique_ptr<Transport>(make()));
}
} // namespace

std::unique_ptr<UnitRunner> makeLocalRunner()
{
    return std::make_unique<LocalRunner>();
}

bool isOneOfSeveralProcesses()
{
    const char* size = launcherSays("OMPI_COMM_WORLD_SIZE", "PMI_SIZE");
    return size != nullptr && std::atoi(size) > 1;
}

bool isCoordinatorProcess()
{
    const char* rank = launcherSays("OMPI_COMM_WORLD_RANK", "PMI_RANK");
    return !isOneOfSeveralProcesses() || rank == nullptr || std::atoi(rank) == 0;
}

UnitRunner& unitRunner()
{
    // MPI is shut down when the program ends.
    static const std::unique_ptr<UnitRunner> runner = isOneOfSeveralProcesses() ? makeMpiRunner() : makeLocalRunner();
    return *runner;
}

} // namespace bw
