#include "tests/support/open_watch.h"

#include <array>
#include <cstring>
#include <stdexcept>
#include <string>

#include <sys/inotify.h>
#include <unistd.h>

namespace bw::test {

OpenWatch::OpenWatch(const std::vector<std::filesystem::path>& folders)
    : m_fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC))
{
    for (const auto& folder : folders) {
        if (::inotify_add_watch(m_fd, folder.c_str(), IN_OPEN | IN_ACCESS) < 0) {
            throw std::runtime_error("cannot watch " + folder.string());
        }
    }
}

OpenWatch::~OpenWatch()
{
    ::close(m_fd);
}

std::vector<std::string> OpenWatch::opened()
{
    std::vector<std::string> names;
    std::array<char, 65536> buffer {};
    for (ssize_t size = 0; (size = ::read(m_fd, buffer.data(), buffer.size())) > 0;) {
        for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
            inotify_event event {};
            std::memcpy(&event, buffer.data() + at, sizeof(event));
            if (event.len > 0) {
                names.emplace_back(buffer.data() + at + sizeof(event));
            }
            at += sizeof(event) + event.len;
        }
    }
    return names;
}

} // namespace bw::test
