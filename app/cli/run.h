#pragma once

#include "app/cli/global_options.h"
#include "core/base/job_context.h"

#include <string>
#include <vector>

namespace bw::cli {

class ProgressLine;

/// What a command works with: the global options, cancellation and progress, and where warnings go.
class Run
{
public:
    Run(const GlobalOptions& options, JobContext job, ProgressLine& progress)
        : m_options(options)
        , m_job(std::move(job))
        , m_progress(progress)
    {
    }

    const GlobalOptions& options() const { return m_options; }
    bool isJson() const { return m_options.isJson; }
    const JobContext& job() const { return m_job; }
    /// Part of the job between two fractions, for one step of a command.
    JobContext job(double from, double to) const { return m_job.sub(from, to); }

    /// Shown on stderr (not with --quiet), and listed under "warnings" in JSON documents.
    void warn(const Text& warning);
    const std::vector<std::string>& warnings() const { return m_warnings; }

private:
    const GlobalOptions& m_options;
    JobContext m_job;
    ProgressLine& m_progress;
    std::vector<std::string> m_warnings;
};

} // namespace bw::cli
