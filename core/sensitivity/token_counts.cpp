#include "core/sensitivity/token_counts.h"

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/model/numpy_file.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace bw {

namespace {
constexpr std::size_t mostTokens = std::size_t { 1 } << 24U; ///< the largest vocabularies have some 300,000
constexpr std::string_view blanks = " \t\r,;";
constexpr std::size_t linesBetweenChecks = 4096;

void requireTokens(std::uint64_t count)
{
    if (count > mostTokens) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "it counts more than %1 tokens, which no vocabulary has"),
            toText(static_cast<std::uint64_t>(mostTokens)));
    }
}

bool isCount(float count)
{
    return count >= 0 && !std::isinf(count);
}

std::vector<float> countsOfArray(const std::shared_ptr<const MappedFile>& file, const JobContext& ctx)
{
    const TensorView array = readNumpy(file->bytes(), file, ctx);
    if (array.shape.size() != 1) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "the array has %1 dimensions; token counts have one, as numpy.bincount makes it"),
            toText(array.shape.size()));
    }
    requireTokens(array.count());
    auto counts = toFloats(array);
    const auto bad = std::find_if_not(counts.begin(), counts.end(), isCount);
    if (bad != counts.end()) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the count of token %1 is %2; counts are 0 or more"),
            toText(static_cast<std::uint64_t>(bad - counts.begin())), toText(*bad));
    }
    return counts;
}

std::string_view takeWord(std::string_view& line)
{
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    const auto word = line.substr(0, line.find_first_of(blanks));
    line.remove_prefix(word.size());
    return word;
}

[[noreturn]] void refuseLine(std::size_t number, std::string_view line)
{
    throw Error(ErrorKind::BadFile,
        BW_TR_NOOP("core",
            "line %1 is \"%2\", but each line holds a count, or the number of a token and its count, in the same way "
            "in the whole file"),
        toText(number), printable(line, 60));
}

/// The lines of a text, one after the other.
class LineCounts
{
public:
    void add(std::size_t number, std::string_view line)
    {
        std::string_view rest = line;
        const auto first = takeWord(rest);
        const auto second = takeWord(rest);
        if (first.empty() || first.front() == '#') {
            return;
        }
        const bool hasNumber = !second.empty();
        const auto count = parseDouble(hasNumber ? second : first);
        const auto token = hasNumber ? parseInt(first) : static_cast<std::int64_t>(m_counts.size());
        const bool isOneKind = !m_hasNumbers || *m_hasNumbers == hasNumber;
        if (!takeWord(rest).empty() || !count || !token || !isOneKind || *token < 0
            || !isCount(static_cast<float>(*count))) {
            refuseLine(number, line);
        }
        m_hasNumbers = hasNumber;
        put(number, static_cast<std::uint64_t>(*token), static_cast<float>(*count));
    }

    std::vector<float> take()
    {
        std::replace(m_counts.begin(), m_counts.end(), notListed, 0.0F);
        return std::move(m_counts);
    }

private:
    static constexpr float notListed = -1;

    void put(std::size_t number, std::uint64_t token, float count)
    {
        requireTokens(token + (token < std::numeric_limits<std::uint64_t>::max() ? 1 : 0));
        if (token >= m_counts.size()) {
            m_counts.resize(static_cast<std::size_t>(token) + 1, notListed);
        }
        auto& own = m_counts[static_cast<std::size_t>(token)];
        if (own != notListed) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "line %1 counts token %2, which is counted before"),
                toText(number), toText(token));
        }
        own = count;
    }

    std::vector<float> m_counts;
    std::optional<bool> m_hasNumbers;
};

std::vector<float> countsOfText(std::string_view text, const JobContext& ctx)
{
    LineCounts counts;
    for (std::size_t number = 1; !text.empty(); ++number) {
        if (number % linesBetweenChecks == 0) {
            ctx.checkpoint();
        }
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        counts.add(number, line);
    }
    return counts.take();
}
} // namespace

std::vector<float> readTokenCounts(const std::filesystem::path& file, const JobContext& ctx)
{
    return withContext(Text(BW_TR_NOOP("core", "file %1"), { printable(file.string()) }), [&] {
        const auto mapped = MappedFile::open(file);
        const std::string_view text(reinterpret_cast<const char*>(mapped->bytes().data()), mapped->bytes().size());
        auto counts = isNumpy(text) ? countsOfArray(mapped, ctx) : countsOfText(text, ctx);
        if (std::none_of(counts.begin(), counts.end(), [](float count) { return count > 0; })) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "it counts no token")));
        }
        return counts;
    });
}

} // namespace bw
