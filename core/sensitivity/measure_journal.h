#pragma once

#include "core/base/content_hash.h"
#include "core/sensitivity/damage_meter.h"

#include <filesystem>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace bw {

/// Measurements by content key, kept in a file that every new one is appended to, so that a job that was killed goes on
/// where it was. A line that was not written to its end, or damaged, is left out when the file is read.
/// Thread-safe; several processes may append to the same file.
class MeasureJournal
{
public:
    enum class Access
    {
        Write,
        Read ///< what the file holds is known; what is added stays in memory
    };
    /// An empty path keeps measurements in memory only. Creates the folder. Error{Io}.
    explicit MeasureJournal(std::filesystem::path file, Access access = Access::Write);
    ~MeasureJournal();
    MeasureJournal(const MeasureJournal&) = delete;
    MeasureJournal& operator=(const MeasureJournal&) = delete;

    std::optional<DamageSums> find(const ContentHash& key) const;
    /// Error{Io} if it cannot be written.
    void add(const ContentHash& key, const DamageSums& sums);
    /// Adds what lineOf() made in another process and is not known here.
    void addLines(const std::string& lines);
    std::size_t size() const;

    static std::string lineOf(const ContentHash& key, const DamageSums& sums);

private:
    void read();

    std::filesystem::path m_file;
    int m_fd = -1;
    mutable std::mutex m_mutex;
    std::unordered_map<ContentHash, DamageSums> m_known;
};

/// The journal of a model and data in a request's cacheFolder; empty if the folder is.
std::filesystem::path journalFile(
    const std::filesystem::path& cacheFolder, const std::string& modelSha256, const std::string& dataHash);

} // namespace bw
