#pragma once

#include "core/base/error.h"
#include "core/engine/rank_formats.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace bw {

class CoalescingJob;
class Lanes;
class ResultCache;

/// Measures many formats in the background, one question at a time; what is found shows as it comes. GUI thread; the
/// work runs on the survey lane.
class FormatSurvey : public QObject
{
    Q_OBJECT
public:
    explicit FormatSurvey(Lanes& lanes, QObject* parent = nullptr);
    ~FormatSurvey() override;

    /// Forgets the answer to the last question and starts on this one.
    void start(RankRequest request, std::shared_ptr<ResultCache> cache);
    /// What was found stays.
    void stop();
    /// Stops and forgets.
    void clear();

    bool isBusy() const { return m_isBusy; }
    bool isComplete() const { return m_ranking.has_value(); }
    double fraction() const { return m_fraction; }
    /// Usable formats measured so far, each once; exact figures take the place of sampled ones. In the order measured.
    const std::vector<RankedFormat>& found() const { return m_found; }
    /// The whole answer; nothing until it is complete.
    const std::optional<Ranking>& ranking() const { return m_ranking; }
    const std::optional<Error>& failure() const { return m_failure; }

Q_SIGNALS:
    void changed();

private:
    struct Inbox;
    void take();

    std::unique_ptr<CoalescingJob> m_job;
    std::shared_ptr<Inbox> m_inbox;
    QTimer m_timer;
    std::vector<RankedFormat> m_found;
    std::optional<Ranking> m_ranking;
    std::optional<Error> m_failure;
    double m_fraction = 0;
    bool m_isBusy = false;
};

} // namespace bw
