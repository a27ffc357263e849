#pragma once

namespace bw {

/// From now on the kernel ends this process when it runs a program, opens a socket, creates, writes, removes or renames
/// a file, or signals or traces another process (seccomp; system calls by other names are allowed). Writing to
/// descriptors that are open stays possible. False if the kernel cannot do that.
bool forbidSideEffects();

} // namespace bw
