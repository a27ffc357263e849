#pragma once

#include <filesystem>
#include <vector>

namespace bw::test {

/// Sees every opening and reading of files in some folders, by any process (inotify).
class OpenWatch
{
public:
    explicit OpenWatch(const std::vector<std::filesystem::path>& folders);
    ~OpenWatch();
    OpenWatch(const OpenWatch&) = delete;
    OpenWatch& operator=(const OpenWatch&) = delete;
    /// Names of the files that were opened or read since the last call.
    std::vector<std::string> opened();

private:
    int m_fd = -1;
};

} // namespace bw::test
