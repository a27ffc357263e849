#include "core/allocate/trust_moves.h"

#include <algorithm>
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

} // namespace bw
