#pragma once

#include "app/cli/arguments.h"
#include "app/cli/run.h"

#include <span>
#include <string>
#include <vector>

namespace bw::cli {

/// A sub-command: one line in command_table.cpp, one file in commands/.
struct Command
{
    const char* id;
    const char* summary; ///< a phrase for the list of commands
    /// Adds the command's own options; returns what runs it once they are filled in.
    CommandFunction (*declare)(Options& options);
    /// All processes that mpirun started take part (through unitRunner()); of other commands only the first works.
    bool usesAllProcesses = false;
};

std::span<const Command> commands();

} // namespace bw::cli
