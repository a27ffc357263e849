#include "core/base/background_hash.h"

#include "core/base/parallel.h"

namespace bw {

BackgroundSha256::BackgroundSha256()
{
    if (threadCount() > 1) {
        m_thread = std::thread([this] { work(); });
    }
}

BackgroundSha256::~BackgroundSha256()
{
    if (m_thread.joinable()) {
        {
            const std::lock_guard lock(m_mutex);
            m_isEnding = true;
        }
        m_changed.notify_all();
        m_thread.join();
    }
}

void BackgroundSha256::start(std::span<const std::byte> bytes)
{
    if (!m_thread.joinable()) {
        m_hash.update(bytes);
        return;
    }
    wait();
    {
        const std::lock_guard lock(m_mutex);
        m_bytes = bytes;
        m_isBusy = true;
    }
    m_changed.notify_all();
}

void BackgroundSha256::wait()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_isBusy; });
}

std::string BackgroundSha256::hex()
{
    wait();
    return m_hash.hex();
}

void BackgroundSha256::work()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_isBusy || m_isEnding; });
        if (!m_isBusy) {
            return;
        }
        const auto bytes = m_bytes;
        lock.unlock();
        m_hash.update(bytes);
        lock.lock();
        m_isBusy = false;
        m_changed.notify_all();
    }
}

} // namespace bw
