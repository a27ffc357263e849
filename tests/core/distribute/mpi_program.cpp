// Started by mpirun: does units over MPI and prints their results. With "--lose N" rank N kills itself at its second
// unit.

#include "core/base/error.h"
#include "core/distribute/unit_runner.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include <unistd.h>

int main(int argc, char** argv)
{
    using namespace bw;
    const bool losesOne = argc > 2 && std::strcmp(argv[1], "--lose") == 0;
    const char* rank = std::getenv("OMPI_COMM_WORLD_RANK");
    const bool isTheOne = losesOne && rank != nullptr && std::strcmp(rank, argv[2]) == 0;
    try {
        std::vector<WorkUnit> units;
        for (int i = 0; i < 24; ++i) {
            units.push_back({ "unit " + toText(i), toText(i * i) });
        }
        int mine = 0;
        const auto results = unitRunner().run(
            units,
            [&](const WorkUnit& unit, const JobContext&) {
                if (isTheOne && ++mine == 2) {
                    ::kill(::getpid(), SIGKILL);
                }
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                return unit.id + "=" + unit.input;
            },
            {}, {});
        if (unitRunner().isCoordinator()) {
            std::printf("processes %d\n", unitRunner().size());
            for (const auto& result : results) {
                std::printf("%s\n", result.c_str());
            }
            for (const auto& warning : unitRunner().takeWarnings()) {
                std::printf("warning %s\n", warning.english().c_str());
            }
            std::fflush(stdout);
        }
        return 0;
    } catch (const Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
