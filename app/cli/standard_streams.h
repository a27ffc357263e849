#pragma once

#include <string_view>

namespace bw::cli {

/// First thing in main: gives descriptors 0, 1 and 2 a place if the caller closed them (so that no opened file becomes
/// "stdout"), and turns a closed pipe or a file that may not grow into an error code instead of a signal.
void prepareStandardStreams();

/// Writes all of `text` to stdout. A reader that went away is no error; a full disk is Error{Io}.
void writeOutput(std::string_view text);
/// Writes to stderr; never fails.
void writeDiagnostics(std::string_view text) noexcept;

/// True for the first caller only: who may write the one document of a --json run.
bool claimOutput() noexcept;
/// Writes a short text to stdout if that cannot block: for the thread that ends the process.
void writeOutputWithoutBlocking(std::string_view text) noexcept;

bool isOutputTerminal() noexcept;
bool isDiagnosticsTerminal() noexcept;
/// Columns of the terminal on stderr; 80 if unknown.
int diagnosticsWidth() noexcept;

} // namespace bw::cli
