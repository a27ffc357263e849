#pragma once

#include "core/base/error.h"
#include "core/report/capture_file.h"
#include "core/sensitivity/sensitivity.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace bw {

/// Where a new capture is written: into the request's cache folder, or, if there is none and it must be spilled, into a
/// temporary file that goes with its last owner. Without either there is no path.
class CaptureFile
{
public:
    CaptureFile(const SensitivityRequest& request, const CaptureKey& key, bool mustSpill);
    const std::filesystem::path& path() const { return m_path; }
    /// Keep it as long as the file is needed.
    std::shared_ptr<const void> owner() const { return m_owner; }
    /// Removes the oldest captures of the cache folder until they take at most mostCacheBytes with `bytes` more.
    void makeRoom(std::uint64_t bytes) const;

    static constexpr std::uint64_t mostCacheBytes = std::uint64_t { 4 } << 30;

private:
    std::filesystem::path m_path;
    std::shared_ptr<const void> m_owner;
    bool m_isCached = false;
};

/// Tells the request's listener that a capture cannot be used, and removes it.
void dropDamaged(const SensitivityRequest& request, const std::filesystem::path& file, const Error& why);

/// Calls use(capture) with the first of `keys` that the cache folder holds; false if it holds none that is whole.
template <class Capture>
bool useCached(const SensitivityRequest& request, const std::vector<CaptureKey>& keys,
    std::shared_ptr<Capture> (*load)(const SensitivityRequest&, const CaptureKey&, const std::filesystem::path&),
    const std::function<void(const Capture&)>& use)
{
    for (const auto& key : keys) {
        const auto file = request.cacheFolder / captureFileName(key);
        std::error_code ignored;
        if (request.cacheFolder.empty() || !std::filesystem::exists(file, ignored)) {
            continue;
        }
        try {
            use(*load(request, key, file));
            return true;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::BadFile) {
                throw;
            }
            dropDamaged(request, file, error);
        }
    }
    return false;
}

} // namespace bw
