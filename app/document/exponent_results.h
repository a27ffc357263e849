#pragma once

#include "app/document/layer_work.h"

#include <QObject>

#include <deque>
#include <memory>
#include <optional>

namespace bw {

class CoalescingJob;
class Lanes;

/// Exponent curves of the layer in view: one asked for at a time, the last few kept. GUI thread; the work runs on the
/// light lane.
class ExponentResults : public QObject
{
    Q_OBJECT
public:
    struct Key
    {
        LayerId layer;
        Scaling scaling;
        int bits = 0;
        friend bool operator==(const Key&, const Key&) = default;
    };

    explicit ExponentResults(Lanes& lanes, QObject* parent = nullptr);
    ~ExponentResults() override;

    /// Another model (or none): forgets everything.
    void setModel(ModelPtr model);
    /// The curve, or null and a signal later. A small sample first, then the whole layer (up to a limit that memory
    /// sets).
    ExponentFactsPtr request(const Key& key);
    /// Why the last request has no curve.
    const std::optional<Error>& failure() const { return m_failure; }
    /// While something is dragged, no new curve is started.
    void setPaused(bool isPaused);
    bool isBusy() const { return m_isComputing; }

Q_SIGNALS:
    void ready();

private:
    void start();

    struct Entry
    {
        Key key;
        ExponentFactsPtr facts;
        bool isFinal = false;
    };
    Entry* find(const Key& key);
    void store(Entry entry);

    ModelPtr m_model;
    std::optional<Key> m_wanted;
    std::optional<Error> m_failure;
    std::deque<Entry> m_entries;
    bool m_isPaused = false;
    bool m_isComputing = false;
    std::unique_ptr<CoalescingJob> m_job;
};

} // namespace bw
