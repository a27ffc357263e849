#pragma once

#include "core/base/content_hash.h"

#include <condition_variable>
#include <mutex>
#include <span>
#include <string>
#include <thread>

namespace bw {

/// SHA-256 on a thread of its own, which sleeps when there is nothing to do; on the caller's if only one thread is
/// allowed.
class BackgroundSha256
{
public:
    BackgroundSha256();
    ~BackgroundSha256();
    BackgroundSha256(const BackgroundSha256&) = delete;
    BackgroundSha256& operator=(const BackgroundSha256&) = delete;

    /// Returns at once; `bytes` must stay as they are until wait().
    void start(std::span<const std::byte> bytes);
    void wait();
    /// Of all bytes so far; the object is used up.
    std::string hex();

private:
    void work();

    Sha256 m_hash;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::span<const std::byte> m_bytes;
    bool m_isBusy = false;
    bool m_isEnding = false;
    std::thread m_thread;
};

} // namespace bw
