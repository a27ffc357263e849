#include "core/sensitivity/measure_journal.h"

#include "core/base/error.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

namespace bw {

namespace {
std::optional<std::uint64_t> parseHex(std::string_view text)
{
    std::uint64_t value = 0;
    for (const char c : text) {
        const bool isDigit = c >= '0' && c <= '9';
        if (!isDigit && (c < 'a' || c > 'f')) {
            return std::nullopt;
        }
        value = value * 16 + static_cast<std::uint64_t>(isDigit ? c - '0' : c - 'a' + 10);
    }
    return value;
}

struct Line
{
    ContentHash key;
    DamageSums sums;
};

std::optional<Line> parseLine(const std::string& text)
{
    const auto end = text.rfind(' ');
    if (end == std::string::npos
        || text.substr(end + 1) != hexText(contentHash(std::string_view(text).substr(0, end))).substr(0, 8)) {
        return std::nullopt;
    }
    std::istringstream in(text);
    std::string words[6];
    for (auto& word : words) {
        in >> word;
    }
    const auto high = parseHex(std::string_view(words[0]).substr(0, 16));
    const auto low = words[0].size() == 32 ? parseHex(std::string_view(words[0]).substr(16)) : std::nullopt;
    const auto samples = parseInt(words[1]);
    const auto kl = parseDouble(words[2]);
    const auto squares = parseDouble(words[3]);
    const auto correct = parseInt(words[4]);
    const auto correctFloat = parseInt(words[5]);
    if (!high || !low || !samples || !kl || !squares || !correct || !correctFloat) {
        return std::nullopt;
    }
    return Line { { *high, *low },
        { static_cast<std::uint64_t>(*samples), *kl, *squares, static_cast<std::uint64_t>(*correct),
            static_cast<std::uint64_t>(*correctFloat) } };
}

Error writeError(const std::filesystem::path& file)
{
    return Error(ErrorKind::Io, BW_TR_NOOP("core", "Measurements cannot be kept in %1: %2."), printable(file.string()),
        std::strerror(errno));
}
} // namespace

// 5 sums, a key before them, a check after them: "key samples kl klSquares correct correctFloat check".
std::string MeasureJournal::lineOf(const ContentHash& key, const DamageSums& sums)
{
    const std::string text = hexText(key) + ' ' + toText(sums.samples) + ' ' + toText(sums.kl) + ' '
        + toText(sums.klSquares) + ' ' + toText(sums.correct) + ' ' + toText(sums.correctFloat);
    return text + ' ' + hexText(contentHash(std::string_view(text))).substr(0, 8) + '\n';
}

MeasureJournal::MeasureJournal(std::filesystem::path file, Access access)
    : m_file(std::move(file))
{
    if (m_file.empty()) {
        return;
    }
    read();
    if (access == Access::Read) {
        return;
    }
    std::error_code error;
    std::filesystem::create_directories(m_file.parent_path(), error);
    m_fd = ::open(m_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (m_fd < 0) {
        throw writeError(m_file);
    }
}

MeasureJournal::~MeasureJournal()
{
    if (m_fd >= 0) {
        ::close(m_fd);
    }
}

void MeasureJournal::read()
{
    std::ifstream in(m_file);
    for (std::string text; std::getline(in, text);) {
        if (const auto line = parseLine(text)) {
            m_known[line->key] = line->sums;
        }
    }
}

std::optional<DamageSums> MeasureJournal::find(const ContentHash& key) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_known.find(key);
    return found == m_known.end() ? std::nullopt : std::optional(found->second);
}

void MeasureJournal::add(const ContentHash& key, const DamageSums& sums)
{
    const std::lock_guard lock(m_mutex);
    m_known[key] = sums;
    if (m_fd < 0) {
        return;
    }
    // The empty line before it ends what a killed writer may have left unfinished.
    const std::string line = '\n' + lineOf(key, sums);
    if (::write(m_fd, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        throw writeError(m_file);
    }
}

void MeasureJournal::addLines(const std::string& lines)
{
    std::istringstream in(lines);
    for (std::string text; std::getline(in, text);) {
        const auto line = parseLine(text);
        if (line && !find(line->key)) {
            add(line->key, line->sums);
        }
    }
}

std::size_t MeasureJournal::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_known.size();
}

std::filesystem::path journalFile(
    const std::filesystem::path& cacheFolder, const std::string& modelSha256, const std::string& dataHash)
{
    return cacheFolder.empty()
        ? std::filesystem::path()
        : cacheFolder / ("measured-" + modelSha256.substr(0, 16) + '-' + dataHash.substr(0, 16) + ".txt");
}

} // namespace bw
