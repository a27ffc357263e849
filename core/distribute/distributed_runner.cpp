#include "core/distribute/distributed_runner.h"

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/distribute/unit_messages.h"
#include "core/distribute/unit_worker.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <thread>
#include <utility>

namespace bw {

namespace {

using Clock = std::chrono::steady_clock;
constexpr int coordinator = 0;
constexpr int mostAttempts = 3;
constexpr auto idle = std::chrono::milliseconds(2);
/// The coordinator may be busy between two runs; for how many `lostAfter` others wait for it.
constexpr int patience = 40;

ContentHash hashOf(std::span<const WorkUnit> units)
{
    ContentHash hash;
    for (const auto& unit : units) {
        hash = combine(hash, combine(contentHash(unit.id), contentHash(unit.input)));
    }
    return hash;
}

/// One call of run() on rank 0.
class Coordination
{
public:
    Coordination(Transport& transport, const DistributedTimes& times, std::uint64_t run, std::span<const WorkUnit> units,
        const DoUnit& doUnit, const UnitDone& done, const JobContext& ctx, std::vector<Text>& warnings,
        std::set<int>& lost)
        : m_transport(transport)
        , m_times(times)
        , m_run(run)
        , m_unitsHash(hexText(hashOf(units)))
        , m_done(done)
        , m_ctx(ctx)
        , m_warnings(warnings)
        , m_lost(lost)
        , m_own(units, doUnit)
        , m_ranks(static_cast<std::size_t>(transport.size()))
        , m_units(units.size())
        , m_results(units.size())
    {
        for (std::size_t i = 0; i < units.size(); ++i) {
            m_todo.push_back(i);
        }
    }

    std::vector<std::string> result()
    {
        try {
            while (m_doneCount < m_units.size()) {
                m_ctx.checkpoint();
                if (!step()) {
                    std::this_thread::sleep_for(idle);
                }
            }
        } catch (const Error& error) {
            tellAll({ MessageKind::Failed, m_run, static_cast<std::uint64_t>(error.kind()), error.fullEnglish() });
            throw;
        } catch (const Canceled&) {
            tellAll({ MessageKind::Failed, m_run, 0, {} });
            throw;
        }
        tellAll({ MessageKind::Finished, m_run, 0, packTexts(m_results) });
        return std::move(m_results);
    }

private:
    struct Rank
    {
        bool isReady = false;
        bool isLost = false;
        Clock::time_point heard;
        std::optional<std::size_t> unit;
    };
    struct Unit
    {
        bool isDone = false;
        int attempts = 0;
    };

    /// False if nothing happened.
    bool step()
    {
        bool isBusy = false;
        while (auto message = m_transport.receive()) {
            handle(message->from, parseMessage(message->text));
            isBusy = true;
        }
        if (auto outcome = m_own.takeOutcome()) {
            settle(*outcome);
            isBusy = true;
        }
        if (!m_own.isBusy()) {
            if (const auto unit = nextUnit()) {
                m_own.start(*unit, m_ctx);
                isBusy = true;
            }
        }
        handOut();
        findLost();
        beat();
        return isBusy;
    }

    void handle(int from, const UnitMessage& message)
    {
        Rank& rank = m_ranks[static_cast<std::size_t>(from)];
        rank.heard = Clock::now();
        rank.isLost = false;
        m_lost.erase(from);
        if (message.run != m_run) {
            return;
        }
        if (message.kind == MessageKind::Ready) {
            if (message.text != m_unitsHash) {
                throw Error(ErrorKind::BadInput,
                    BW_TR_NOOP("core",
                        "Process %1 was given other work than the first one: all need the same arguments, the same "
                        "files and the same program."),
                    toText(from));
            }
            rank.isReady = true;
        } else if (message.kind == MessageKind::Done || message.kind == MessageKind::UnitFailed) {
            rank.unit.reset();
            settle({ message.unit, message.kind == MessageKind::Done, message.text });
        }
    }

    void settle(const UnitOutcome& outcome)
    {
        Unit& unit = m_units.at(outcome.unit);
        if (unit.isDone) {
            return;
        }
        if (!outcome.isDone) {
            if (unit.attempts >= mostAttempts) {
                throw Error(ErrorKind::Backend, BW_TR_NOOP("core", "A piece of work failed %1 times: %2"),
                    toText(unit.attempts), outcome.text);
            }
            m_todo.push_back(outcome.unit);
            return;
        }
        unit.isDone = true;
        m_results[outcome.unit] = outcome.text;
        ++m_doneCount;
        if (m_done) {
            m_done(outcome.unit, outcome.text);
        }
        m_ctx.report(
            Text(BW_TR_NOOP("core", "Working")), m_doneCount, m_units.size(), Text(BW_TR_NOOP("core", "pieces")));
    }

    std::optional<std::size_t> nextUnit()
    {
        while (!m_todo.empty()) {
            const std::size_t unit = m_todo.front();
            m_todo.pop_front();
            if (!m_units[unit].isDone) {
                ++m_units[unit].attempts;
                return unit;
            }
        }
        return std::nullopt;
    }

    void handOut()
    {
        for (std::size_t r = 1; r < m_ranks.size(); ++r) {
            Rank& rank = m_ranks[r];
            if (!rank.isReady || rank.isLost || rank.unit) {
                continue;
            }
            if (const auto unit = nextUnit()) {
                rank.unit = unit;
                m_transport.send(static_cast<int>(r), messageText({ MessageKind::Take, m_run, *unit, {} }));
            }
        }
    }

    void findLost()
    {
        const auto now = Clock::now();
        for (std::size_t r = 1; r < m_ranks.size(); ++r) {
            Rank& rank = m_ranks[r];
            if (!rank.isReady || rank.isLost || now - rank.heard < m_times.lostAfter) {
                continue;
            }
            rank.isLost = true;
            m_lost.insert(static_cast<int>(r));
            m_transport.leaveAlone();
            m_warnings.emplace_back(
                BW_TR_NOOP("core", "Process %1 of %2 was lost; what it was doing is done again by another."),
                std::vector<std::string> { toText(r), toText(m_ranks.size()) });
            if (rank.unit) {
                m_todo.push_front(*std::exchange(rank.unit, std::nullopt));
            }
        }
    }

    void beat()
    {
        const auto now = Clock::now();
        if (now - m_lastBeat >= m_times.heartbeat) {
            m_lastBeat = now;
            tellAll({ MessageKind::Beat, m_run, 0, {} });
        }
    }

    void tellAll(const UnitMessage& message)
    {
        for (std::size_t r = 1; r < m_ranks.size(); ++r) {
            m_transport.send(static_cast<int>(r), messageText(message));
        }
    }

    Transport& m_transport;
    const DistributedTimes& m_times;
    std::uint64_t m_run;
    std::string m_unitsHash;
    const UnitDone& m_done;
    const JobContext& m_ctx;
    std::vector<Text>& m_warnings;
    std::set<int>& m_lost;
    UnitWorker m_own;
    std::vector<Rank> m_ranks;
    std::vector<Unit> m_units;
    std::vector<std::string> m_results;
    std::deque<std::size_t> m_todo;
    std::size_t m_doneCount = 0;
    Clock::time_point m_lastBeat = Clock::now();
};

/// One call of run() on another rank.
class Service
{
public:
    Service(Transport& transport, const DistributedTimes& times, std::uint64_t run, std::span<const WorkUnit> units,
        const DoUnit& doUnit, const JobContext& ctx)
        : m_transport(transport)
        , m_times(times)
        , m_run(run)
        , m_ctx(ctx)
        , m_own(units, doUnit)
    {
        tell({ MessageKind::Ready, run, 0, hexText(hashOf(units)) });
    }

    std::vector<std::string> result()
    {
        while (true) {
            m_ctx.checkpoint();
            bool isBusy = false;
            while (auto message = m_transport.receive()) {
                m_heard = Clock::now();
                isBusy = true;
                const auto parsed = parseMessage(message->text);
                if (parsed.run != m_run) {
                    continue;
                }
                if (parsed.kind == MessageKind::Finished) {
                    return unpackTexts(parsed.text);
                }
                if (parsed.kind == MessageKind::Failed) {
                    fail(parsed);
                }
                if (parsed.kind == MessageKind::Take) {
                    m_own.start(parsed.unit, m_ctx);
                }
            }
            if (auto outcome = m_own.takeOutcome()) {
                const auto kind = outcome->isDone ? MessageKind::Done : MessageKind::UnitFailed;
                tell({ kind, m_run, outcome->unit, std::move(outcome->text) });
                isBusy = true;
            }
            beat();
            requireCoordinator();
            if (!isBusy) {
                std::this_thread::sleep_for(idle);
            }
        }
    }

private:
    [[noreturn]] void fail(const UnitMessage& message)
    {
        if (message.text.empty()) {
            throw Canceled {};
        }
        throw Error(static_cast<ErrorKind>(message.unit), BW_TR_NOOP("core", "The first process stopped: %1"),
            message.text);
    }

    void beat()
    {
        const auto now = Clock::now();
        if (now - m_lastBeat >= m_times.heartbeat) {
            m_lastBeat = now;
            tell({ MessageKind::Beat, m_run, 0, {} });
        }
    }

    void requireCoordinator() const
    {
        if (Clock::now() - m_heard > patience * m_times.lostAfter) {
            m_transport.leaveAlone();
            throw Error(
                ErrorKind::Backend, BW_TR_NOOP("core", "The first process, which hands out the work, is gone."));
        }
    }

    void tell(UnitMessage message) { m_transport.send(coordinator, messageText(message)); }

    Transport& m_transport;
    const DistributedTimes& m_times;
    std::uint64_t m_run;
    const JobContext& m_ctx;
    UnitWorker m_own;
    Clock::time_point m_heard = Clock::now();
    Clock::time_point m_lastBeat = Clock::now();
};

class DistributedRunner final : public UnitRunner
{
public:
    DistributedRunner(std::unique_ptr<Transport> transport, DistributedTimes times)
        : m_transport(std::move(transport))
        , m_times(times)
    {
    }

    /// The end waits for all ranks to come to theirs, but not for lost ones.
    ~DistributedRunner() override
    {
        if (!isCoordinator()) {
            m_transport->send(coordinator, messageText({ MessageKind::Bye, m_run, 0, {} }));
            return;
        }
        std::vector<bool> isGone(static_cast<std::size_t>(size()), false);
        isGone[coordinator] = true;
        for (const int lost : m_lost) {
            isGone[static_cast<std::size_t>(lost)] = true;
        }
        const auto start = Clock::now();
        while (std::find(isGone.begin(), isGone.end(), false) != isGone.end()) {
            if (const auto message = m_transport->receive()) {
                if (parseMessage(message->text).kind == MessageKind::Bye) {
                    isGone[static_cast<std::size_t>(message->from)] = true;
                }
            } else if (Clock::now() - start > m_times.lostAfter) {
                m_transport->leaveAlone();
                return;
            } else {
                std::this_thread::sleep_for(idle);
            }
        }
    }

    int size() const override { return m_transport->size(); }
    bool isCoordinator() const override { return m_transport->rank() == coordinator; }
    std::vector<Text> takeWarnings() override { return std::exchange(m_warnings, {}); }

    std::vector<std::string> run(std::span<const WorkUnit> units, const DoUnit& doUnit, const UnitDone& done,
        const JobContext& ctx) override
    {
        ++m_run;
        if (isCoordinator()) {
            return Coordination(*m_transport, m_times, m_run, units, doUnit, done, ctx, m_warnings, m_lost).result();
        }
        return Service(*m_transport, m_times, m_run, units, doUnit, ctx).result();
    }

private:
    std::unique_ptr<Transport> m_transport;
    DistributedTimes m_times;
    std::uint64_t m_run = 0;
    std::vector<Text> m_warnings;
    std::set<int> m_lost; ///< ranks; known to rank 0 only
};

} // namespace

std::unique_ptr<UnitRunner> makeDistributedRunner(std::unique_ptr<Transport> transport, DistributedTimes times)
{
    return std::make_unique<DistributedRunner>(std::move(transport), times);
}

} // namespace bw
