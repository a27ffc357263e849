#include "core/distribute/distributed_runner.h"

#include "core/base/error.h"

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <gtest/gtest.h>

namespace bw {

namespace {

using namespace std::chrono_literals;

/// Ranks that are threads of this process.
class Hub
{
public:
    explicit Hub(int size)
        : m_boxes(static_cast<std::size_t>(size))
    {
    }
    int size() const { return static_cast<int>(m_boxes.size()); }
    void post(int from, int to, std::string text)
    {
        const std::lock_guard lock(m_mutex);
        if (!m_lost.contains(from) && !m_lost.contains(to)) {
            m_boxes[static_cast<std::size_t>(to)].push_back({ from, std::move(text) });
        }
    }
    std::optional<Transport::Message> take(int rank)
    {
        const std::lock_guard lock(m_mutex);
        auto& box = m_boxes[static_cast<std::size_t>(rank)];
        if (box.empty()) {
            return std::nullopt;
        }
        auto message = std::move(box.front());
        box.pop_front();
        return message;
    }
    /// From now on nothing of this rank arrives anywhere.
    void lose(int rank)
    {
        const std::lock_guard lock(m_mutex);
        m_lost.insert(rank);
    }

private:
    std::mutex m_mutex;
    std::vector<std::deque<Transport::Message>> m_boxes;
    std::set<int> m_lost;
};

class HubTransport final : public Transport
{
public:
    HubTransport(Hub& hub, int rank)
        : m_hub(hub)
        , m_rank(rank)
    {
    }
    int rank() const override { return m_rank; }
    int size() const override { return m_hub.size(); }
    void send(int to, std::string message) override { m_hub.post(m_rank, to, std::move(message)); }
    std::optional<Message> receive() override { return m_hub.take(m_rank); }
    void leaveAlone() override { }

private:
    Hub& m_hub;
    int m_rank;
};

std::vector<WorkUnit> unitsOf(std::size_t count)
{
    std::vector<WorkUnit> units;
    for (std::size_t i = 0; i < count; ++i) {
        units.push_back({ "unit " + toText(i), toText(i * i) });
    }
    return units;
}

constexpr DistributedTimes quickTimes { 20ms, 300ms };

using RankWork = std::function<void(int rank, UnitRunner& runner)>;

/// Runs `work` on every rank at the same time.
void onAllRanks(Hub& hub, const RankWork& work)
{
    std::vector<std::jthread> threads;
    for (int rank = 0; rank < hub.size(); ++rank) {
        threads.emplace_back([&hub, &work, rank] {
            const auto runner = makeDistributedRunner(std::make_unique<HubTransport>(hub, rank), quickTimes);
            work(rank, *runner);
        });
    }
}

std::string answer(const WorkUnit& unit)
{
    return unit.id + " has " + unit.input;
}

std::vector<std::string> answers(const std::vector<WorkUnit>& units)
{
    std::vector<std::string> all;
    for (const auto& unit : units) {
        all.push_back(answer(unit));
    }
    return all;
}

} // namespace

TEST(LocalRunner, DoesUnitsInOrder)
{
    const auto units = unitsOf(5);
    std::vector<std::size_t> order;
    const auto runner = makeLocalRunner();
    EXPECT_TRUE(runner->isCoordinator());
    EXPECT_EQ(runner->size(), 1);
    const auto results = runner->run(
        units, [](const WorkUnit& unit, const JobContext&) { return answer(unit); },
        [&](std::size_t unit, const std::string&) { order.push_back(unit); }, {});
    EXPECT_EQ(results, answers(units));
    EXPECT_EQ(order, (std::vector<std::size_t> { 0, 1, 2, 3, 4 }));
}

TEST(DistributedRunner, GivesEveryRankTheSameResultsForAnyNumberOfRanks)
{
    const auto units = unitsOf(23);
    for (const int size : { 1, 2, 5 }) {
        Hub hub(size);
        std::atomic<int> doneCalls = 0;
        std::atomic<int> workDone = 0;
        std::mutex mutex;
        std::set<std::thread::id> workers;
        onAllRanks(hub, [&](int, UnitRunner& runner) {
            // A second run follows the first at once.
            for (int round = 0; round < 2; ++round) {
                const auto results = runner.run(
                    units,
                    [&](const WorkUnit& unit, const JobContext&) {
                        std::this_thread::sleep_for(2ms);
                        ++workDone;
                        return answer(unit);
                    },
                    [&](std::size_t, const std::string&) { ++doneCalls; }, {});
                EXPECT_EQ(results, answers(units));
            }
        });
        EXPECT_EQ(doneCalls, 46) << size;
        EXPECT_EQ(workDone, 46) << size;
    }
}

TEST(DistributedRunner, NothingToDoIsDoneAtOnce)
{
    Hub hub(3);
    onAllRanks(hub, [&](int, UnitRunner& runner) {
        EXPECT_TRUE(runner.run({}, [](const WorkUnit&, const JobContext&) { return ""; }, {}, {}).empty());
    });
}

TEST(DistributedRunner, AFailingUnitIsDoneAgain)
{
    const auto units = unitsOf(6);
    Hub hub(2);
    std::mutex mutex;
    std::map<std::string, int> attempts;
    onAllRanks(hub, [&](int, UnitRunner& runner) {
        const auto results = runner.run(
            units,
            [&](const WorkUnit& unit, const JobContext&) {
                const std::lock_guard lock(mutex);
                if (++attempts[unit.id] < 3 && unit.id == "unit 4") {
                    throw Error(ErrorKind::Backend, "out of luck");
                }
                return answer(unit);
            },
            {}, {});
        EXPECT_EQ(results, answers(units));
    });
    EXPECT_EQ(attempts["unit 4"], 3);
    EXPECT_EQ(attempts["unit 3"], 1);
}

TEST(DistributedRunner, AUnitThatAlwaysFailsEndsAllWithItsOwnWords)
{
    const auto units = unitsOf(6);
    Hub hub(3);
    std::atomic<int> ended = 0;
    onAllRanks(hub, [&](int, UnitRunner& runner) {
        try {
            runner.run(
                units,
                [&](const WorkUnit& unit, const JobContext&) -> std::string {
                    if (unit.id == "unit 2") {
                        throw Error(ErrorKind::Backend, "cannot be done");
                    }
                    return answer(unit);
                },
                {}, {});
        } catch (const Error& error) {
            EXPECT_NE(error.fullEnglish().find("cannot be done"), std::string::npos) << error.fullEnglish();
            ++ended;
        }
    });
    EXPECT_EQ(ended, 3);
}

TEST(DistributedRunner, WhatALostRankHadIsDoneByAnother)
{
    const auto units = unitsOf(12);
    Hub hub(3);
    std::atomic<int> warnings = 0;
    std::atomic<bool> isOver = false;
    onAllRanks(hub, [&](int rank, UnitRunner& runner) {
        std::stop_source stop;
        std::atomic<int> mine = 0;
        const auto doUnit = [&](const WorkUnit& unit, const JobContext&) {
            if (rank == 2 && ++mine == 2) {
                hub.lose(2); // as if the machine was switched off
                while (!isOver) {
                    std::this_thread::sleep_for(5ms);
                }
                stop.request_stop();
            }
            std::this_thread::sleep_for(10ms);
            return answer(unit);
        };
        try {
            EXPECT_EQ(runner.run(units, doUnit, {}, JobContext(stop.get_token())), answers(units));
            EXPECT_NE(rank, 2);
        } catch (const Canceled&) {
            EXPECT_EQ(rank, 2);
        }
        if (rank == 0) {
            isOver = true;
            warnings = static_cast<int>(runner.takeWarnings().size());
            EXPECT_TRUE(runner.takeWarnings().empty());
        }
    });
    EXPECT_EQ(warnings, 1);
}

TEST(DistributedRunner, RanksWithOtherWorkAreRefused)
{
    Hub hub(2);
    std::atomic<int> refused = 0;
    onAllRanks(hub, [&](int rank, UnitRunner& runner) {
        try {
            runner.run(
                unitsOf(rank == 0 ? 4 : 5),
                [](const WorkUnit& unit, const JobContext&) {
                    std::this_thread::sleep_for(50ms);
                    return answer(unit);
                },
                {}, {});
        } catch (const Error& error) {
            refused += error.kind() == ErrorKind::BadInput ? 1 : 0;
        }
    });
    EXPECT_EQ(refused, 2);
}

TEST(DistributedRunner, CancelingTheFirstRankCancelsAll)
{
    Hub hub(3);
    std::atomic<int> canceled = 0;
    std::stop_source stop;
    onAllRanks(hub, [&](int rank, UnitRunner& runner) {
        try {
            runner.run(
                unitsOf(50),
                [&](const WorkUnit& unit, const JobContext& ctx) {
                    if (unit.id == "unit 5") {
                        stop.request_stop();
                    }
                    for (int i = 0; i < 10; ++i) {
                        ctx.checkpoint();
                        std::this_thread::sleep_for(2ms);
                    }
                    return answer(unit);
                },
                {}, rank == 0 ? JobContext(stop.get_token()) : JobContext());
        } catch (const Canceled&) {
            ++canceled;
        }
    });
    EXPECT_EQ(canceled, 3);
}

} // namespace bw
