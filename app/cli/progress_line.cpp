#include "app/cli/progress_line.h"

#include "app/cli/standard_streams.h"
#include "app/cli/text_table.h"
#include "core/base/json.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace bw::cli {

namespace {
constexpr auto betweenLines = std::chrono::milliseconds(100);
/// Quick jobs show nothing at all.
constexpr auto beforeFirstLine = std::chrono::milliseconds(300);
constexpr const char* clearLine = "\r\033[K";

double seconds(std::chrono::steady_clock::duration duration)
{
    return std::chrono::duration<double>(duration).count();
}

std::string rateText(double rate, const std::string& unit)
{
    static constexpr std::array prefixes { "", "k ", "M ", "G ", "T " };
    std::size_t prefix = 0;
    while (rate >= 999.5 && prefix + 1 < prefixes.size()) {
        rate /= 1000;
        ++prefix;
    }
    return fmt::format("{} {}{}/s", numberText(rate, 3), prefixes[prefix], unit);
}
} // namespace

std::string durationText(double duration)
{
    const auto total = static_cast<std::uint64_t>(std::ceil(std::clamp(duration, 0.0, 3.6e9)));
    const auto hours = total / 3600;
    return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, total / 60 % 60, total % 60)
                     : fmt::format("{}:{:02}", total / 60, total % 60);
}

std::string progressText(const Progress& progress, double rate, double secondsLeft, int width)
{
    std::string text = progress.phase.english()
        + fmt::format("  {:.0f} %", std::floor(std::clamp(progress.fraction, 0.0, 1.0) * 100));
    if (rate > 0 && !progress.unit.empty()) {
        text += "  " + rateText(rate, progress.unit.english());
    }
    if (secondsLeft >= 0) {
        text += "  " + durationText(secondsLeft) + " left";
    }
    return elided(text, static_cast<std::size_t>(std::max(width - 1, 3)), Cut::End);
}

std::string progressJson(const Progress& progress, double rate, double secondsLeft)
{
    Json out { { "phase", progress.phase.english() }, { "fraction", progress.fraction }, { "done", progress.done },
        { "total", progress.total }, { "unit", progress.unit.english() } };
    out["rate"] = rate > 0 ? Json(rate) : Json();
    out["seconds_left"] = secondsLeft >= 0 ? Json(secondsLeft) : Json();
    return out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

ProgressLine::ProgressLine(ProgressMode mode, bool isQuiet)
    : m_isLine(mode == ProgressMode::Auto && !isQuiet && isDiagnosticsTerminal())
    , m_isJson(mode == ProgressMode::Json)
{
}

ProgressFunction ProgressLine::function()
{
    if (!m_isLine && !m_isJson) {
        return {};
    }
    return [this](const Progress& progress) { show(progress); };
}

void ProgressLine::clear()
{
    const std::lock_guard lock(m_mutex);
    if (m_isOnScreen) {
        writeDiagnostics(clearLine);
        m_isOnScreen = false;
    }
}

bool ProgressLine::isDue(const Progress& progress, Clock::time_point now)
{
    const std::string phase = progress.phase.english();
    const bool isNewPhase = phase != m_phase;
    // Threads overtake each other between counting and reporting.
    if (!isNewPhase && progress.fraction < m_fraction) {
        return false;
    }
    m_fraction = progress.fraction;
    m_phase = phase;
    if (progress.total != m_countTotal || progress.done < m_countLast) {
        m_countTotal = progress.total;
        m_countStarted = now;
        m_countFrom = progress.done;
    }
    m_countLast = progress.done;
    if (m_isLine && now - m_started < beforeFirstLine) {
        return false;
    }
    const bool isLast = progress.total > 0 && progress.done >= progress.total;
    return now - m_lastShown >= betweenLines || (m_isJson && (isNewPhase || isLast));
}

ProgressLine::Facts ProgressLine::factsAt(const Progress& progress, Clock::time_point now) const
{
    Facts facts;
    const double counted = seconds(now - m_countStarted);
    if (counted > 0.05 && progress.done > m_countFrom) {
        facts.rate = static_cast<double>(progress.done - m_countFrom) / counted;
    }
    const double elapsed = seconds(now - m_started);
    if (progress.fraction > 0.01 && elapsed > 0.3) {
        facts.secondsLeft = elapsed * (1 - std::min(progress.fraction, 1.0)) / progress.fraction;
    }
    return facts;
}

void ProgressLine::show(const Progress& progress)
{
    const std::lock_guard lock(m_mutex);
    const auto now = Clock::now();
    if (!isDue(progress, now)) {
        return;
    }
    m_lastShown = now;
    const Facts facts = factsAt(progress, now);
    if (m_isJson) {
        writeDiagnostics(progressJson(progress, facts.rate, facts.secondsLeft));
    } else {
        writeDiagnostics(clearLine + progressText(progress, facts.rate, facts.secondsLeft, diagnosticsWidth()));
        m_isOnScreen = true;
    }
}

} // namespace bw::cli
