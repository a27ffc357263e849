#include "tests/support/paths.h"

#include <cstdlib>

namespace bw::test {

namespace {
std::filesystem::path fromEnvironment(const char* name)
{
    const char* value = std::getenv(name);
    return value != nullptr ? std::filesystem::path(value) : std::filesystem::path();
}

std::filesystem::path ifExists(const std::filesystem::path& path)
{
    return std::filesystem::exists(path) ? std::filesystem::canonical(path) : std::filesystem::path();
}
} // namespace

std::filesystem::path sourceDir()
{
    const auto given = fromEnvironment("BITWRIGHT_SOURCE_DIR");
    return given.empty() ? std::filesystem::current_path() : given;
}

std::filesystem::path binaryDir()
{
    const auto given = fromEnvironment("BITWRIGHT_BINARY_DIR");
    return given.empty() ? std::filesystem::current_path() : given;
}

std::filesystem::path sharedData()
{
    return ifExists(sourceDir() / ".." / "shared" / "data");
}
std::filesystem::path sharedDesign()
{
    return ifExists(sourceDir() / ".." / "shared" / "design");
}

} // namespace bw::test
