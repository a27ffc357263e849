#include "app/cli/times.h"

#include <array>
#include <ctime>

namespace bw::cli {

std::string utcNow()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts {};
    gmtime_r(&now, &parts);
    std::array<char, 32> text {};
    // Digits only, so the locale has no say.
    const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return { text.data(), length };
}

} // namespace bw::cli
