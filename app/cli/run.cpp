#include "app/cli/run.h"

#include "app/cli/progress_line.h"
#include "app/cli/standard_streams.h"

namespace bw::cli {

void Run::warn(const Text& warning)
{
    m_warnings.push_back(warning.english());
    if (!m_options.isQuiet) {
        m_progress.clear();
        writeDiagnostics("warning: " + m_warnings.back() + "\n");
    }
}

} // namespace bw::cli
