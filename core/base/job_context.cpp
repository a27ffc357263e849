#include "core/base/job_context.h"

namespace bw {

void JobContext::report(const Text& phase, std::uint64_t done, std::uint64_t total, const Text& unit) const
{
    if (!m_progress) {
        return;
    }
    const double part = total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
    m_progress(Progress { phase, m_from + (m_to - m_from) * part, done, total, unit });
}

JobContext JobContext::sub(double from, double to) const
{
    JobContext part = *this;
    part.m_from = m_from + (m_to - m_from) * from;
    part.m_to = m_from + (m_to - m_from) * to;
    return part;
}

} // namespace bw
