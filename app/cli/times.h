#pragma once

#include <string>

namespace bw::cli {

/// "2026-01-31T12:00:00Z"
std::string utcNow();

} // namespace bw::cli
