#include "core/base/mapped_pages.h"

#include <cstdint>
#include <map>
#include <mutex>

#include <sys/mman.h>
#include <unistd.h>

namespace bw {

namespace {
struct Mappings
{
    std::mutex mutex;
    std::map<std::uintptr_t, std::size_t> sizes; ///< by address
};

Mappings& mappings()
{
    static Mappings all;
    return all;
}

std::uintptr_t addressOf(const std::byte* at)
{
    return reinterpret_cast<std::uintptr_t>(at);
}
} // namespace

void noteMapping(const std::byte* begin, std::size_t bytes)
{
    const std::lock_guard lock(mappings().mutex);
    mappings().sizes[addressOf(begin)] = bytes;
}

void dropMapping(const std::byte* begin)
{
    const std::lock_guard lock(mappings().mutex);
    mappings().sizes.erase(addressOf(begin));
}

void releasePages(std::span<const std::byte> bytes)
{
    static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const std::uintptr_t begin = (addressOf(bytes.data()) + page - 1) / page * page;
    const std::uintptr_t end = (addressOf(bytes.data()) + bytes.size()) / page * page;
    if (begin >= end) {
        return;
    }
    // Held to the end: the mapping must not go, and other memory take its place, in between.
    const std::lock_guard lock(mappings().mutex);
    auto found = mappings().sizes.upper_bound(begin);
    if (found == mappings().sizes.begin()) {
        return;
    }
    --found;
    if (end <= found->first + found->second) {
        ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
    }
}

} // namespace bw
