#pragma once
// value header

namespace bw {

/// "0.1.0"
const char* toolVersion();

} // namespace bw
