#pragma once

#include <memory>

class QThreadPool;

namespace bw {

/// The threads of the window. Which lane says how long work may take, so that short work never waits behind long work.
class Lanes
{
public:
    Lanes();
    ~Lanes();
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;

    /// One thread for answers while something is dragged: work of at most about 30 ms.
    QThreadPool& preview() { return *m_preview; }
    /// Single layers: statistics, exact results, exponent curves. max(1, cores-1) threads.
    QThreadPool& light() { return *m_light; }
    /// One thread that measures many formats: long work that stops for a newer question and holds up nothing else.
    QThreadPool& survey() { return *m_survey; }
    /// One thread for ever: whole models, evaluation, exports.
    QThreadPool& heavy() { return *m_heavy; }
    /// Opening files and autosave, which must not wait behind a long job.
    QThreadPool& files() { return *m_files; }

    /// Waits until every lane is idle. Ask the jobs to stop first.
    void waitForDone();

private:
    std::unique_ptr<QThreadPool> m_preview;
    std::unique_ptr<QThreadPool> m_light;
    std::unique_ptr<QThreadPool> m_survey;
    std::unique_ptr<QThreadPool> m_heavy;
    std::unique_ptr<QThreadPool> m_files;
};

/// How much long work steps back.
inline constexpr int backgroundSteps = 5;
/// Lets the GUI thread win where it competes with the calling thread for a core. Threads started from here inherit it.
void lowerThreadPriority(int steps);

} // namespace bw
