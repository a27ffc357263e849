#include "tests/core/encoding_memory/counting_new.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include <malloc.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

namespace bw::test {
bool countsMemory()
{
    return false;
}
std::uint64_t allocatedBytes()
{
    return 0;
}
std::uint64_t takeAllocatedPeak()
{
    return 0;
}
} // namespace bw::test

#else

namespace {
std::atomic<std::uint64_t> g_allocated { 0 };
std::atomic<std::uint64_t> g_peak { 0 };

void* counted(void* memory)
{
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    const std::uint64_t size = ::malloc_usable_size(memory);
    const std::uint64_t now = g_allocated.fetch_add(size) + size;
    std::uint64_t peak = g_peak;
    while (now > peak && !g_peak.compare_exchange_weak(peak, now)) { }
    return memory;
}

void release(void* memory) noexcept
{
    if (memory != nullptr) {
        g_allocated -= ::malloc_usable_size(memory);
        std::free(memory);
    }
}
} // namespace

void* operator new(std::size_t size)
{
    return counted(std::malloc(size == 0 ? 1 : size));
}
void* operator new[](std::size_t size)
{
    return counted(std::malloc(size == 0 ? 1 : size));
}
void* operator new(std::size_t size, std::align_val_t alignment)
{
    const auto step = static_cast<std::size_t>(alignment);
    return counted(std::aligned_alloc(step, (size + step - 1) / step * step));
}
void* operator new[](std::size_t size, std::align_val_t alignment)
{
    return operator new(size, alignment);
}
void operator delete(void* memory) noexcept
{
    release(memory);
}
void operator delete[](void* memory) noexcept
{
    release(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    release(memory);
}
void operator delete[](void* memory, std::size_t) noexcept
{
    release(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept
{
    release(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept
{
    release(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept
{
    release(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept
{
    release(memory);
}

namespace bw::test {
bool countsMemory()
{
    return true;
}
std::uint64_t allocatedBytes()
{
    return g_allocated;
}
std::uint64_t takeAllocatedPeak()
{
    return g_peak.exchange(g_allocated);
}
} // namespace bw::test

#endif
