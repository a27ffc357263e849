#pragma once

namespace bw {
class Error;
}

namespace bw::cli {

inline constexpr int canceledExitCode = 130;

/// The sentence on stderr and, with --json, the error document on stdout. Returns the exit code.
int reportError(const Error& error, bool isJson);
int reportCanceled(bool isJson);
/// As reportCanceled, for the thread that ends the process: never waits for a reader.
void reportCanceledAtOnce(bool isJson);

} // namespace bw::cli
