// The runner over real MPI: mpirun starts a small program.

#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace bw {

namespace {
struct Ended
{
    std::string output;
    int status = -1;
};

Ended shell(const std::string& command)
{
    Ended ended;
    FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> buffer {};
    while (pipe != nullptr && std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr) {
        ended.output += buffer.data();
    }
    ended.status = pipe != nullptr ? ::pclose(pipe) : -1;
    return ended;
}

std::string mpirun(const std::string& options)
{
    // Also where the tests run as root, as in containers, and on machines with fewer cores than processes.
    return "env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 "
           "OMPI_MCA_btl_vader_single_copy_mechanism=none timeout 120 mpirun "
        + options + " ";
}

std::string expectedResults()
{
    std::string all;
    for (int i = 0; i < 24; ++i) {
        all += "unit " + std::to_string(i) + "=" + std::to_string(i * i) + "\n";
    }
    return all;
}
} // namespace

TEST(Mpi, TheSameResultsForAnyNumberOfProcesses)
{
    EXPECT_EQ(shell(BITWRIGHT_MPI_PROGRAM).output, "processes 1\n" + expectedResults());
    for (const char* n : { "2", "3" }) {
        const auto ended = shell(mpirun(std::string("-n ") + n) + BITWRIGHT_MPI_PROGRAM);
        EXPECT_EQ(ended.output, std::string("processes ") + n + "\n" + expectedResults());
        EXPECT_EQ(ended.status, 0);
    }
}

TEST(Mpi, WhatAKilledProcessHadIsDoneByAnother)
{
    const auto ended = shell(mpirun("--enable-recovery -n 3") + BITWRIGHT_MPI_PROGRAM + " --lose 1 2>/dev/null");
    EXPECT_EQ(ended.output,
        "processes 3\n" + expectedResults()
            + "warning Process 1 of 3 was lost; what it was doing is done again by another.\n");
}

/// Damages measured one layer at a time are shared out; the table is that of one process, and so is its file.
TEST(Mpi, MeasuredDamagesAreTheSameForAnyNumberOfProcesses)
{
    const test::TempDir folder;
    const auto samples = test::sourceDir() / "resources/samples";
    const auto run = [&](const std::string& launcher, const std::string& name) {
        const auto ended = shell(launcher + BITWRIGHT_CLI_PROGRAM + " sensitivity " + (samples / "shapes.pt").string()
            + " --data " + (samples / "shapes_calib1000.safetensors").string()
            + " --kind measured --formats int2/c,kmeans3/c --samples 96 --json --cache "
            + (folder.path() / (name + "-cache")).string() + " -o " + (folder.path() / (name + ".h5")).string());
        EXPECT_EQ(ended.status, 0);
        return ended.output.substr(0, ended.output.find("\"times\""));
    };
    const auto one = run("", "one");
    EXPECT_NE(one.find("\"accuracy_drop\""), std::string::npos);
    EXPECT_EQ(run(mpirun("-n 2"), "two"), one);
    EXPECT_EQ(run(mpirun("-n 3"), "two"), one); // with all that the first run kept
    std::size_t kept = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "two-cache")) {
        kept += entry.path().filename().string().starts_with("measured-") ? 1U : 0U;
    }
    EXPECT_EQ(kept, 1U);
}

/// Commands that are not made for several processes: the others must not write the same file at the same time.
TEST(Mpi, OfOtherCommandsOnlyTheFirstProcessWorks)
{
    const std::string cli = std::string(BITWRIGHT_CLI_PROGRAM);
    const auto one = shell(cli + " formats");
    ASSERT_EQ(one.status, 0);
    const auto several = shell(mpirun("-n 3") + cli + " formats");
    EXPECT_EQ(several.status, 0);
    EXPECT_EQ(several.output, one.output);
}

} // namespace bw
