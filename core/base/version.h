#pragma once
// value header

namespace bw {

/// "0.1.0"
const char* toolVersion();
/// A hash of core's headers as this was built with: what plug-ins and the program must have in common.
const char* interfaceVersion();

} // namespace bw
