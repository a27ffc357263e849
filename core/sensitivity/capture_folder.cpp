#include "core/sensitivity/capture_folder.h"

#include <algorithm>
#include <atomic>

#include <unistd.h>

namespace bw {

namespace fs = std::filesystem;

CaptureFile::CaptureFile(const SensitivityRequest& request, const CaptureKey& key, bool mustSpill)
{
    if (!request.cacheFolder.empty()) {
        std::error_code error;
        fs::create_directories(request.cacheFolder, error);
        if (!error && ::access(request.cacheFolder.c_str(), W_OK) == 0) {
            m_path = request.cacheFolder / captureFileName(key);
            m_isCached = true;
            return;
        }
        if (request.onWarning) {
            request.onWarning(Text(BW_TR_NOOP("core", "Captures are not kept: nothing can be written into %1."),
                { printable(request.cacheFolder.string()) }));
        }
    }
    if (mustSpill) {
        static std::atomic<unsigned> number { 0 };
        m_path = fs::temp_directory_path()
            / ("bitwright-" + toText(::getpid()) + "-" + toText(number.fetch_add(1)) + "-" + captureFileName(key));
        m_owner = std::shared_ptr<const void>(nullptr, [path = m_path](const void*) {
            std::error_code ignored;
            fs::remove(path, ignored);
        });
    }
}

void CaptureFile::makeRoom(std::uint64_t bytes) const
{
    if (!m_isCached) {
        return;
    }
    struct Known
    {
        fs::file_time_type time;
        fs::path path;
        std::uint64_t size = 0;
    };
    std::vector<Known> known;
    std::uint64_t total = bytes;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(m_path.parent_path(), error)) {
        const auto name = entry.path().filename().string();
        const bool isCapture = name.ends_with(".h5")
            && (name.starts_with("gradients-") || name.starts_with("fisher-") || name.starts_with("inputs-")
                || name.starts_with("hessian-"));
        if (isCapture && entry.is_regular_file(error)) {
            known.push_back({ entry.last_write_time(error), entry.path(), entry.file_size(error) });
            total += known.back().size;
        }
    }
    std::sort(known.begin(), known.end(), [](const Known& a, const Known& b) { return a.time < b.time; });
    for (const auto& one : known) {
        if (total <= mostCacheBytes) {
            break;
        }
        fs::remove(one.path, error);
        total -= one.size;
    }
}

void dropDamaged(const SensitivityRequest& request, const fs::path& file, const Error& why)
{
    if (request.onWarning) {
        request.onWarning(Text(BW_TR_NOOP("core", "The capture %1 cannot be used and is made again: %2"),
            { printable(file.filename().string()), why.message().english() }));
    }
    std::error_code ignored;
    fs::remove(file, ignored);
}

} // namespace bw
