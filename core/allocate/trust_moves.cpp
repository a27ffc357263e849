#include "core/allocate/trust_moves.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <map>

namespace bw {

namespace {
using Moves = std::vector<Move>;

std::int64_t costOf(const Moves& moves)
{
    std::int64_t sum = 0;
    for (const auto& move : moves) {
        sum += move.cost;
    }
    return sum;
}

double damageOf(const Moves& moves)
{
    double sum = 0;
    for (const auto& move : moves) {
        sum += move.damage;
    }
    return sum;
}

/// The best one or two moves, by trying all.
Moves bestPair(std::span<const Move> moves, std::size_t most, std::int64_t room)
{
    Moves best;
    double least = 0;
    for (std::size_t i = 0; i < moves.size(); ++i) {
        if (moves[i].cost <= room && moves[i].damage < least) {
            least = moves[i].damage;
            best = { moves[i] };
        }
        for (std::size_t j = 0; most > 1 && j < i; ++j) {
            if (moves[i].group != moves[j].group && moves[i].cost + moves[j].cost <= room
                && moves[i].damage + moves[j].damage < least) {
                least = moves[i].damage + moves[j].damage;
                best = { moves[j], moves[i] };
            }
        }
    }
    return best;
}

/// For each group the move of least damage + price · cost, where that is better than staying; the `most` best of them.
Moves atPrice(std::span<const Move> moves, std::size_t most, double price)
{
    std::map<std::uint32_t, std::pair<double, const Move*>> byGroup;
    for (const auto& move : moves) {
        const double score = move.damage + price * static_cast<double>(move.cost);
        const auto known = byGroup.find(move.group);
        if (score < 0 && (known == byGroup.end() || score < known->second.first)) {
            byGroup[move.group] = { score, &move };
        }
    }
    std::vector<std::pair<double, const Move*>> ranked;
    for (const auto& entry : byGroup) {
        ranked.push_back(entry.second);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    ranked.resize(std::min(ranked.size(), most));
    Moves chosen;
    for (const auto& entry : ranked) {
        chosen.push_back(*entry.second);
    }
    return chosen;
}

/// Uses up what room is left with moves that are better than staying, the most useful per cost first.
void fill(Moves& chosen, std::span<const Move> moves, std::size_t most, std::int64_t room)
{
    while (chosen.size() < most) {
        const std::int64_t left = room - costOf(chosen);
        const Move* best = nullptr;
        for (const auto& move : moves) {
            const bool isTaken = std::any_of(
                chosen.begin(), chosen.end(), [&](const Move& other) { return other.group == move.group; });
            if (isTaken || move.damage >= 0 || move.cost > left) {
                continue;
            }
            const auto gain
                = [](const Move& m) { return -m.damage / static_cast<double>(std::max<std::int64_t>(m.cost, 1)); };
            best = best == nullptr || gain(move) > gain(*best) ? &move : best;
        }
        if (best == nullptr) {
            return;
        }
        chosen.push_back(*best);
    }
}
} // namespace

std::vector<Move> bestMoves(std::span<const Move> moves, std::size_t most, std::int64_t room)
{
    Moves best = most <= 2 ? bestPair(moves, most, room) : Moves {};
    if (most > 2) {
        double least = 0;
        const auto consider = [&](Moves found) {
            const bool fits = costOf(found) <= room;
            if (fits) {
                fill(found, moves, most, room);
            }
            if (fits && damageOf(found) < least) {
                least = damageOf(found);
                best = std::move(found);
            }
            return fits;
        };
        double low = 0;
        double high = 1e-12;
        constexpr double dearest = 1e12;
        if (!consider(atPrice(moves, most, 0))) {
            while (high < dearest && !consider(atPrice(moves, most, high))) {
                low = high;
                high *= 4;
            }
            constexpr int halvings = 60;
            for (int i = 0; i < halvings; ++i) {
                const double price = (low + high) / 2;
                (consider(atPrice(moves, most, price)) ? high : low) = price;
            }
        }
        Moves pair = bestPair(moves, 2, room);
        consider(std::move(pair));
    }
    std::sort(best.begin(), best.end(), [](const Move& a, const Move& b) { return a.group < b.group; });
    return best;
}

namespace {
/// The best sets seen so far.
class BestSets
{
public:
    BestSets(std::int64_t least, std::int64_t room, std::size_t count)
        : m_least(least)
        , m_room(room)
        , m_count(count)
    {
    }

    void consider(std::initializer_list<const Move*> moves)
    {
        std::int64_t cost = 0;
        double damage = 0;
        for (const auto* move : moves) {
            cost += move->cost;
            damage += move->damage;
        }
        const bool isGood = m_sets.size() < m_count || damage < m_sets.rbegin()->first;
        if (cost < m_least || cost > m_room || !isGood) {
            return;
        }
        Moves set;
        for (const auto* move : moves) {
            set.push_back(*move);
        }
        std::sort(set.begin(), set.end(), [](const Move& a, const Move& b) { return a.group < b.group; });
        m_sets.emplace(damage, std::move(set));
        if (m_sets.size() > m_count) {
            m_sets.erase(std::prev(m_sets.end()));
        }
    }

    std::vector<Moves> take()
    {
        std::vector<Moves> sets;
        for (auto& [damage, set] : m_sets) {
            sets.push_back(std::move(set));
        }
        return sets;
    }

private:
    std::int64_t m_least;
    std::int64_t m_room;
    std::size_t m_count;
    std::multimap<double, Moves> m_sets; ///< by damage; of equal ones the first stays first
};
} // namespace

std::vector<std::vector<Move>> bestMoveSets(
    std::span<const Move> moves, std::size_t most, std::int64_t least, std::int64_t room, std::size_t count)
{
    constexpr std::size_t mostForThree = 300;
    if (count == 0 || most == 0) {
        return {};
    }
    std::vector<const Move*> ranked;
    for (const auto& move : moves) {
        ranked.push_back(&move);
    }
    std::stable_sort(
        ranked.begin(), ranked.end(), [](const auto* a, const auto* b) { return a->damage < b->damage; });
    BestSets best(least, room, count);
    for (std::size_t i = 0; i < ranked.size(); ++i) {
        best.consider({ ranked[i] });
        for (std::size_t j = i + 1; most > 1 && j < ranked.size(); ++j) {
            if (ranked[i]->group == ranked[j]->group) {
                continue;
            }
            best.consider({ ranked[i], ranked[j] });
            for (std::size_t k = j + 1; most > 2 && k < std::min(ranked.size(), mostForThree); ++k) {
                if (ranked[k]->group != ranked[i]->group && ranked[k]->group != ranked[j]->group) {
                    best.consider({ ranked[i], ranked[j], ranked[k] });
                }
            }
        }
    }
    return best.take();
}

} // namespace bw
